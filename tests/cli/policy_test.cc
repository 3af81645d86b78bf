#include <catch2/catch.hpp>
#include <filesystem>

#include "agents/cli/default_policy.h"
#include "schemas/ledger/note.h"
#include "tests/cli/program.h"

using namespace safeconduct::tests;
namespace fs = std::filesystem;

namespace {

const std::string kNational = SAFECONDUCT_SOURCE "/policies/national-referral.policy";

void make_officers(const TemporaryFolder& folder) {
  for (const std::string name : {"anna", "ben"}) {
    REQUIRE(run_program(folder, "keys officer " + name + " --out officers").exit == 0);
  }
}

Ran sign(const TemporaryFolder& folder, const std::string& officer, const std::string& policy,
         const std::string& more = "") {
  return run_program(folder, "policy sign " + policy + " --key officers/" + officer +
                                 ".key --out policy.note" + more);
}

}  // namespace

TEST_CASE("policy check proves the policy that is built in") {
  const TemporaryFolder folder;
  folder.write("national.policy", std::string(::safeconduct::cli::default_policy_text()));
  const Ran ran = run_program(folder, "policy check national.policy --json");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.json()["policy"] == "national_referral");
  CHECK(ran.json()["cells_proved"].get<std::uint64_t>() > 1000);
  CHECK(run_program(folder, "policy check national.policy").out.find(" cells proved") !=
        std::string::npos);
}

TEST_CASE("policy check gives line and column of what is wrong, and exit status 1") {
  const TemporaryFolder folder;
  std::string text(::safeconduct::cli::default_policy_text());
  const std::size_t at = text.find("to shelter");
  REQUIRE(at != std::string::npos);
  folder.write("slip.policy", text.replace(at, 10, "to sheltre"));
  const Ran ran = run_program(folder, "policy check slip.policy");
  CHECK(ran.exit == 1);
  CHECK(is_one_line(ran.err));
  CHECK_THAT(ran.err, Catch::Matches("safeconduct: slip.policy:[0-9]+:[0-9]+: (.|\n)*did you mean "
                                     "`shelter`(.|\n)*"));
  make_officers(folder);
  CHECK(sign(folder, "anna", "slip.policy").exit == 2);
  CHECK_FALSE(fs::exists(folder.path() / "policy.note"));
}

TEST_CASE("policy format prints the canonical text, which formats to itself") {
  const TemporaryFolder folder;
  const Ran first = run_program(folder, "policy format " + kNational);
  REQUIRE(first.exit == 0);
  folder.write("again.policy", first.out);
  CHECK(run_program(folder, "policy format again.policy").out == first.out);
}

TEST_CASE("Two officers sign a policy, one after the other") {
  const TemporaryFolder folder;
  make_officers(folder);
  const Ran first = sign(folder, "anna", kNational);
  INFO(first.err);
  REQUIRE(first.exit == 0);
  CHECK(first.out.find("One more officer must sign it") != std::string::npos);
  const Ran second = sign(folder, "ben", kNational, " --json");
  REQUIRE(second.exit == 0);
  CHECK(second.json()["officers"] == nlohmann::json({"anna", "ben"}));
  const auto note = ::safeconduct::ledger::parse_note(folder.read("policy.note"));
  REQUIRE(note);
  CHECK(note->signatures.size() == 2);
  CHECK(note->text == run_program(folder, "policy format " + kNational).out);
}

TEST_CASE("The same officer does not sign twice, also not under another name") {
  const TemporaryFolder folder;
  make_officers(folder);
  REQUIRE(sign(folder, "anna", kNational).exit == 0);
  const std::string before = folder.read("policy.note");
  for (const std::string more : {"", " --name zoe"}) {
    const Ran twice = sign(folder, "anna", kNational, more);
    CHECK(twice.exit == 2);
    CHECK(twice.err ==
          "safeconduct: `anna` has signed `policy.note` already; the next signature must be "
          "another officer's\n");
  }
  CHECK(folder.read("policy.note") == before);
}

TEST_CASE("A second signature does not go under another policy") {
  const TemporaryFolder folder;
  make_officers(folder);
  REQUIRE(sign(folder, "anna", kNational).exit == 0);
  std::string text(::safeconduct::cli::default_policy_text());
  const std::size_t at = text.find("national_referral");
  REQUIRE(at != std::string::npos);
  folder.write("other.policy", text.replace(at, 17, "regional_referral"));
  const Ran other = sign(folder, "ben", "other.policy");
  CHECK(other.exit == 2);
  CHECK(other.err.find("holds another policy") != std::string::npos);
}

TEST_CASE("An officer's key file that others may read does not sign") {
  const TemporaryFolder folder;
  make_officers(folder);
  fs::permissions(folder.path() / "officers/anna.key", fs::perms(0640));
  const Ran ran = sign(folder, "anna", kNational);
  CHECK(ran.exit == 2);
  CHECK(ran.err.find("can be read by others; run `chmod 600 officers/anna.key`") !=
        std::string::npos);
}
