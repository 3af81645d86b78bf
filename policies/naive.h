// The second evaluator: straight from the statements, one after the other, with no table. It shares
// nothing with decide() but the types, so that each checks the other.
#pragma once

#include <string>
#include <vector>

#include "policies/case.h"
#include "policies/policy.h"

namespace safeconduct::policies {

struct NaiveDecision {
  bool deliver = false;
  Reason reason{};
  PerCategory<Level> levels{};
  PerCategory<Reason> reasons{};
  std::vector<std::string> rules;  // the names of the deciding statements, in canonical order
  struct Owed {
    Requirement what;
    std::string by;  // the statement; empty: the hop before
  };
  std::vector<Owed> duties;  // ascending
};

[[nodiscard]] NaiveDecision decide_naively(const Policy& policy, const Case& subject);

}  // namespace safeconduct::policies
