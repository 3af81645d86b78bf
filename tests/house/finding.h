// What a check of the house found.
#pragma once

#include <string>
#include <vector>

namespace safeconduct::house {

struct Finding {
  std::string path;  // relative to the repository root
  int line = 1;      // from 1
  std::string what;  // what is wrong and what to do

  friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

}  // namespace safeconduct::house
