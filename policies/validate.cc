#include "policies/validate.h"

#include <string>

namespace safeconduct::policies {
namespace {

constexpr WordSet kCircumstances =
    word_bit(Fact::kMinor) | word_bit(Fact::kReflection) | word_bit(Fact::kProtectionClaim);
constexpr WordSet kRuleFacts = word_bit(Fact::kRuleExists) | word_bit(Fact::kGroundAccepted);

bool asks_only(const Selector& selector, WordSet allowed) {
  return ((selector.facts | selector.facts_not) & ~allowed) == 0;
}

bool asks_only(const Statement& statement, WordSet allowed) {
  if (!asks_only(statement.where, allowed)) return false;
  for (const Selector& exception : statement.unless) {
    if (!asks_only(exception, allowed)) return false;
  }
  return true;
}

// What a statement lacks or has too much, as the end of `R7 ...`; empty when it is whole.
std::string_view complaint(const Statement& s) {
  switch (s.kind) {
    case StatementKind::kRefuse:
      if (s.reason == Reason{}) return "does not say why: add `because` and a reason";
      return {};
    case StatementKind::kNever:
      if (s.about == 0) return "forbids nothing: add `forbid` and categories";
      break;
    case StatementKind::kLimit:
      break;
    case StatementKind::kOverride:
      if (s.where.bases == 0) return "does not say on which basis: add `on` and a basis";
      if ((s.where.bases & word_bit(Basis::kConsent)) != 0) return "cannot replace consent itself";
      if (s.about == 0) return "replaces nothing: add `replaces consent for` and categories";
      if (Selector rest = s.where; (rest.bases = 0, !(rest == Selector{}))) {
        return "may only say on which basis it holds";
      }
      return {};
    case StatementKind::kRule:
      if (s.about == 0) return "allows nothing: add `allow` and categories";
      if (s.where.to == 0) return "does not say who learns: add `to` and roles";
      if (s.where.purposes == 0) return "does not say what for: add `for` and purposes";
      if (s.where.bases == 0) return "does not say on what ground: add `needs consent`";
      break;
    case StatementKind::kDuty:
      if (s.requires_of.empty()) return "requires nothing: add `require` and a duty";
      break;
    case StatementKind::kTerm:
      if (s.settings.empty() && !s.direct) {
        return "sets nothing: add `set` and a term, or `transport direct`";
      }
      return {};
    case StatementKind::kAssert:
      if (s.claim == Claim::kRequires && !asks_only(s, kCircumstances)) {
        return "claims a duty: its `when` knows minor, reflection and protection_claim";
      }
      if ((s.claim == Claim::kTerm || s.claim == Claim::kDirect) && !(s.where == Selector{})) {
        return "claims a term, which holds in every case: leave the clauses out";
      }
      if (s.claim == Claim::kRefused) return {};
      if (!asks_only(s, ~kRuleFacts)) return "asks for a fact that only a refusal knows";
      return {};
  }
  if (!asks_only(s, kCircumstances)) {
    return "asks for a fact that only a `refuse` may ask for; here `when` knows minor, reflection "
           "and protection_claim";
  }
  return {};
}

}  // namespace

Status validate(const Statement& statement,
                const std::function<Error(std::string_view)>& error_at) {
  const std::string_view words = complaint(statement);
  if (words.empty()) return {};
  return error_at(statement.name() + " " + std::string(words));
}

}  // namespace safeconduct::policies
