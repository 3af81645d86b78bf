// Texts for the tests: the shipped policy, and edits of it.
#pragma once

#include <string>
#include <string_view>

#include "policies/compile.h"
#include "policies/decide.h"

namespace safeconduct::policies {

// The text of policies/national-referral.policy.
const std::string& national_text();
// The same, compiled once.
const CompiledPolicy& national();

// national_text() with the first `what` replaced; the test fails when there is none.
std::string edited(std::string_view what, std::string_view by);
// national_text() with a statement added.
std::string with(std::string_view statement);

// The message of the refusal to compile; fails the test when the text compiles.
std::string complaint(const std::string& text);

// A case in which a live self-given consent names everything and the recipient has standing.
Case everyday(Role from, Role to, Purpose purpose);

}  // namespace safeconduct::policies
