// The ways in which one statement is bent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"

namespace safeconduct::policies {

struct Bent {
  std::string change;
  std::optional<Statement> statement;  // nothing: dropped
};

// Dropped first; then each level a step up and a step down, each exception left out, each role,
// purpose and ground left out where there are several, each fact turned round.
[[nodiscard]] std::vector<Bent> mutants_of(const Statement& statement);

}  // namespace safeconduct::policies
