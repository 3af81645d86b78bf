// One case to ask a policy about: the `msg` of a worked case (policies/scenario_file.h), or a whole
// worked case, whose `msg` it is.
#pragma once

#include <string_view>

#include "policies/case.h"
#include "schemas/base/result.h"

namespace safeconduct::cli {

// Errors: kInvalid, with the key or word that is wrong.
[[nodiscard]] Result<policies::Case> parse_case(std::string_view json);

}  // namespace safeconduct::cli
