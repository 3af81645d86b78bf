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

// Why a category is below the ceiling, by three bits: 1, it is on the never-list; 2, the consent
// alone would leave more; 4, the consent had to name it and does not.
constexpr Reason kWhyLowered[8] = {
    Reason::kNoConsent, Reason::kNeverList, Reason::kOnwardCeiling, Reason::kNeverList,
    Reason::kNotNamed,  Reason::kNeverList, Reason::kOnwardCeiling, Reason::kNeverList};

// Which categories differ, each by the low bit of its pair.
constexpr std::uint64_t pairs_that_differ(Levels a, Levels b) {
  const std::uint64_t differs = a.word() ^ b.word();
  return (differs | differs >> 1) & 0x1555555555ULL;
}

// Reasons for what the case itself lowered below the ceiling. By table, because which category is
// lowered why is different in every case: branches would be mispredicted.
void explain_lowered(Decision& out, const Case& c, Levels ceiling, Levels by_consent,
                     ConsentUse use) {
  const std::uint64_t consent_leaves_more = pairs_that_differ(by_consent, out.levels);
  const CategorySet unnamed = use == ConsentUse::kReplaced ? 0 : must_be_named() & ~c.consent.named;
  std::uint64_t pairs = pairs_that_differ(ceiling, out.levels);
  for (; pairs != 0; pairs &= pairs - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(pairs));
    const std::size_t index = at / 2;
    const std::size_t why = (c.never >> index & 1u) | (consent_leaves_more >> at & 1u) << 1 |
                            (unnamed >> index & 1u) << 2;
    out.reasons[index] = kWhyLowered[why];
  }
}

}  // namespace

WordSet facts_of(const Case& c) {
  const auto when = [](bool holds, Fact fact) { return holds ? word_bit(fact) : 0; };
  WordSet out = facts_of_circumstances(c.circumstances) | when(c.conflict, Fact::kConflict) |
                when(c.agreement_in_force, Fact::kAgreement);
  const ConsentView& consent = c.consent;
  if (consent.state == ConsentState::kNone) return out;
  out |= when(consent.written, Fact::kConsentWritten) |
         when(consent.grantor == Grantor::kSelf, Fact::kFromSelf);
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
  const Situation situation = situation_of(c);
  const Cell& cell = table.at(situation);
  const WordSet facts = facts_of(c);
  for (const RefusalTest& test : table.refusals[cell.refusals]) {
    if (test.hits(facts)) return refusal(test.reason, test.rules);
  }
  const Levels by_consent = granted(c.consent, cell.consent);
  Decision out;
  out.deliver = true;
  out.rules = cell.rules;
  out.duties = table.duties.at(situation);
  out.notices = c.notices;
  out.levels = lower_of(lower_of(cell.ceiling, by_consent),
                        lower_of(c.prior, Levels::of(~c.never, Level::kFull)));
  out.reasons = table.reasons[cell.reasons];
  explain_lowered(out, c, cell.ceiling, by_consent, cell.consent);
  return out;
}

std::vector<Obligation> obligations_of(const CompiledPolicy& policy, const Decision& decision) {
  std::vector<Obligation> out;
  if (!decision.deliver) return out;
  const CategorySet goes = decision.levels.at_least(Level::kGeneralised);
  // In order of duty and time: the first that holds is the strictest.
  for (const DutyTest& test : policy.table().duties.lists[decision.duties]) {
    if (test.with != 0 && (test.with & goes) == 0) continue;
    if (!out.empty() && out.back().what.duty == test.what.duty) continue;
    out.push_back({test.what, test.rule});
  }
  for (std::uint8_t code = 1; code <= kDutyCount; ++code) {
    const auto duty = static_cast<Duty>(code);
    if ((decision.notices >> code & 1u) == 0 || !travels(duty)) continue;
    const auto at = std::lower_bound(out.begin(), out.end(), duty,
                                     [](const Obligation& o, Duty d) { return o.what.duty < d; });
    if (at == out.end() || at->what.duty != duty) out.insert(at, {{duty, 0}, std::nullopt});
  }
  return out;
}

}  // namespace safeconduct::policies
