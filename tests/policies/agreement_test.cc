// The table and the naive evaluator were written apart; here they meet on every case.
// The short form (sanitizers make each case slow) takes every case where some rule speaks of
// recipient and purpose, and a sample where facts or urgencies multiply; SAFECONDUCT_LONG=1
// takes all.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "policies/admission.h"
#include "policies/explain.h"
#include "policies/naive.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

bool long_form() {
  const char* wanted = std::getenv("SAFECONDUCT_LONG");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

// Every nth; n is no divisor of any dimension, so each value of each dimension has its turn.
class Sample {
 public:
  explicit Sample(unsigned every) : every_(long_form() ? 1 : every) {}
  bool takes_next() { return count_++ % every_ == 0; }

 private:
  unsigned every_;
  unsigned count_ = 0;
};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

bool agree(const CompiledPolicy& policy, const Case& subject) {
  const Decision table = decide(policy, subject);
  const NaiveDecision naive = decide_naively(policy.policy(), subject);
  if (table.deliver != naive.deliver || table.reason != naive.reason) return false;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    if (table.levels[category_at(i)] != naive.levels[i]) return false;
  }
  const std::vector<Obligation> owed = obligations_of(policy, table);
  const bool same_duties = std::equal(
      owed.begin(), owed.end(), naive.duties.begin(), naive.duties.end(),
      [&](const Obligation& a, const NaiveDecision::Owed& b) {
        return a.what == b.what && (a.by ? policy.rule_name(*a.by) : std::string()) == b.by;
      });
  return same_duties && table.reasons == naive.reasons &&
         policy.rule_names(table.rules) == joined(naive.rules);
}

// Counts the cases and fails on the first ones that differ.
class Comparison {
 public:
  explicit Comparison(const CompiledPolicy& policy) : policy_(policy) {}
  void operator()(const Case& subject) {
    ++cases_;
    if (agree(policy_, subject)) return;
    if (++differences_ <= 5) UNSCOPED_INFO(describe(subject));
  }
  void finish(std::string_view what) const {
    std::cout << "  " << what << ": " << cases_ << " cases compared\n";
    CHECK(cases_ > 0);
    CHECK(differences_ == 0);
  }

 private:
  const CompiledPolicy& policy_;
  std::uint64_t cases_ = 0;
  std::uint64_t differences_ = 0;
};

template <class Action>
void for_each_pair(Action action) {
  for (std::uint8_t to = 1; to <= kRoleCount; ++to) {
    for (std::uint8_t purpose = 1; purpose <= kPurposeCount; ++purpose) {
      action(static_cast<Role>(to), static_cast<Purpose>(purpose));
    }
  }
}

bool some_rule_speaks_of(Role to, Purpose purpose) {
  for (const Statement& s : national().policy().statements) {
    if (s.kind != StatementKind::kRule) continue;
    if ((s.where.to & word_bit(to)) != 0 && (s.where.purposes & word_bit(purpose)) != 0)
      return true;
  }
  return false;
}

// The pairs that some rule speaks of, and one that none does.
template <class Action>
void for_each_ruled_pair(Action action) {
  for_each_pair([&](Role to, Purpose purpose) {
    if (some_rule_speaks_of(to, purpose)) action(to, purpose);
  });
  action(Role::kShelter, Purpose::kPoliceReport);
}

void apply_facts(Case& subject, WordSet facts) {
  const auto has = [&](Fact fact) { return (facts & word_bit(fact)) != 0; };
  subject.circumstances = static_cast<std::uint16_t>((facts >> 1) & kCircumstanceBits);
  subject.conflict = has(Fact::kConflict);
  subject.agreement_in_force = has(Fact::kAgreement);
  ConsentView& consent = subject.consent;
  consent.state = !has(Fact::kConsentGiven)      ? ConsentState::kNone
                  : has(Fact::kConsentWithdrawn) ? ConsentState::kWithdrawn
                  : has(Fact::kConsentExpired)   ? ConsentState::kExpired
                                                 : ConsentState::kLive;
  consent.grantor = has(Fact::kFromAbuser) ? Grantor::kAllegedAbuser : Grantor::kSelf;
  consent.purpose_named = has(Fact::kPurposeNamed);
  consent.recipient_named = has(Fact::kRecipientNamed);
  consent.person_initiated = has(Fact::kPersonInitiated);
  consent.fresh_in_reflection = has(Fact::kFreshConsent);
  consent.written = has(Fact::kConsentWritten);
  if (!has(Fact::kFromAbuser) && !has(Fact::kFromSelf)) consent.grantor = Grantor::kGuardian;
}

