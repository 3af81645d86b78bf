#include "policies/invariants.h"

namespace safeconduct::policies {
namespace {

template <class Enum>
bool is(std::uint8_t code, Enum word) {
  return code == static_cast<std::uint8_t>(word);
}
template <class Enum, class... Enums>
bool is(std::uint8_t code, Enum word, Enums... others) {
  return is(code, word) || is(code, others...);
}

Levels without(CategorySet set) {
  return Levels::of(kAllCategories & ~set, Level::kFull);
}
Levels at_most_generalised(CategorySet set) {
  return higher_of(without(set), Levels::of(set, Level::kGeneralised));
}
const Levels kOpen = Levels::all(Level::kFull);

constexpr CategorySet kWhoAndWhere = bit(Category::kIdentity) | bit(Category::kIdentifiers) |
                                     bit(Category::kContact) | bit(Category::kLocation) |
                                     bit(Category::kMedia) | bit(Category::kNarrative);
constexpr CategorySet kNotForPolice = bit(Category::kHealth) | bit(Category::kPsych) |
                                      bit(Category::kSud) | bit(Category::kImmigration) |
                                      bit(Category::kIdentifiers) | bit(Category::kMedia);
constexpr CategorySet kWhoRefused = bit(Category::kIdentity) | bit(Category::kIdentifiers) |
                                    bit(Category::kContact) | bit(Category::kFamily) |
                                    bit(Category::kNarrative);
constexpr CategorySet kBreakGlass =
    bit(Category::kNeeds) | bit(Category::kContact) | bit(Category::kLocation) |
    bit(Category::kRisk) | bit(Category::kIdentity) | bit(Category::kDemographics) |
    bit(Category::kHealth) | bit(Category::kPsych) | bit(Category::kExploitation) |
    bit(Category::kFamily) | bit(Category::kPerpetrator);

Closed no_rule(const Situation&, const Cell& cell) {
  return {.all = cell.rows.nothing()};
}

Levels inquiry(const Situation& at) {
  return is(at.stage, Stage::kInquiry) ? without(kWhoAndWhere) : kOpen;
}

Closed immigration(const Situation& at, const Cell&) {
  if (!is(at.to, Role::kImmigration)) return {};
  const bool lawyer = is(at.from, Role::kLegal) && is(at.purpose, Purpose::kStatusApplication);
  return {.all = !lawyer || !is(at.basis, Basis::kConsent) || at.hop != 1};
}

Levels police(const Situation& at) {
  return is(at.to, Role::kPolice, Role::kProsecution) ? without(kNotForPolice) : kOpen;
}

Levels anonymous(const Situation& at) {
  return is(at.purpose, Purpose::kNotifyAnonymous) ? without(kWhoRefused) : kOpen;
}

Closed excluded(const Situation&, const Cell&) {
  return {.holding = word_bit(Fact::kConflict)};
}

Closed consent(const Situation& at, const Cell& cell) {
  if (!is(at.basis, Basis::kConsent)) return {};
  const bool beyond_inquiry =
      !is(at.stage, Stage::kInquiry) || !cell.ceiling.within(Levels::all(Level::kGeneralised));
  return {.all = cell.consent == ConsentUse::kService && beyond_inquiry,
          .holding = word_bit(Fact::kConsentWithdrawn) | word_bit(Fact::kConsentExpired) |
                     word_bit(Fact::kFromAbuser),
          .failing = word_bit(Fact::kConsentGiven) | word_bit(Fact::kPurposeNamed) |
                     word_bit(Fact::kRecipientNamed)};
}

Levels break_glass_set(const Situation& at) {
  return is(at.basis, Basis::kBreakGlass) ? Levels::of(kBreakGlass, Level::kFull) : kOpen;
}
Closed break_glass_reach(const Situation& at, const Cell&) {
  if (!is(at.basis, Basis::kBreakGlass)) return {};
  const bool rescuer = is(at.to, Role::kEmergency, Role::kPolice, Role::kHealth);
  const bool rescue = is(at.purpose, Purpose::kEmergencyRescue, Purpose::kEmergencyHealth);
  return {.all = !rescuer || !rescue};
}

Closed statistics(const Situation& at, const Cell&) {
  return {.all = is(at.to, Role::kStats, Role::kCoordinator)};
}

Levels address(const Situation& at) {
  const bool safety = is(at.purpose, Purpose::kEmergencyRescue, Purpose::kChildSafeguarding);
  return safety ? kOpen : at_most_generalised(bit(Category::kLocation));
}

Closed child_basis(const Situation& at, const Cell&) {
  if (!is(at.basis, Basis::kMandatedChild)) return {};
  return {.all = is(at.purpose, Purpose::kNotifyAnonymous), .failing = word_bit(Fact::kMinor)};
}

Levels offences(const Situation& at) {
  return is(at.to, Role::kLegal) ? kOpen : without(bit(Category::kOffences));
}

// DOMAIN §4.3: on substance-use records always.
std::optional<Owed> redisclosure(const Situation&, const Cell& cell) {
  const CategorySet sud = bit(Category::kSud);
  if ((cell.ceiling.at_least(Level::kGeneralised) & sud) == 0) return std::nullopt;
  return Owed{{Duty::kRedisclosureNotice, 0}, sud};
}

std::optional<Owed> break_glass_ends(const Situation& at, const Cell& cell) {
  constexpr std::uint32_t kHours = 72;
  const bool goes = is(at.basis, Basis::kBreakGlass) && !cell.ceiling.nothing();
  return goes ? std::optional(Owed{{Duty::kAccessEnds, kHours}, 0}) : std::nullopt;
}

std::optional<Owed> break_glass_reviewed(const Situation& at, const Cell& cell) {
  constexpr std::uint32_t kHours = 72;
  const bool goes = is(at.basis, Basis::kBreakGlass) && !cell.ceiling.nothing();
  return goes ? std::optional(Owed{{Duty::kReview, kHours}, 0}) : std::nullopt;
}

const Invariant kInvariants[] = {
    {2, "what no rule allows is refused", nullptr, no_rule, false},
    {3, "no identity, identifiers, contact, location, media or account at inquiry", inquiry,
     nullptr, false},
    {4,
     "an immigration authority hears only from the person's lawyer, of a status application, on "
     "the person's consent and at the first hop",
     nullptr, immigration, false},
    {5,
     "police and prosecution never receive health, psych, sud, immigration, identifiers or media",
     police, nullptr, true},
    {6, "an anonymous notification never carries identity, identifiers, contact, family or account",
     anonymous, nullptr, true},
    {7, "an excluded agency gets nothing", nullptr, excluded, false},
    {8,
     "a consent is live, names the purpose and the organisation, and is not the alleged abuser's; "
     "consent to the service alone opens no more than a generalised inquiry",
     nullptr, consent, false},
    {11, "substance-use records never go without the notice against redisclosure", nullptr, nullptr,
     false, redisclosure},
    {13, "what breaking the glass opened closes again within 72 hours", nullptr, nullptr, false,
     break_glass_ends},
    {13, "breaking the glass is reviewed within 72 hours", nullptr, nullptr, false,
     break_glass_reviewed},
    {13, "breaking the glass stays within its categories, roles and purposes", break_glass_set,
     break_glass_reach, false},
    {17, "coordinators and statisticians never see a case", nullptr, statistics, false},
    {18, "an address leaves only for a rescue or for a child's safety", address, nullptr, true},
    {19, "the ground of a child is for children only, and never the anonymous route", nullptr,
     child_basis, false},
    {20, "the person's own offences go to nobody but their own lawyer", offences, nullptr, true},
};

}  // namespace

std::span<const Invariant> breakable_invariants() {
  return kInvariants;
}

}  // namespace safeconduct::policies
