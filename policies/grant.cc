#include "policies/grant.h"

#include <algorithm>

namespace safeconduct::policies {
namespace {

Grantor grantor_of(std::uint8_t code) {
  switch (code) {
    case 1:
      return Grantor::kSelf;
    case 2:
      return Grantor::kGuardian;
    case 3:
      return Grantor::kCourt;
    default:
      return Grantor::kAllegedAbuser;
  }
}

// `all` starts as everything and only ever loses.
void narrow(ConsentView& all, const Grant& grant) {
  // Of several, the alleged abuser counts; then whoever is not the person.
  all.grantor = std::max(all.grantor, grantor_of(grant.grantor));
  all.written = all.written && grant.written;
  all.fresh_in_reflection = all.fresh_in_reflection && grant.fresh_in_reflection;
  if (!grant.scope) {
    all.purpose_named = all.recipient_named = all.person_initiated = false;
    all.full = all.generalised = all.named = 0;
    return;
  }
  const Grant::Scope& scope = *grant.scope;
  all.recipient_named = all.recipient_named && scope.recipient_named;
  all.person_initiated = all.person_initiated && scope.person_initiated;
  const CategorySet given = ~grant.taken_back;
  const CategorySet any = all.full | all.generalised;
  all.full &= scope.full & given;
  all.generalised = any & (scope.full | scope.generalised) & given & ~all.full;
  all.named &= scope.named & given;
}

}  // namespace

ConsentView view_of(std::span<const Grant> grants, ConsentState state) {
  ConsentView all;
  all.state = state;
  if (grants.empty()) return all;
  all.purpose_named = all.recipient_named = all.person_initiated = all.fresh_in_reflection = true;
  all.written = true;
  all.full = all.named = kAllCategories;
  for (const Grant& grant : grants) narrow(all, grant);
  return all;
}

}  // namespace safeconduct::policies
