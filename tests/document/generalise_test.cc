#include "agents/document/generalise.h"

#include <catch2/catch.hpp>
#include <set>

#include "agents/document/bands.h"
#include "agents/document/fields.h"
#include "agents/document/places.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const GeneraliseContext kShelter{instant("2026-11-24T10:00:00Z"), Purpose::kSafeAccommodation,
                                 false};

json general(Category category, const json& full, const GeneraliseContext& context = kShelter) {
  const std::string out = generalised(category, full.dump(), context);
  return out.empty() ? json() : json::parse(out);
}

json general_of_example(Category category) {
  return general(category, full_referral()["content"][std::string(name(category))]);
}

}  // namespace

TEST_CASE("Each category keeps exactly its generalised form") {
  CHECK(general_of_example(Category::kNeeds) == json({{"interpreter_needed", true},
                                                      {"language_group", "romance"},
                                                      {"accessibility", {"ground_floor"}},
                                                      {"dependants", "2-3"}}));
  CHECK(general_of_example(Category::kIdentity) == json({{"alias", "Robin"}}));
  CHECK(general_of_example(Category::kIdentifiers) == json({{"holds_valid_document", "yes"}}));
  CHECK(general_of_example(Category::kContact) == json({{"through", "advocate"}}));
  CHECK(general_of_example(Category::kLocation) == json({{"district", "West district"},
                                                         {"country", "RO"},
                                                         {"no_go_districts", {"North district"}}}));
  CHECK(general_of_example(Category::kDemographics) == json({{"age_band", "25-39"},
                                                             {"is_minor", "no"},
                                                             {"gender", "feminine"},
                                                             {"region", "europe"}}));
  CHECK(general_of_example(Category::kImmigration) == json({{"eligible_for_service", "yes"}}));
  CHECK(general_of_example(Category::kHealth) ==
        json({{"care_flags", {"medication_storage", "needs_midwife"}},
              {"clinical_deadline", "2026-11-26T20:00:00.000Z"}}));
  CHECK(general_of_example(Category::kPsych) ==
        json({{"support_level", "high"}, {"self_harm_now", "no"}}));
  CHECK(general_of_example(Category::kExploitation) ==
        json({{"types", {"labour", "sexual"}}, {"duration", "7-24_months"}}));
  CHECK(general_of_example(Category::kLegal) ==
        json({{"legal_proceedings", "yes"}, {"next_deadline", "2026-12-09"}}));
  CHECK(general_of_example(Category::kFamily) ==
        json({{"children", "1"}, {"children_age_bands", {"0-11"}}, {"adults", "1"}}));
  CHECK(general_of_example(Category::kRisk) ==
        json({{"danger_level", "high"}, {"handling", {"no_callbacks", "two_worker_visits"}}}));
  CHECK(general_of_example(Category::kPerpetrator) ==
        json({{"relationships", {"employer"}}, {"organised_group", "yes"}}));
  CHECK(general_of_example(Category::kFinancial) ==
        json({{"amount_owed", "5000-19999"}, {"income_band", "0"}, {"has_bank_account", "no"}}));
}

TEST_CASE("Account, substance use, offences and media have no generalised form at all") {
  for (const Category category :
       {Category::kNarrative, Category::kSud, Category::kOffences, Category::kMedia}) {
    CHECK(general_of_example(category).is_null());
    CHECK(form_of(category).generalised.empty());
  }
}

// Invariant 10: whatever text stands in a full object, none of it is in the generalised one, but
// for the alias that the person chose and for districts.
TEST_CASE("No text of a full category survives into its generalised form") {
  const json content = full_referral()["content"];
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Category category = category_at(i);
    const std::string out =
        generalised(category, content[std::string(name(category))].dump(), kShelter);
    for (const Field& field : form_of(category).full) {
      const bool text =
          field.kind == Kind::kText || field.kind == Kind::kStory || field.kind == Kind::kTexts;
      if (!text || field.rule == Rule::kAlias) continue;
      const json& value =
          content[std::string(name(category))].value(std::string(field.name), json());
      for (const json& one : value.is_array() ? value : json::array({value})) {
        if (!one.is_string()) continue;
        INFO(name(category) << "." << field.name);
        CHECK(out.find(one.get<std::string>()) == std::string::npos);
      }
    }
  }
}

TEST_CASE("Every rule of the table leads to a field of the generalised form, and text to none") {
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Form& form = form_of(category_at(i));
    std::set<std::string_view> names;
    for (const Field& field : form.full) {
      INFO(name(form.category) << "." << field.name);
      CHECK(names.insert(field.name).second);
      if (field.rule == Rule::kNothing) continue;
      const Field* into =
          field_named(form.generalised, field.into.empty() ? field.name : field.into);
      REQUIRE(into != nullptr);
      const bool text =
          field.kind == Kind::kText || field.kind == Kind::kTexts || field.kind == Kind::kStory;
      CHECK((!text || field.rule == Rule::kAlias || field.rule == Rule::kRelayOnly));
      CHECK((into->kind != Kind::kStory && into->kind != Kind::kTexts));
    }
  }
}

