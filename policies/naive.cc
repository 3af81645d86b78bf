#include "policies/naive.h"

#include <algorithm>
#include <optional>

namespace safeconduct::policies {
namespace {

// Reads a statement as a person would, word by word. Slow and plain on purpose; nothing here is
// shared with the table.
class Reader {
 public:
  Reader(const Policy& policy, const Case& subject) : policy_(policy), case_(subject) {}

  NaiveDecision run() {
    if (!well_formed()) return refused(Reason::kNotNeeded, nullptr);
    for (const Statement* s : all(StatementKind::kRefuse)) {
      if (applies(*s)) return refused(s->reason, s);
    }
    rules_ = applying(StatementKind::kRule);
    nevers_ = applying(StatementKind::kNever);
    limits_ = applying(StatementKind::kLimit);
    overrides_ = applying(StatementKind::kOverride);
    NaiveDecision out;
    out.deliver = true;
    for (std::size_t i = 0; i < kCategoryCount; ++i) decide_category(category_at(i), out);
    out.rules = names();
    add_duties(out);
    return out;
  }

 private:
  static bool among(WordSet set, unsigned code) {
    return set == 0 || (code >= 1 && code < 32 && ((set >> code) & 1u) == 1u);
  }

  bool well_formed() const {
    return role_from(static_cast<std::uint8_t>(case_.from)).has_value() &&
           stage_from(static_cast<std::uint8_t>(case_.stage)).has_value() &&
           urgency_from(static_cast<std::uint8_t>(case_.urgency)).has_value() &&
           case_.circumstances <= kCircumstanceBits && case_.hop >= 1;
  }

  bool has(Circumstance which) const {
    return (case_.circumstances & static_cast<std::uint16_t>(which)) != 0;
  }

  bool holds(Fact fact) const {
    const ConsentView& consent = case_.consent;
    const bool given = consent.state != ConsentState::kNone;
    switch (fact) {
      case Fact::kMinor:
        return has(Circumstance::kMinor);
      case Fact::kReflection:
        return has(Circumstance::kReflection);
      case Fact::kProtectionClaim:
        return has(Circumstance::kProtectionClaim);
      case Fact::kConflict:
        return case_.conflict;
      case Fact::kAgreement:
        return case_.agreement_in_force;
      case Fact::kConsentGiven:
        return given;
      case Fact::kConsentWithdrawn:
        return consent.state == ConsentState::kWithdrawn;
      case Fact::kConsentExpired:
        return consent.state == ConsentState::kExpired;
      case Fact::kFromAbuser:
        return given && consent.grantor == Grantor::kAllegedAbuser;
      case Fact::kPurposeNamed:
        return given && consent.purpose_named;
      case Fact::kRecipientNamed:
        return given && consent.recipient_named;
      case Fact::kPersonInitiated:
        return given && consent.person_initiated;
      case Fact::kFreshConsent:
        return given && consent.fresh_in_reflection;
      case Fact::kConsentWritten:
        return given && consent.written;
      case Fact::kFromSelf:
        return given && consent.grantor == Grantor::kSelf;
      case Fact::kRuleExists:
        return some_rule(false);
      case Fact::kGroundAccepted:
        return some_rule(true);
    }
    return false;
  }

  bool some_rule(bool with_this_ground) const {
    for (const Statement& s : policy_.statements) {
      if (s.kind != StatementKind::kRule) continue;
      Selector where = s.where;
      if (!with_this_ground) where.bases = 0;
      if (matches(where) && !excepted(s)) return true;
    }
    return false;
  }

  bool matches(const Selector& s) const {
    if (!among(s.from, static_cast<unsigned>(case_.from))) return false;
    if (!among(s.to, static_cast<unsigned>(case_.to))) return false;
    if (!among(s.purposes, static_cast<unsigned>(case_.purpose))) return false;
    if (!among(s.stages, static_cast<unsigned>(case_.stage))) return false;
    if (!among(s.bases, static_cast<unsigned>(case_.basis))) return false;
    if (!among(s.urgencies, static_cast<unsigned>(case_.urgency))) return false;
    if (case_.hop < s.hop_min || case_.hop > s.hop_max) return false;
    for (unsigned i = 1; i <= kFactCount; ++i) {
      const bool wanted = ((s.facts >> i) & 1u) == 1u;
      const bool unwanted = ((s.facts_not >> i) & 1u) == 1u;
      if (!wanted && !unwanted) continue;
      if (holds(static_cast<Fact>(i)) != wanted) return false;
    }
    return true;
  }

  bool applies(const Statement& s) const { return matches(s.where) && !excepted(s); }
  bool excepted(const Statement& s) const {
    return std::any_of(s.unless.begin(), s.unless.end(),
                       [&](const Selector& x) { return matches(x); });
  }

  std::vector<const Statement*> all(StatementKind kind) const {
    std::vector<const Statement*> out;
    for (const Statement& s : policy_.statements) {
      if (s.kind == kind) out.push_back(&s);
    }
    std::sort(out.begin(), out.end(),
              [](const Statement* a, const Statement* b) { return a->number < b->number; });
    return out;
  }
  std::vector<const Statement*> applying(StatementKind kind) const {
    std::vector<const Statement*> out = all(kind);
    std::erase_if(out, [&](const Statement* s) { return !applies(*s); });
    return out;
  }

