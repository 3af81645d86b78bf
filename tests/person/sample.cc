#include "tests/person/sample.h"

namespace safeconduct::person {
namespace {

using policies::bit;
using policies::Category;
using policies::Purpose;
using policies::Reason;
using policies::Role;

Party party(const std::string& name, Role role) {
  return {AgencyId::parse(name).value(), role};
}

Holder holder() {
  return {AgencyId::parse("harbour").value(), "Harbour Women's Support",
          "555 0100, weekdays 9 to 17", "Harbour Centre", "555 0100"};
}

}  // namespace

Facts everyday_facts() {
  Facts facts;
  facts.code = "4F2A9-1C3D7";
  facts.made_at = sample_time();
  facts.holder = holder();
  Agreement agreement;
  agreement.state = AgreementState::kLive;
  agreement.given = sample_time() - days(3);
  agreement.expires = sample_time() + days(27);
  agreement.grants = {
      {Purpose::kSafeAccommodation,
       {party("haven", Role::kShelter), party("lantern", Role::kShelter)},
       bit(Category::kNeeds) | bit(Category::kIdentity) | bit(Category::kContact),
       bit(Category::kHealth) | bit(Category::kDemographics)},
      {Purpose::kLegalAdvice,
       {party("counsel", Role::kLegal)},
       bit(Category::kIdentity) | bit(Category::kImmigration) | bit(Category::kNarrative),
       0}};
  agreement.never_agencies = {party("metro", Role::kPolice)};
  agreement.never_categories = bit(Category::kMedia);
  facts.agreement = agreement;
  Disclosure given;
  given.to = party("haven", Role::kShelter);
  given.purpose = Purpose::kSafeAccommodation;
  given.at = sample_time() - days(2);
  given.fate = Fate::kReceived;
  given.full = bit(Category::kNeeds) | bit(Category::kIdentity) | bit(Category::kContact);
  given.generalised = bit(Category::kDemographics);
  given.withheld = {{Category::kHealth, Reason::kNotNamed, false}};
  Disclosure asked;
  asked.to = party("lantern", Role::kShelter);
  asked.purpose = Purpose::kSafeAccommodation;
  asked.stage = policies::Stage::kInquiry;
  asked.at = sample_time() - days(3);
  asked.fate = Fate::kReceived;
  asked.generalised = bit(Category::kNeeds);
  Disclosure refused;
  refused.to = party("border", Role::kImmigration);
  refused.purpose = Purpose::kStatusApplication;
  refused.at = sample_time() - days(3);
  refused.fate = Fate::kRefused;
  refused.refusal = Reason::kImmigrationFirewall;
  facts.disclosures = {given, asked, refused};
  return facts;
}

Facts crowded_facts() {
  Facts facts = everyday_facts();
  Agreement& agreement = *facts.agreement;
  agreement.taken_back = bit(Category::kHealth) | bit(Category::kPsych);
  agreement.grants.clear();
  for (std::uint8_t code = 1; code <= policies::kPurposeCount; ++code) {
    Grant grant;
    grant.purpose = *policies::purpose_from(code);
    for (std::uint8_t role = 2; role < 6; ++role) {
      grant.recipients.push_back(party("a-long-agency-name-" + std::to_string(code * 10 + role),
                                       *policies::role_from(role)));
    }
    grant.full = policies::kAllCategories & 0x2AAAA;
    grant.generalised = policies::kAllCategories;
    agreement.grants.push_back(grant);
    agreement.onward_purposes.push_back(grant.purpose);
  }
  agreement.never_categories = policies::kAllCategories;
  facts.disclosures.clear();
  for (std::size_t i = 0; i < 200; ++i) {
    Disclosure one;
    const auto role = static_cast<std::uint8_t>(1 + i % policies::kRoleCount);
    one.to = party("agency-" + std::to_string(i), *policies::role_from(role));
    one.purpose = *policies::purpose_from(static_cast<std::uint8_t>(1 + i % 28));
    one.stage = i % 4 == 0 ? policies::Stage::kInquiry : policies::Stage::kRelease;
    one.basis = static_cast<policies::Basis>(1 + i % policies::kBasisCount);
    one.at = sample_time() - hours(static_cast<std::int64_t>(i));
    one.fate = static_cast<Fate>(i % 8);
    if (one.fate == Fate::kRefused) {
      one.refusal = *policies::reason_from(static_cast<std::uint8_t>(1 + i % 23));
    }
    if (was_told(one.fate)) {
      one.full = 0x2AAAA;
      one.generalised = 0x10101;
      for (std::size_t c = 0; c < policies::kCategoryCount; ++c) {
        const auto reason = static_cast<std::uint8_t>(1 + (i + c) % policies::kReasonCount);
        one.withheld.push_back(
            {policies::category_at(c), *policies::reason_from(reason), c % 5 == 0});
      }
    }
    if (one.fate == Fate::kStopped) {
      one.deletion = Deletion{sample_time(), bit(Category::kHealth) | bit(Category::kFinancial)};
    }
    if (i % 7 == 0) one.passed_on_by = AgencyId::parse("haven").value();
    facts.disclosures.push_back(one);
  }
  return facts;
}

}  // namespace safeconduct::person
