// The part of the parser that reads duties, times and terms.
#pragma once

#include "policies/lexer.h"
#include "policies/policy.h"

namespace safeconduct::policies {

// `require review within 72 hours`, `carrying sud`. False, and nothing read, when the next word is
// another. Errors: kInvalid.
[[nodiscard]] Result<bool> parse_require(Tokens& tokens, Statement& into);
[[nodiscard]] Result<bool> parse_carrying(Tokens& tokens, Statement& into);

// The lines of a term: `set consent_life 90 days`, `transport direct`. Errors: kInvalid.
[[nodiscard]] Status parse_terms(Tokens& tokens, Statement& into);

// The claims `requires review within 72 hours carrying health`, `term consent_life 90 days` (as
// strict as that) and `transport direct`. False as above.
[[nodiscard]] Result<bool> parse_claimed_duty(Tokens& tokens, Statement& into);

}  // namespace safeconduct::policies
