// The worked cases that ship beside the default policy guard it: what is bent is noticed.
// The short form bends every 29th place; SAFECONDUCT_LONG=1 bends all.
#include "policies/mutate.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

std::vector<ScenarioCase> shipped_cases() {
  std::ifstream file(SAFECONDUCT_SOURCE "/policies/national-referral.cases.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto cases = read_scenarios(text);
  if (!cases) FAIL(cases.error().message);
  return std::move(cases).value();
}

std::size_t every() {
  const char* wanted = std::getenv("SAFECONDUCT_LONG");
  return wanted != nullptr && std::string_view(wanted) == "1" ? 1 : 29;
}

}  // namespace

TEST_CASE("Every worked case that ships with the default policy comes out") {
  const auto cases = shipped_cases();
  REQUIRE(cases.size() > 100);
  for (const ScenarioOutcome& outcome : run_scenarios(national(), cases)) {
    INFO(outcome.id << " " << outcome.title << ": " << outcome.differs);
    CHECK(outcome.passed);
  }
}

TEST_CASE("Nothing in the default policy can be bent unnoticed") {
  const auto report = mutate(national(), shipped_cases(), every());
  REQUIRE(report);
  for (const Mutant& mutant : report->mutants) {
    INFO(mutant.change);
    CHECK(mutant.notice != Notice::kMissed);
  }
  CHECK(report->score() == 100);
  CHECK(report->count(Notice::kCase) > 20);
}

TEST_CASE("Without worked cases what is bent is missed, and the report says so by name") {
  const auto report = mutate(national(), {}, 307);
  REQUIRE(report);
  CHECK(report->count(Notice::kMissed) > 0);
  CHECK(report->score() < 100);
}

TEST_CASE("Worked cases that fail on the policy as it stands are no guard, and are refused") {
  auto cases = shipped_cases();
  cases.front().deliver = !cases.front().deliver;
  const auto report = mutate(national(), cases);
  REQUIRE_FALSE(report);
  CHECK(report.error().message.find("case `" + cases.front().id + "` does not pass") !=
        std::string::npos);
}
