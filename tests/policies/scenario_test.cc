#include "policies/scenario_file.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "policies/naive.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

constexpr const char* kScenarios = SAFECONDUCT_SHARED "/domain/scenarios.json";

// One case, well formed, as text to bend.
const std::string kCase = R"({
  "id": "X1", "title": "A bed", "why": "for people",
  "msg": {"sender": "ngo_case", "role": "role.shelter", "purpose": "safe_accommodation",
          "agency": "haven",
          "consent": {"purposes": ["safe_accommodation"], "recipients": ["haven"],
                      "full": ["needs", "cat.risk"], "gen": ["family"]},
          "flags": {"hop": 1}},
  "result": {"deliver": true, "reason": null, "levels": {"needs": "F", "family": "G"}}})";

std::string bent(const std::string& what, const std::string& by) {
  std::string text = "[" + kCase + "]";
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string complaint_of(const std::string& json) {
  const auto cases = read_scenarios(json);
  return cases ? "accepted" : cases.error().message;
}

ScenarioOutcome outcome_of(const std::string& json) {
  const auto cases = read_scenarios(json);
  if (!cases) FAIL(cases.error().message);
  return run_scenarios(national(), *cases).at(0);
}

}  // namespace

TEST_CASE("Every worked case of the domain gets exactly its levels or its refusal") {
  std::ifstream file(kScenarios);
  if (!file) {
    WARN("no worked cases at " << kScenarios << "; they are not tested here");
    return;
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto cases = read_scenarios(text);
  if (!cases) FAIL(cases.error().message);
  REQUIRE(cases->size() >= 31);
  for (const ScenarioOutcome& outcome : run_scenarios(national(), *cases)) {
    INFO(outcome.id << " " << outcome.title << ": " << outcome.differs);
    CHECK(outcome.passed);
  }
  for (const ScenarioCase& wanted : *cases) {
    INFO(wanted.id);
    CHECK(wanted.levels.size() == kCategoryCount);
    const auto subject = to_case(wanted.msg);
    REQUIRE(subject);
    const NaiveDecision naive = decide_naively(national().policy(), *subject);
    CHECK(naive.deliver == wanted.deliver);
    CHECK(naive.reason == wanted.reason);
    for (const auto& [category, level] : wanted.levels) {
      CHECK(naive.levels[index_of(category)] == level);
    }
  }
}

TEST_CASE("A worked case that comes out otherwise says what differs and by which rule") {
  CHECK(outcome_of("[" + kCase + "]").passed);
  const auto level = outcome_of(bent("\"needs\": \"F\"", "\"needs\": \"W\""));
  CHECK_FALSE(level.passed);
  CHECK(level.differs == "needs expected withheld, but is full, by R3");
  CHECK(outcome_of(bent("\"family\": \"G\"", "\"narrative\": \"F\"")).differs ==
        "narrative expected full, but is withheld because of not_needed, by R3");
  CHECK(outcome_of(bent("\"flags\": {", "\"flags\": {\"coi\": true, ")).differs ==
        "expected to be delivered, but is refused for conflict, by F20");
  const std::string refused = bent("\"deliver\": true, \"reason\": null",
                                   "\"deliver\": false, \"reason\": \"wh.no_consent\"");
  CHECK(outcome_of(refused).differs ==
        "expected to be refused for no_consent, but is delivered, by R3");
}

TEST_CASE("A malformed worked case is refused with its id and what to mend") {
  CHECK(complaint_of("[") == "the table of cases is not JSON; check its commas");
  CHECK(complaint_of("{}").find("is not a list of objects") != std::string::npos);
  CHECK(complaint_of("[3]") == "case 1 is not an object");
  CHECK(complaint_of("[" + std::string(5000, '[') + std::string(5000, ']') + "]") != "accepted");
  CHECK(complaint_of(bent("\"id\": \"X1\",", "")) == "case 1 lacks `id`");
  CHECK(complaint_of("[" + kCase + "," + kCase + "]") ==
        "case 2 `X1` has an id that was used before; give it another");
  CHECK(complaint_of(bent("\"consent\"", "\"consnt\"")) ==
        "case 1 `X1`: msg has the unknown key `consnt`; did you mean `consent`?");
  CHECK(complaint_of(bent("\"family\": \"G\"", "\"famly\": \"G\"")) ==
        "case 1 `X1`: result has the unknown category `famly`; did you mean `family`?");
  CHECK(complaint_of(bent("[\"family\"]", "[\"famly\"]")) ==
        "case 1 `X1`: unknown category `famly`; did you mean `family`?");
  CHECK(complaint_of(bent("\"family\": \"G\"", "\"family\": \"X\"")) ==
        "case 1 `X1`: result has for `family` no level W, G or F");
  CHECK(complaint_of(bent("\"hop\": 1", "\"hop\": -1")) ==
        "case 1 `X1`: flags has in `hop` something else than a whole number up to 255");
  CHECK(complaint_of(bent("\"hop\": 1", "\"minor\": \"yes\"")) ==
        "case 1 `X1`: flags has in `minor` something else than true or false");
  CHECK(complaint_of(bent("\"reason\": null", "\"reason\": \"wh.no_consnt\"")) ==
        "case 1 `X1`: result has the unknown reason `no_consnt`; did you mean `no_consent`?");
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