  static NaiveDecision refused(Reason reason, const Statement* by) {
    NaiveDecision out;
    out.reason = reason;
    if (by != nullptr) out.rules.push_back(by->name());
    return out;
  }

  // Lowers `level` to `to`, and remembers why, when that is lower.
  static void lower(Level& level, Level to, Reason& why, Reason because) {
    if (to >= level) return;
    level = to;
    why = because;
  }

  void decide_category(Category c, NaiveDecision& out) {
    Level allowed = Level::kWithheld;
    for (const Statement* s : rules_) {
      allowed = std::max(allowed, s->levels[c]);
    }
    if (allowed > Level::kWithheld) {
      for (const Statement* s : rules_) {
        if (s->levels[c] == allowed) deciding_.push_back(s);
      }
    }
    Level level = Level::kFull;
    Reason why{};
    for (const Statement* s : nevers_) {
      if (s->levels[c] < allowed) deciding_.push_back(s);
      lower(level, s->levels[c], why, s->reason);
    }
    lower(level, allowed, why, Reason::kNotNeeded);
    limit_category(c, level, why);
    if (contains(case_.never, c)) lower(level, Level::kWithheld, why, Reason::kNeverList);
    lower(level, granted(c), why, consent_reason(c));
    lower(level, case_.prior[c], why, Reason::kOnwardCeiling);
    out.levels[index_of(c)] = level;
    out.reasons[index_of(c)] = why;
  }

  void limit_category(Category c, Level& level, Reason& why) {
    const Level before = level;
    for (const Statement* s : limits_) {
      if (s->levels[c] < before || s->service_consent) deciding_.push_back(s);
      lower(level, s->levels[c], why, s->reason);
    }
    if (case_.basis == Basis::kConsent) return;
    Level replaced = Level::kWithheld;
    for (const Statement* s : overrides_) {
      deciding_.push_back(s);
      replaced = s->levels[c];
    }
    lower(level, replaced, why, Reason::kNoConsent);
  }

  Level granted(Category c) const {
    if (case_.basis != Basis::kConsent) return Level::kFull;
    const ConsentView& consent = case_.consent;
    if (consent.state != ConsentState::kLive) return Level::kWithheld;
    const bool needs_name = contains(must_be_named(), c);
    for (const Statement* s : limits_) {
      if (s->service_consent && !needs_name) return Level::kFull;
    }
    if (needs_name && !contains(consent.named, c)) return Level::kWithheld;
    if (contains(consent.full, c)) return Level::kFull;
    return contains(consent.generalised, c) ? Level::kGeneralised : Level::kWithheld;
  }

  Reason consent_reason(Category c) const {
    const bool unnamed = contains(must_be_named(), c) && !contains(case_.consent.named, c);
    return unnamed ? Reason::kNotNamed : Reason::kNoConsent;
  }

  // For each duty of the language: who asks for it here, and who of those the most.
  void add_duties(NaiveDecision& out) const {
    const std::vector<const Statement*> asking = applying(StatementKind::kDuty);
    for (std::uint8_t code = 1; code <= kDutyCount; ++code) {
      const auto duty = static_cast<Duty>(code);
      std::optional<NaiveDecision::Owed> owed;
      for (const Statement* s : asking) {
        if (!goes_with(*s, out)) continue;
        for (const Requirement& what : s->requires_of) {
          if (what.duty != duty) continue;
          const bool shorter = !owed || (what.hours != 0 &&
                                         (owed->what.hours == 0 || what.hours < owed->what.hours));
          const bool narrower =
              owed && what.hours == owed->what.hours && s->about < about_of(owed->by);
          if (shorter || narrower) owed = NaiveDecision::Owed{what, s->name()};
        }
      }
      const bool came = ((case_.notices >> code) & 1u) == 1u;
      if (!owed && came && travels(duty)) owed = NaiveDecision::Owed{{duty, 0}, ""};
      if (owed) out.duties.push_back(*owed);
    }
  }

  // Of two that ask for the same, the one that speaks of fewer categories is named.
  CategorySet about_of(const std::string& statement) const {
    for (const Statement& s : policy_.statements) {
      if (s.name() == statement) return s.about;
    }
    return 0;
  }

  static bool goes_with(const Statement& s, const NaiveDecision& out) {
    if (s.about == 0) return true;
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      if (contains(s.about, category_at(i)) && out.levels[i] != Level::kWithheld) return true;
    }
    return false;
  }

  // The deciding statements once each, in canonical order.
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto* kind : {&nevers_, &limits_, &overrides_, &rules_}) {
      for (const Statement* s : *kind) {
        const bool decided = std::find(deciding_.begin(), deciding_.end(), s) != deciding_.end();
        if (decided) out.push_back(s->name());
      }
    }
    return out;
  }

  const Policy& policy_;
  const Case& case_;
  std::vector<const Statement*> rules_;
  std::vector<const Statement*> nevers_;
  std::vector<const Statement*> limits_;
  std::vector<const Statement*> overrides_;
  std::vector<const Statement*> deciding_;
};

}  // namespace

NaiveDecision decide_naively(const Policy& policy, const Case& subject) {
  return Reader(policy, subject).run();
}

}  // namespace safeconduct::policies
