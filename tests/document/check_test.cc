#include "agents/document/check.h"

#include <catch2/catch.hpp>

#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

Status check_text(Category category, Level level, std::string_view text) {
  return check_slot(category, level, view_of(text));
}

}  // namespace

TEST_CASE("A value in a foreign category is refused") {
  const json content = full_referral()["content"];
  for (const auto& [from, value] : content.items()) {
    for (const auto& [to, ignored] : content.items()) {
      json text = value;
      if (to == "sud") text["notice"] = "no_redisclosure";
      INFO(from << " in the slot of " << to);
      CHECK(check_text(*category_named(to), Level::kFull, text.dump()).has_value() == (from == to));
    }
  }
}

TEST_CASE("A generalised slot holds generalised forms only") {
  const json content = full_referral()["content"];
  for (const auto& [word, value] : content.items()) {
    INFO(word);
    CHECK_FALSE(check_text(*category_named(word), Level::kGeneralised, value.dump()));
  }
  CHECK(check_text(Category::kDemographics, Level::kGeneralised, R"({"age_band":"25-39"})"));
  CHECK_FALSE(check_text(Category::kDemographics, Level::kGeneralised, R"({"age_band":"27"})"));
  CHECK_FALSE(check_text(Category::kLocation, Level::kGeneralised,
                         R"({"district":"Strada Lunga 14, 300210"})"));
  CHECK_FALSE(check_text(Category::kNarrative, Level::kGeneralised, R"({"account":"x"})"));
  CHECK_FALSE(check_text(Category::kImmigration, Level::kGeneralised,
                         R"({"eligible_for_service":"yes","may_work":"no"})"));
}

TEST_CASE("Substance-use records without their notice are refused") {
  CHECK_FALSE(check_text(Category::kSud, Level::kFull, R"({"substances":["x"]})"));
  CHECK(check_text(Category::kSud, Level::kFull,
                   R"({"notice":"no_redisclosure","substances":["x"]})"));
}

TEST_CASE("Only the canonical text of a value is accepted") {
  CHECK(check_text(Category::kRisk, Level::kFull, R"({"danger_level":"low","weapons":"no"})"));
  for (const char* text :
       {R"({"weapons":"no","danger_level":"low"})", R"({"danger_level": "low"})",
        R"({"danger_level":"low"} )", R"({"danger_level":"low","danger_level":"low"})", "{}", "",
        "null", R"({"danger_level":"low"}x)"}) {
    INFO(text);
    CHECK_FALSE(check_text(Category::kRisk, Level::kFull, text));
  }
}

TEST_CASE("The inbox shows the fuller of two levels") {
  const std::string lower = R"({"danger_level":"low"})";
  const std::string higher = R"({"danger_level":"low","threats":["at night"]})";
  const std::string needs = R"({"interpreter_needed":true})";
  const auto shown = render({{slot_of(Category::kRisk, Level::kFull), view_of(higher)},
                             {slot_of(Category::kRisk, Level::kGeneralised), view_of(lower)},
                             {slot_of(Category::kNeeds, Level::kGeneralised), view_of(needs)}});
  REQUIRE(shown);
  CHECK(json::parse(*shown) ==
        json({{"risk", {{"level", "full"}, {"value", json::parse(higher)}}},
              {"needs", {{"level", "generalised"}, {"value", json::parse(needs)}}}}));
  CHECK(render(std::vector<KeptSlot>{}).value() == "{}");
}

TEST_CASE("The inbox shows nothing of a message with one foreign value") {
  const std::string good = R"({"danger_level":"low"})";
  CHECK_FALSE(render({{slot_of(Category::kRisk, Level::kFull), view_of(good)},
                      {slot_of(Category::kNeeds, Level::kFull), view_of(good)}}));
  CHECK_FALSE(render({{200, view_of(good)}}));
}
