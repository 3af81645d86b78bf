#include "policies/profile.h"

#include <algorithm>

#include "policies/diff.h"

namespace safeconduct::policies {
namespace {

// What a statement may not do in a profile, as the end of `R7 ...`; empty when it may stand.
std::string_view complaint(const Statement& s, const Policy& base) {
  const bool opens = s.kind == StatementKind::kRule || s.kind == StatementKind::kOverride;
  if (opens) return "opens something: a profile may only tighten; write it into the policy itself";
  if (s.service_consent) return "lets consent to the service suffice: a profile may only tighten";
  const bool taken =
      std::any_of(base.statements.begin(), base.statements.end(),
                  [&](const auto& b) { return b.kind == s.kind && b.number == s.number; });
  if (taken) return "has the number of a statement of the policy; take another";
  return {};
}

}  // namespace

Result<CompiledPolicy> tighten(const CompiledPolicy& base, const Policy& profile) {
  Policy both = base.policy();
  for (const Statement& s : profile.statements) {
    const std::string_view words = complaint(s, base.policy());
    if (!words.empty()) {
      return invalid("profile " + profile.name + ": " + s.name() + " " + std::string(words));
    }
    both.statements.push_back(s);
  }
  both.name += "_" + profile.name;
  both.title = profile.title;
  TRY(tightened, compile(std::move(both)));
  // INVARIANT: a profile never loosens. Refusing and forbidding cannot; it is proved all the same.
  const Diff change = diff(base, tightened);
  if (!change.opens()) return tightened;
  return invalid("profile " + profile.name +
                 " loosens the policy: " + sentence(change.changes.front()));
}

}  // namespace safeconduct::policies
