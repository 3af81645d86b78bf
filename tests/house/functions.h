// Finds the functions of a C++ text by their braces: good enough for this house's layout, not a
// parser. A lambda counts towards the function it stands in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/house/finding.h"

namespace safeconduct::house {

struct Function {
  std::string name;
  int line = 1;   // where its head begins
  int lines = 1;  // from the head to the closing brace, both included
};

struct FunctionScan {
  std::vector<Function> functions;
  bool balanced = true;  // false: the braces do not close, the list cannot be trusted
};

[[nodiscard]] FunctionScan functions_of(std::string_view text);

}  // namespace safeconduct::house
