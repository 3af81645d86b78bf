#include "policies/decide.h"

#include <algorithm>
#include <bit>

#include "policies/table.h"

namespace safeconduct::policies {
namespace {

constexpr std::uint8_t code(auto word) {
  return static_cast<std::uint8_t>(word);
}

// A role, purpose or basis outside the vocabulary has the number 0, of which no statement speaks.
constexpr std::uint8_t known_or_zero(std::uint8_t number, std::size_t count) {
  return number <= count ? number : 0;
}

constexpr bool is_word(std::uint8_t number, std::size_t count) {
  return number != 0 && number <= count;
}

// INVARIANT: where a statement that says nothing of a part would let an unknown value pass, the
// case is refused before any statement is asked (DOMAIN §5, 2).
bool in_vocabulary(const Case& c) {
  return is_word(code(c.from), kRoleCount) && is_word(code(c.stage), kStageCount) &&
         is_word(code(c.urgency), kUrgencyCount) && c.circumstances <= kCircumstanceBits &&
         c.hop != 0;
}

Situation situation_of(const Case& c) {
  return {.from = code(c.from),
          .to = known_or_zero(code(c.to), kRoleCount),
          .purpose = known_or_zero(code(c.purpose), kPurposeCount),
          .basis = known_or_zero(code(c.basis), kBasisCount),
          .stage = code(c.stage),
          .urgency = code(c.urgency),
          .circumstances = static_cast<std::uint8_t>(c.circumstances),
          .hop = std::min(c.hop, kHopsTold)};
}

Decision refusal(Reason reason, RuleSetIndex rules) {
  Decision out;
  out.reason = reason;
  out.rules = rules;
  return out;
}

// What the person's consent leaves. A consent that is not live leaves nothing, whatever the
// refusals let by.
Levels granted(const ConsentView& consent, ConsentUse use) {
  if (use == ConsentUse::kReplaced) return Levels::all(Level::kFull);
  if (consent.state != ConsentState::kLive) return Levels{};
  const CategorySet reachable = (kAllCategories & ~must_be_named()) | consent.named;
  const CategorySet service = use == ConsentUse::kService ? kAllCategories & ~must_be_named() : 0;
  return higher_of(Levels::of((consent.full & reachable) | service, Level::kFull),
                   Levels::of(consent.generalised & reachable, Level::kGeneralised));
}

Reason consent_reason(Category c, const ConsentView& consent, ConsentUse use) {
  const bool unnamed = contains(must_be_named(), c) && !contains(consent.named, c);
  return use != ConsentUse::kReplaced && unnamed ? Reason::kNotNamed : Reason::kNoConsent;
}

// Reasons for what the case itself lowered below the ceiling.
void explain_lowered(Decision& out, const Case& c, Levels ceiling, Levels by_consent,
                     ConsentUse use) {
  const std::uint64_t differs = ceiling.word() ^ out.levels.word();
  // The low bit of a pair stands for its category; both bits fold onto it.
  std::uint64_t pairs = (differs | differs >> 1) & 0x1555555555ULL;
  for (; pairs != 0; pairs &= pairs - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(pairs)) / 2;
    const Category category = category_at(index);
    if (contains(c.never, category)) {
      out.reasons[index] = Reason::kNeverList;
    } else if (by_consent[category] == out.levels[category]) {
      out.reasons[index] = consent_reason(category, c.consent, use);
    } else {
      out.reasons[index] = Reason::kOnwardCeiling;
    }
  }
}

}  // namespace

WordSet facts_of(const Case& c) {
  const auto when = [](bool holds, Fact fact) { return holds ? word_bit(fact) : 0; };
  WordSet out = facts_of_circumstances(c.circumstances) | when(c.conflict, Fact::kConflict) |
                when(c.agreement_in_force, Fact::kAgreement);
  const ConsentView& consent = c.consent;
  if (consent.state == ConsentState::kNone) return out;
  return out | word_bit(Fact::kConsentGiven) |
         when(consent.state == ConsentState::kWithdrawn, Fact::kConsentWithdrawn) |
         when(consent.state == ConsentState::kExpired, Fact::kConsentExpired) |
         when(consent.grantor == Grantor::kAllegedAbuser, Fact::kFromAbuser) |
         when(consent.purpose_named, Fact::kPurposeNamed) |
         when(consent.recipient_named, Fact::kRecipientNamed) |
         when(consent.person_initiated, Fact::kPersonInitiated) |
         when(consent.fresh_in_reflection, Fact::kFreshConsent);
}

Decision decide(const CompiledPolicy& policy, const Case& c) {
  if (!in_vocabulary(c)) return refusal(Reason::kNotNeeded, 0);
  const DecisionTable& table = policy.table();
  const Cell& cell = table.at(situation_of(c));
  const WordSet facts = facts_of(c);
  for (const RefusalTest& test : table.refusals[cell.refusals]) {
    if (test.hits(facts)) return refusal(test.reason, test.rules);
  }
  const Levels by_consent = granted(c.consent, cell.consent);
  Decision out;
  out.deliver = true;
  out.rules = cell.rules;
  out.levels = lower_of(lower_of(cell.ceiling, by_consent),
                        lower_of(c.prior, Levels::of(~c.never, Level::kFull)));
  out.reasons = table.reasons[cell.reasons];
  explain_lowered(out, c, cell.ceiling, by_consent, cell.consent);
  return out;
}

}  // namespace safeconduct::policies
