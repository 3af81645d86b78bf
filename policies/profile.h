// A jurisdiction's profile: statements laid over a policy, which may tighten it and never loosen
// it.
#pragma once

#include <string>

#include "policies/compile.h"

namespace safeconduct::policies {

// The policy with the statements of the profile, proved; its name is `base_profile`. A profile is
// written as a policy of `refuse`, `never`, `limit`, `duty`, `term` and `assert` alone. Errors:
// kInvalid: a statement of another kind, consent to the service, a number that the base has
// already, a broken invariant or assertion of either, or (should it ever come to that) the first
// sentence of what the profile would open.
[[nodiscard]] Result<CompiledPolicy> tighten(const CompiledPolicy& base, const Policy& profile);

}  // namespace safeconduct::policies
