#include "policies/admission.h"

namespace safeconduct::policies {
namespace {

constexpr WordSet kOfConsent = word_bit(Fact::kConsentWithdrawn) | word_bit(Fact::kConsentExpired) |
                               word_bit(Fact::kFromAbuser) | word_bit(Fact::kPurposeNamed) |
                               word_bit(Fact::kRecipientNamed) | word_bit(Fact::kPersonInitiated) |
                               word_bit(Fact::kFreshConsent) | word_bit(Fact::kConsentWritten) |
                               word_bit(Fact::kFromSelf);
constexpr WordSet kSettled = word_bit(Fact::kRuleExists) | word_bit(Fact::kGroundAccepted);
constexpr WordSet kOver = WordSet{1} << (kFactCount + 1);

const RefusalTest* first_hit(const std::vector<RefusalTest>& tests, WordSet facts) {
  for (const RefusalTest& test : tests) {
    if (test.hits(facts)) return &test;
  }
  return nullptr;
}

}  // namespace

std::vector<WordSet> consistent_facts(WordSet asked) {
  constexpr WordSet ended = word_bit(Fact::kConsentWithdrawn) | word_bit(Fact::kConsentExpired);
  constexpr WordSet who = word_bit(Fact::kFromAbuser) | word_bit(Fact::kFromSelf);
  std::vector<WordSet> out;
  for (WordSet facts = 0; facts < kOver; facts += 2) {
    if ((facts & (kSettled | ~asked)) != 0) continue;
    if ((facts & ended) == ended || (facts & who) == who) continue;
    const bool given = (facts & word_bit(Fact::kConsentGiven)) != 0;
    if (!given && (facts & kOfConsent) != 0) continue;
    out.push_back(facts);
  }
  return out;
}

Admission::Admission(const DecisionTable& table)
    : table_(table), facts_(table.classes.circumstances_count) {
  for (WordSet facts : consistent_facts(table.asked)) {
    const auto bits = (facts & kCircumstanceFacts) >> 1;
    facts_[table.classes.circumstances[bits]].push_back(facts);
  }
  for (const auto& tests : table.refusals) {
    for (const auto& together : facts_) {
      Admitted& out = admitted_.emplace_back();
      for (WordSet facts : together) {
        if (first_hit(tests, facts) != nullptr) continue;
        out.any = true;
        out.may_hold |= facts;
        out.may_fail |= ~facts;
      }
    }
  }
}

Outcomes Admission::outcomes(std::uint16_t refusals, std::uint8_t circumstances,
                             const FactTest& test) {
  const Key key{refusals, circumstances, test};
  if (const auto at = known_.find(key); at != known_.end()) return at->second;
  return known_.emplace(key, try_all(refusals, circumstances, test)).first->second;
}

Outcomes Admission::try_all(std::uint16_t refusals, std::uint8_t circumstances,
                            const FactTest& test) const {
  Outcomes out;
  for (WordSet facts : facts_[circumstances]) {
    if (!test.holds(facts)) continue;
    out.any = true;
    const RefusalTest* hit = first_hit(table_.refusals[refusals], facts);
    if (hit == nullptr) {
      out.delivered = true;
    } else {
      out.refused_for |= word_bit(hit->reason);
    }
  }
  return out;
}

}  // namespace safeconduct::policies
