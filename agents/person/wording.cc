#include "agents/person/wording.h"

#include <algorithm>

#include "schemas/base/check.h"

namespace safeconduct::person {
namespace {

using policies::Purpose;
using policies::Role;

// What the neutral page says instead of a role or a purpose.
std::string_view kind_of(Role role) {
  switch (role) {
    case Role::kShelter:
    case Role::kHousing:
      return "kind.stay";
    case Role::kHealth:
    case Role::kMentalHealth:
    case Role::kEmergency:
      return "kind.care";
    case Role::kLegal:
      return "kind.advice";
    case Role::kPolice:
    case Role::kProsecution:
    case Role::kIdentification:
    case Role::kImmigration:
    case Role::kChildProtection:
    case Role::kSocial:
    case Role::kLabour:
    case Role::kCompensation:
    case Role::kConsular:
      return "kind.office";
    case Role::kEmployment:
    case Role::kEducation:
      return "kind.everyday";
    case Role::kSurvivor:
    case Role::kNgoCase:
    case Role::kHotline:
    case Role::kInterpreter:
    case Role::kCommunity:
    case Role::kReturnOrg:
    case Role::kCoordinator:
    case Role::kStats:
      return "kind.contact";
  }
  return "kind.contact";
}

std::string_view kind_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kSafeAccommodation:
    case Purpose::kLongTermHousing:
      return "kind.stay";
    case Purpose::kEmergencyHealth:
    case Purpose::kHealthCare:
    case Purpose::kMentalHealth:
    case Purpose::kSubstanceTreatment:
      return "kind.care";
    case Purpose::kLegalAdvice:
    case Purpose::kCompensationClaim:
    case Purpose::kWageClaim:
      return "kind.advice";
    case Purpose::kFormalIdentification:
    case Purpose::kChildIdentification:
    case Purpose::kNotifyAnonymous:
    case Purpose::kChildSafeguarding:
    case Purpose::kSocialBenefits:
    case Purpose::kTravelDocument:
    case Purpose::kStatusApplication:
    case Purpose::kPoliceReport:
    case Purpose::kIntelAnonymous:
    case Purpose::kProceedings:
      return "kind.office";
    case Purpose::kEmploymentTraining:
    case Purpose::kEducation:
    case Purpose::kVoluntaryReturn:
      return "kind.everyday";
    case Purpose::kEmergencyRescue:
    case Purpose::kRiskConference:
    case Purpose::kTriage:
    case Purpose::kInterpretation:
    case Purpose::kCaseManagement:
    case Purpose::kPeerSupport:
      return "kind.contact";
  }
  return "kind.contact";
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || !is_ascii(c);
}

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

LocalTime known_time(Instant at, const std::string& zone) {
  const auto time = local_time(at, zone);
  SC_CHECK(time.has_value());
  return *time;
}

}  // namespace

std::string Wording::say(const std::string& name, const Blanks& blanks) const {
  const std::string other = name + ".neutral";
  const std::string said = texts_.say(neutral_ && texts_.has(other) ? other : name, blanks);
  return said == "-" ? "" : said;
}

std::string Wording::list(const std::vector<std::string>& items) const {
  std::string out;
  for (const std::string& item : items) {
    // Not isolated again and again: the pair's blanks are put in as they are.
    if (out.empty()) {
      out = item;
      continue;
    }
    const std::string& pair = texts_.all().find("list.pair")->second;
    const std::size_t from = pair.find('}') + 1;
    out += pair.substr(from, pair.rfind('{') - from) + item;
  }
  return out;
}

std::string Wording::of(policies::Category category) const {
  return say("category." + std::string(policies::name(category)));
}

std::string Wording::of(policies::CategorySet categories) const {
  std::vector<std::string> items;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    if (policies::contains(categories, category)) items.push_back(of(category));
  }
  return list(items);
}

std::string Wording::of(Purpose purpose) const {
  return say(neutral_ ? std::string(kind_of(purpose))
                      : "purpose." + std::string(policies::name(purpose)));
}

std::string Wording::of(policies::Reason reason) const {
  return say("reason." + std::string(policies::name(reason)));
}

std::string Wording::of(policies::Basis basis) const {
  return say("basis." + std::string(policies::name(basis)));
}

std::string Wording::alias_letter(const AgencyId& agency) {
  constexpr std::size_t kLetters = 26;
  const std::size_t number = aliases_.emplace(agency, aliases_.size()).first->second;
  std::string out(1, static_cast<char>('A' + number % kLetters));
  if (number >= kLetters) out += std::to_string(number / kLetters + 1);
  return out;
}

std::string Wording::of(const Party& party) {
  const Role role = party.role.value_or(Role::kNgoCase);
  if (neutral_) {
    return say("row.alias",
               {{"letter", alias_letter(party.agency)}, {"role", say(std::string(kind_of(role)))}});
  }
  if (!party.role) return party.agency.text();
  return say("row.party", {{"agency", party.agency.text()},
                           {"role", say("role." + std::string(policies::name(role)))}});
}

std::string Wording::of(const std::vector<Party>& parties) {
  std::vector<std::string> items;
  for (const Party& party : parties) items.push_back(of(party));
  return list(items);
}

std::string Wording::day(Instant at) const {
  const LocalTime time = known_time(at, zone_);
  return texts_.say("date", {{"day", std::to_string(time.day)},
                             {"month", texts_.say("month." + std::to_string(time.month))},
                             {"year", std::to_string(time.year)}});
}

std::string Wording::day_and_time(Instant at) const {
  const LocalTime time = known_time(at, zone_);
  return texts_.say("date.time", {{"date", day(at)},
                                  {"time", two_digits(time.hour) + ":" + two_digits(time.minute)}});
}

std::string forbidden_in(std::string_view text, const Texts& texts) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string& word : texts.forbidden()) {
    for (std::size_t at = lower.find(word); at != std::string::npos;
         at = lower.find(word, at + 1)) {
      // In Arabic articles and conjunctions grow onto a word; elsewhere a word begins at its start.
      const bool begins = at == 0 || !is_letter(lower[at - 1]) || texts.right_to_left();
      if (begins) return word;
    }
  }
  return {};
}

}  // namespace safeconduct::person
