// Texts for the tests: the shipped policy, and edits of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/compile.h"
#include "policies/decide.h"

namespace safeconduct::policies {

// The text of policies/national-referral.policy.
const std::string& national_text();
// The same, compiled once.
const CompiledPolicy& national();

// One change of a text: the first `what` becomes `by`. An empty `what` adds `by` at the end.
struct Edit {
  std::string_view what;
  std::string_view by;
};
// national_text() with the changes; the test fails when one has no place.
std::string edited(const std::vector<Edit>& edits);

// The message of the refusal to compile; fails the test when the text compiles.
std::string complaint(const std::string& text);

// A case in which a live self-given consent names everything and the recipient has standing.
Case everyday(Role from, Role to, Purpose purpose);

}  // namespace safeconduct::policies