TEST_CASE("Age counts from the referral, to the day") {
  const Instant at = instant("2026-11-24T00:30:00Z");
  CHECK(age_at({2008, 11, 24}, at) == 18);
  CHECK(age_at({2008, 11, 25}, at) == 17);
  CHECK(age_at({2008, 2, 29}, instant("2026-02-28T23:59:59Z")) == 17);
  CHECK(age_at({2008, 2, 29}, instant("2026-03-01T00:00:00Z")) == 18);
  CHECK(age_at({2027, 1, 1}, at) < 0);
  const std::pair<int, const char*> bands[] = {
      {0, "0-11"},   {11, "0-11"},  {12, "12-15"}, {15, "12-15"},  {16, "16-17"},
      {17, "16-17"}, {18, "18-24"}, {24, "18-24"}, {25, "25-39"},  {39, "25-39"},
      {40, "40-59"}, {59, "40-59"}, {60, "60+"},   {-1, "unknown"}};
  for (const auto& [age, band] : bands) CHECK(age_band(age) == band);
}

TEST_CASE("Doubt about minority counts for the child") {
  const auto minor = [](const json& full, bool presumed = false) {
    return general(Category::kDemographics, full,
                   {instant("2026-11-24T10:00:00Z"), Purpose::kTriage, presumed})["is_minor"];
  };
  CHECK(minor({{"birthdate", "2012-01-01"}}) == "yes");
  CHECK(minor({{"birthdate", "2000-01-01"}}) == "no");
  CHECK(minor({{"birthdate", "2000-01-01"}, {"is_minor", "presumed"}}) == "presumed");
  CHECK(minor({{"birthdate", "2000-01-01"}}, true) == "presumed");
  CHECK(minor({{"gender", "masculine"}}, true) == "presumed");
  CHECK(minor({{"birthdate", "2012-01-01"}, {"is_minor", "no"}}) == "yes");
}

TEST_CASE("Gender goes only where a service is for one gender") {
  const json full = {{"gender", "feminine"}, {"age", 30}};
  CHECK(general(Category::kDemographics, full).contains("gender"));
  const GeneraliseContext school{instant("2026-11-24T10:00:00Z"), Purpose::kEducation, false};
  CHECK_FALSE(general(Category::kDemographics, full, school).contains("gender"));
}

TEST_CASE("Status answers one question: work for an employer, the service for others") {
  const json full = {{"eligible_for_service", "yes"}, {"may_work", "no"}, {"status", "visa"}};
  const GeneraliseContext work{instant("2026-11-24T10:00:00Z"), Purpose::kEmploymentTraining,
                               false};
  CHECK(general(Category::kImmigration, full, work) == json({{"may_work", "no"}}));
  CHECK(general(Category::kImmigration, full) == json({{"eligible_for_service", "yes"}}));
  CHECK(general(Category::kImmigration, {{"may_work", "no"}}).is_null());
}

TEST_CASE("An alias that tells the legal name is no alias") {
  for (const char* alias : {"Ilinca", "little ilinca", "Moraru-B", "ILINCA"}) {
    CHECK(general(Category::kIdentity,
                  {{"first_name", "Ilinca"}, {"second_name", "Moraru"}, {"alias", alias}})
              .is_null());
  }
}

TEST_CASE("A district that tells the shelter is withheld") {
  CHECK(general(Category::kLocation, {{"shelter_name", "Lindens"}, {"district", "by the lindens"}})
            .is_null());
}

TEST_CASE("Nationality in any of its three spellings becomes the same region") {
  for (const char* word : {"NG", "NGA", "Nigeria", "nigeria"}) CHECK(region_of(word) == "africa");
  CHECK(region_of("Vietnam") == "asia");
  CHECK(region_of("USA") == "americas");
  CHECK(region_of("MD") == "europe");
  CHECK(region_of("FJ") == "oceania");
  CHECK(region_of("AQ").empty());
  CHECK_FALSE(is_country("Atlantis"));
  CHECK(language_group_of("pt-BR") == "romance");
  CHECK(language_group_of("xx") == "other");
  CHECK_FALSE(is_language("the language of her mother"));
}

TEST_CASE("Counts and amounts become bands at their edges") {
  CHECK(count_band(0) == "0");
  CHECK(count_band(1) == "1");
  CHECK(count_band(3) == "2-3");
  CHECK(count_band(4) == "4+");
  CHECK(amount_band(999) == "1-999");
  CHECK(amount_band(1000) == "1000-4999");
  CHECK(income_band(3000) == "3000+");
  CHECK(duration_band(0) == "under_1_month");
  CHECK(duration_band(61) == "over_5_years");
}
