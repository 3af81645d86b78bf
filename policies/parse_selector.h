// The part of the parser that reads lists of words and selectors.
#pragma once

#include "policies/lexer.h"
#include "policies/policy.h"

namespace safeconduct::policies {

// `needs, risk` or `all`.
[[nodiscard]] Result<CategorySet> parse_categories(Tokens& tokens);
[[nodiscard]] Result<WordSet> parse_bases(Tokens& tokens);
[[nodiscard]] Result<Reason> parse_reason(Tokens& tokens);
// What follows categories: `up to generalised`; full when nothing follows.
[[nodiscard]] Result<Level> parse_up_to(Tokens& tokens);

// How `with consent named` is read: in a refusal as the two facts, elsewhere as `on consent`,
// because invariant 8 refuses every policy that delivers on a consent that does not name.
enum class ConsentNamed : std::uint8_t { kAsFacts, kAsBasis };

// Reads one clause of a selector (`to police`, `beyond hop 2`). False, and nothing read, when the
// next word starts no such clause. Errors: kInvalid; also for a clause said twice.
[[nodiscard]] Result<bool> parse_clause(Tokens& tokens, Selector& into, ConsentNamed how);

}  // namespace safeconduct::policies
