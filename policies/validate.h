// What one statement must and may say, beyond its grammar.
#pragma once

#include <functional>
#include <string_view>

#include "policies/policy.h"
#include "schemas/base/result.h"

namespace safeconduct::policies {

// `error_at` makes the error at the statement's place. Errors: kInvalid.
[[nodiscard]] Status validate(const Statement& statement,
                              const std::function<Error(std::string_view)>& error_at);

}  // namespace safeconduct::policies
