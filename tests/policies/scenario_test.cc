#include "policies/scenario.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "policies/naive.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

constexpr const char* kScenarios = SAFECONDUCT_SHARED "/domain/scenarios.json";

std::vector<std::string> words(const json& object, const char* key) {
  return object.value(key, std::vector<std::string>{});
}

Level level_of(const std::string& letter) {
  return letter == "F" ? Level::kFull : letter == "G" ? Level::kGeneralised : Level::kWithheld;
}

Scenario scenario_of(const json& msg) {
  Scenario out;
  out.sender = msg.value("sender", "");
  out.role = msg.value("role", "");
  out.purpose = msg.value("purpose", "");
  out.agency = msg.value("agency", "");
  out.stage = msg.value("stage", "");
  out.basis = msg.value("basis", "");
  out.never = words(msg, "never");
  if (const json& consent = msg.value("consent", json()); consent.is_object()) {
    out.consent =
        ScenarioConsent{.purposes = words(consent, "purposes"),
                        .recipients = words(consent, "recipients"),
                        .full = words(consent, "full"),
                        .gen = words(consent, "gen"),
                        .grantor = consent.value("grantor", "self"),
                        .person_initiated = consent.value("person_initiated", false),
                        .fresh_in_reflection = consent.value("fresh_in_reflection", false),
                        .expired = consent.value("expired", false),
                        .withdrawn = consent.value("withdrawn", false)};
  }
  const json flags = msg.value("flags", json::object());
  out.reflection = flags.value("reflection", false);
  out.conflict = flags.value("coi", false);
  out.no_agreement = flags.value("no_agreement", false);
  out.protection_claim = flags.value("protection_claim", false);
  out.minor = flags.value("minor", false);
  out.hop = flags.value("hop", 1);
  if (const auto prior = flags.find("prior"); prior != flags.end()) {
    out.prior.emplace();
    for (const auto& [word, letter] : prior->items()) {
      out.prior->emplace_back(word, level_of(letter.get<std::string>()));
    }
  }
  return out;
}

void check_scenario(const json& entry) {
  INFO(entry.at("id").get<std::string>() << " " << entry.at("title").get<std::string>());
  const auto subject = to_case(scenario_of(entry.at("msg")));
  REQUIRE(subject);
  const Decision decision = decide(national(), *subject);
  const json& result = entry.at("result");
  CHECK(decision.deliver == result.at("deliver").get<bool>());
  const json reason = result.value("reason", json());
  const std::string wanted = reason.is_string() ? reason.get<std::string>() : "";
  const std::string found =
      decision.reason == kNoReason ? "" : "wh." + std::string(name(decision.reason));
  CHECK(found == wanted);
  for (const auto& [word, letter] : result.at("levels").items()) {
    INFO("category " << word);
    const auto category = category_named(word.starts_with("cat.") ? word.substr(4) : word);
    REQUIRE(category);
    CHECK(name(decision.levels[*category]) == name(level_of(letter.get<std::string>())));
  }
  const NaiveDecision naive = decide_naively(national().policy(), *subject);
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    CHECK(naive.levels[i] == decision.levels[category_at(i)]);
  }
}

}  // namespace

TEST_CASE("Every worked case of the domain gets exactly its levels or its refusal") {
  std::ifstream file(kScenarios);
  if (!file) {
    WARN("no worked cases at " << kScenarios << "; they are not tested here");
    return;
  }
  const json entries = json::parse(file);
  REQUIRE(entries.size() >= 31);
  for (const json& entry : entries) check_scenario(entry);
}

TEST_CASE("A blanket tick never holds what must be named one by one") {
  Scenario scenario{
      .sender = "ngo_case", .role = "legal", .purpose = "legal_advice", .agency = "lawaid"};
  scenario.consent =
      ScenarioConsent{.purposes = {"legal_advice"}, .recipients = {"lawaid"}, .full = {"all"}};
  const auto blanket = to_case(scenario);
  REQUIRE(blanket);
  const Decision decision = decide(national(), *blanket);
  REQUIRE(decision.deliver);
  CHECK(decision.levels[Category::kIdentity] == Level::kFull);
  CHECK(decision.levels[Category::kNarrative] == Level::kWithheld);
  CHECK(decision.reasons[index_of(Category::kNarrative)] == Reason::kNotNamed);

  scenario.consent->full.push_back("narrative");
  const auto named = to_case(scenario);
  REQUIRE(named);
  CHECK(decide(national(), *named).levels[Category::kNarrative] == Level::kFull);
}

TEST_CASE("A scenario with a mistyped category is refused with the nearest word") {
  Scenario scenario{.sender = "ngo_case", .role = "legal", .purpose = "legal_advice"};
  scenario.never = {"narative"};
  const auto subject = to_case(scenario);
  REQUIRE_FALSE(subject);
  CHECK(subject.error().message == "unknown category `narative`; did you mean `narrative`?");
}

TEST_CASE("An onward scenario that does not say what the sender received passes nothing on") {
  Scenario scenario{
      .sender = "shelter", .role = "health", .purpose = "health_care", .agency = "stmary"};
  scenario.hop = 2;
  scenario.consent = ScenarioConsent{
      .purposes = {"health_care"}, .recipients = {"stmary"}, .full = {"needs", "health"}};
  const auto subject = to_case(scenario);
  REQUIRE(subject);
  CHECK(decide(national(), *subject).levels.nothing());
}
