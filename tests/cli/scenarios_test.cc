#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agents/cli/default_policy.h"
#include "tests/cli/program.h"

using namespace safeconduct::tests;
namespace fs = std::filesystem;

namespace {

const std::string kNational = SAFECONDUCT_SOURCE "/policies/national-referral.policy";
const std::string kShared = SAFECONDUCT_SHARED "/domain/scenarios.json";
const std::string kOwn = SAFECONDUCT_SOURCE "/tests/cli/scenarios.json";

constexpr const char* kShelterCase = R"({
  "sender": "ngo_case", "role": "shelter", "purpose": "safe_accommodation", "agency": "haven",
  "consent": {"purposes": ["safe_accommodation"], "recipients": ["haven"],
              "full": ["needs", "identity", "contact", "health"], "gen": ["demographics"]}
})";
constexpr const char* kImmigrationCase = R"({
  "sender": "ngo_case", "role": "immigration", "purpose": "status_application",
  "agency": "border"
})";

// Compares with a file that changes only when UPDATE_GOLDEN=1 asks for it.
void check_golden(const std::string& name, const std::string& text) {
  const std::string path = SAFECONDUCT_SOURCE "/tests/cli/golden/" + name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") std::ofstream(path) << text;
  std::ifstream file(path);
  const std::string wanted((std::istreambuf_iterator<char>(file)), {});
  CHECK(text == wanted);
}

}  // namespace

TEST_CASE("policy explain tells a case in sentences that a privacy officer can read aloud") {
  const TemporaryFolder folder;
  folder.write("shelter.json", kShelterCase);
  folder.write("immigration.json", kImmigrationCase);
  std::string transcript;
  for (const std::string name : {"shelter.json", "immigration.json"}) {
    const Ran ran = run_program(folder, "policy explain " + kNational + " --case " + name);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    transcript += "$ safeconduct policy explain national-referral.policy --case " + name + "\n" +
                  ran.out + "\n";
  }
  check_golden("policy_explain.txt", transcript);
}

TEST_CASE("policy decide gives every category its level and its reason, from standard input too") {
  const TemporaryFolder folder;
  const Ran ran = run_program(folder, "policy decide " + kNational + " --json", kShelterCase);
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  const auto decision = ran.json();
  CHECK(decision["deliver"] == true);
  CHECK(decision["levels"].size() == 19);
  CHECK(decision["levels"]["identity"]["level"] == "full");
  CHECK(decision["levels"]["identity"]["reason"].is_null());
  CHECK(decision["levels"]["health"]["level"] == "generalised");
  CHECK(decision["levels"]["narrative"]["reason"] == "not_needed");
  CHECK(decision["rules"] == nlohmann::json({"R3"}));
  const Ran refused = run_program(folder, "policy decide " + kNational, kImmigrationCase);
  CHECK(refused.exit == 0);
  CHECK(refused.out.starts_with("refused: "));
}

TEST_CASE("A case with a mistyped key or category is refused with the nearest word") {
  const TemporaryFolder folder;
  const auto ask = [&](const std::string& text) {
    return run_program(folder, "policy decide " + kNational + " --case -", text);
  };
  const Ran key = ask(R"({"sender":"ngo_case","rol":"shelter","purpose":"safe_accommodation"})");
  CHECK(key.exit == 2);
  CHECK(is_one_line(key.err));
  CHECK(key.err.find("did you mean `role`?") != std::string::npos);
  const Ran category =
      ask(R"({"sender":"ngo_case","role":"shelter","purpose":"triage","never":["helth"]})");
  CHECK(category.exit == 2);
  CHECK(category.err.find("did you mean `health`?") != std::string::npos);
  const Ran none = ask("shelter, please");
  CHECK(none.exit == 2);
  CHECK(none.err.find("the case is no JSON object") != std::string::npos);
}

TEST_CASE("policy test passes the cases of the domain with the policy that is built in") {
  if (!fs::exists(kShared)) {
    WARN("no worked cases at " << kShared << "; they are not tested here");
    return;
  }
  const TemporaryFolder folder;
  const Ran ran = run_program(folder, "policy test " + kShared);
  INFO(ran.out << ran.err);
  CHECK(ran.exit == 0);
  const std::string last = ran.out.substr(ran.out.rfind('\n', ran.out.size() - 2) + 1);
  CHECK_THAT(last, Catch::Matches("[0-9]+ passed, 0 failed\n"));
}

TEST_CASE("policy test prints a line for each case that fails, and exits with 1") {
  const TemporaryFolder folder;
  const Ran ran = run_program(folder, "policy test " + kOwn);
  CHECK(ran.exit == 1);
  CHECK(ran.out ==
        "failed C3 A shelter would get the account: narrative expected full, but is withheld "
        "because of not_needed, by R3\n2 passed, 1 failed\n");
  const auto document = run_program(folder, "policy test " + kOwn + " --json").json();
  CHECK(document["passed"] == 2);
  CHECK(document["failures"][0]["id"] == "C3");
}

TEST_CASE("policy test tries the policy that it is given") {
  const TemporaryFolder folder;
  std::string text(::safeconduct::cli::default_policy_text());
  const std::size_t rule = text.find("rule R3 ");
  REQUIRE(rule != std::string::npos);
  const std::size_t health = text.find("health, ", rule);
  REQUIRE(health != std::string::npos);
  folder.write("narrow.policy", text.erase(health, 8));
  const Ran ran = run_program(folder, "policy test " + kOwn + " --policy narrow.policy");
  INFO(ran.err);
  CHECK(ran.exit == 1);
  CHECK(ran.out.find("failed C1") != std::string::npos);
}

TEST_CASE("policy test refuses a table that is none") {
  const TemporaryFolder folder;
  folder.write("empty.json", "[]");
  folder.write("broken.json", "[{]");
  for (const std::string name : {"empty.json", "broken.json", "missing.json"}) {
    const Ran ran = run_program(folder, "policy test " + name);
    INFO(ran.err);
    CHECK(ran.exit == 2);
    CHECK(is_one_line(ran.err));
    CHECK(ran.out.empty());
  }
}
