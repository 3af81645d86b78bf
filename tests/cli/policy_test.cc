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
  const Ran ran = run_program(folder, "policy check national.policy");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.out.find("policy national_referral holds: 114 statements, 21,000,000 cells proved") !=
        std::string::npos);
  CHECK(ran.out.find("invariant 5, police and prosecution never receive health, psych, sud, "
                     "immigration, identifiers or media: proved over 1,680,000 cells") !=
        std::string::npos);
  CHECK(ran.out.find("invariant 9, refusing or withdrawing changes no other referral: held: ") !=
        std::string::npos);
  CHECK(ran.out.find("both evaluators agree on ") != std::string::npos);
}

TEST_CASE("policy check refuses a policy that breaks an invariant, in one sentence with the case") {
  const TemporaryFolder folder;
  std::string text(::safeconduct::cli::default_policy_text());
  text += "rule R90 \"x\" allow location to shelter for safe_accommodation needs consent\n";
  folder.write("broken.policy", text);
  const Ran ran = run_program(folder, "policy check broken.policy");
  CHECK(ran.exit == 1);
  CHECK(is_one_line(ran.err));
  CHECK(ran.err.find("breaks invariant 18, an address leaves only for a rescue or for a child's "
                     "safety: from survivor to shelter for safe_accommodation on consent") !=
        std::string::npos);
}

TEST_CASE("policy matrix writes a page that stands by itself, and comma-separated values") {
  const TemporaryFolder folder;
  const Ran csv = run_program(folder, "policy matrix " + kNational + " --csv --html matrix.html");
  INFO(csv.err);
  REQUIRE(csv.exit == 0);
  CHECK(csv.out.starts_with("role,purpose,basis,stage,from,needs,identity,"));
  CHECK(csv.out.find("immigration,status_application,consent,release,legal,full,full,full,") !=
        std::string::npos);
  const std::string page = folder.read("matrix.html");
  CHECK(page.find("href=\"#R5\" title=\"health for health_care: exploitation generalised, by R5") !=
        std::string::npos);
  CHECK(page.find("id=\"R5\"") != std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("policy diff tells an officer what a change opens and what it closes") {
  const TemporaryFolder folder;
  std::string text(::safeconduct::cli::default_policy_text());
  const std::string was = "allow psych, exploitation, risk up to generalised";
  const std::size_t at = text.find(was);
  REQUIRE(at != std::string::npos);
  folder.write("changed.policy",
               text.replace(at, was.size(), "allow psych, risk up to generalised"));
  const Ran closed = run_program(folder, "policy diff " + kNational + " changed.policy");
  INFO(closed.err);
  REQUIRE(closed.exit == 0);
  CHECK(closed.out ==
        "narrower  to health for health_care stage release: exploitation from generalised to "
        "withheld\n0 situations wider, 2,000 narrower\nThis change opens nothing.\n");
  const Ran opened = run_program(folder, "policy diff changed.policy " + kNational);
  CHECK(opened.exit == 0);
  CHECK(
      opened.out.starts_with("WIDER     to health for health_care stage release: exploitation "
                             "from withheld to generalised\n"));
  const Ran json = run_program(folder, "policy diff " + kNational + " changed.policy --json");
  CHECK(json.json()["wider"].empty());
  CHECK(json.json()["narrower"][0]["where"] == "to health for health_care stage release");
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