// Every combination of what consent, never-list and prior hop can say of one category. All
// categories get the same one, so each category sees each.
template <class Action>
void for_each_scope(Case subject, Action action) {
  for (unsigned grant = 0; grant < 4; ++grant) {
    for (unsigned named = 0; named < 2; ++named) {
      for (unsigned never = 0; never < 2; ++never) {
        for (Level prior : {Level::kWithheld, Level::kGeneralised, Level::kFull}) {
          subject.consent.full = (grant & 1) != 0 ? kAllCategories : 0;
          subject.consent.generalised = (grant & 2) != 0 ? kAllCategories : 0;
          subject.consent.named = named != 0 ? kAllCategories : 0;
          subject.never = never != 0 ? kAllCategories : 0;
          subject.prior = Levels::all(prior);
          action(subject);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE(
    "Table and naive evaluator agree on every sender, recipient, purpose, basis, stage, hop") {
  Comparison compare(national());
  std::uint8_t urgency = 0;
  Sample unruled(11);
  for_each_pair([&](Role to, Purpose purpose) {
    const bool ruled = some_rule_speaks_of(to, purpose);
    for (std::uint8_t from = 1; from <= kRoleCount; ++from) {
      Case subject = everyday(static_cast<Role>(from), to, purpose);
      for (std::uint8_t basis = 1; basis <= kBasisCount; ++basis) {
        for (std::uint8_t stage = 1; stage <= kStageCount; ++stage) {
          for (std::uint8_t hop = 1; hop <= 3; ++hop) {
            // No statement asks for the urgency: it goes round instead of multiplying.
            urgency = static_cast<std::uint8_t>(urgency % kUrgencyCount + 1);
            subject.basis = static_cast<Basis>(basis);
            subject.stage = static_cast<Stage>(stage);
            subject.urgency = static_cast<Urgency>(urgency);
            subject.hop = hop;
            for (const std::uint16_t bits : {std::uint16_t{0}, std::uint16_t{1}}) {
              subject.circumstances = bits;
              if (ruled || unruled.takes_next()) compare(subject);
            }
          }
        }
      }
    }
  });
  compare.finish("closed inputs");
}

TEST_CASE("Table and naive evaluator agree on every state of consent, standing and circumstances") {
  Comparison compare(national());
  const std::vector<WordSet> all_facts = consistent_facts(~WordSet{0});
  Sample sample(11);
  for_each_ruled_pair([&](Role to, Purpose purpose) {
    Case subject = everyday(Role::kLegal, to, purpose);
    for (std::uint8_t basis = 0; basis <= kBasisCount; ++basis) {
      subject.basis = static_cast<Basis>(basis);
      for (WordSet facts : all_facts) {
        apply_facts(subject, facts);
        if (sample.takes_next()) compare(subject);
      }
    }
  });
  compare.finish("facts");
}

TEST_CASE("Table and naive evaluator agree on every consent and prior level of each category") {
  Comparison compare(national());
  for_each_ruled_pair([&](Role to, Purpose purpose) {
    for (std::uint8_t basis = 1; basis <= kBasisCount; ++basis) {
      for (std::uint8_t stage = 1; stage <= kStageCount; ++stage) {
        for (bool minor : {false, true}) {
          Case subject = everyday(Role::kNgoCase, to, purpose);
          if (to == Role::kImmigration) subject.from = Role::kLegal;
          subject.basis = static_cast<Basis>(basis);
          subject.stage = static_cast<Stage>(stage);
          set_circumstance(subject, Circumstance::kMinor, minor);
          for_each_scope(subject, std::ref(compare));
        }
      }
    }
  });
  compare.finish("consent and prior hop");
}

TEST_CASE("Table and naive evaluator agree on a policy that uses every form of the language") {
  const auto policy = compile_text(
      edited({
          {"",
           "rule R90 \"x\" allow financial to shelter for safe_accommodation stage release "
           "urgency immediate or tonight when minor unless from police or legal within hop 1 "
           "needs consent"},
          {"",
           "never N90 \"x\" forbid family above generalised forbid contact to health "
           "when minor and not reflection unless at hop 2 unless from hotline because third_party"},
          {"",
           "limit L90 \"x\" keep needs, identity keep risk up to generalised at hop 2 "
           "urgency routine because onward_ceiling"},
          {"",
           "refuse F990 \"x\" from community with consent named unless when person_initiated "
           "unless to health because not_shared"},
          {"",
           "duty D90 \"x\" require review within 2 days, second_officer carrying health, risk "
           "from police, legal for safe_accommodation urgency day when minor unless at hop 2 "
           "unless from legal when reflection"},
          {"", "duty D91 \"x\" require review within 50 hours, access_ends within 9 days"},
          {"",
           "refuse F991 \"x\" on consent when from_self and minor and not consent_written "
           "because no_consent"},
          {"never N6", "never N91 \"y\" forbid health from education, survivor\nnever N6"},
      }),
      "p");
  if (!policy) FAIL(policy.error().message);
  Comparison compare(*policy);
  Sample sample(41);  // statements of all kinds, and most cases alike
  for (Role to : {Role::kShelter, Role::kHealth, Role::kPolice}) {
    for (std::uint8_t purpose = 0; purpose <= kPurposeCount; ++purpose) {
      for (std::uint8_t from = 0; from <= kRoleCount + 1; ++from) {
        for (unsigned bits = 0; bits < 5u * 8 * 3 * 2 * 2; ++bits) {
          Case subject = everyday(static_cast<Role>(from), to, static_cast<Purpose>(purpose));
          subject.urgency = static_cast<Urgency>(1 + bits % 5);
          subject.circumstances = static_cast<std::uint16_t>(bits / 5 % 8);
          subject.hop = static_cast<std::uint8_t>(1 + bits / 40 % 3);
          subject.stage = static_cast<Stage>(1 + bits / 120 % 2);
          subject.consent.person_initiated = bits / 240 != 0;
          subject.consent.written = bits % 2 != 0;
          if (bits % 3 == 0) subject.consent.grantor = Grantor::kGuardian;
          if (bits % 5 == 0) subject.notices = 1u << static_cast<unsigned>(Duty::kDoNotPassOn);
          if (sample.takes_next()) compare(subject);
        }
      }
    }
  }
  compare.finish("every form");
}
