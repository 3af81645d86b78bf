// What stands in a policy and never comes to bear.
#pragma once

#include <string>
#include <vector>

#include "policies/compile.h"

namespace safeconduct::policies {

// Sentences for a person, in the order of the statements: dead statements, levels in a rule that
// another statement always takes away, roles and purposes that nothing reaches, hops at which more
// may go than at the one before.
[[nodiscard]] std::vector<std::string> unused_parts(const CompiledPolicy& policy);

}  // namespace safeconduct::policies
