#include <catch2/catch.hpp>

#include "agents/cli/network_folder.h"
#include "tests/cli/program.h"

using namespace safeconduct::tests;

namespace {

constexpr const char* kDates =
    " --agreement 2026-01-01:2027-01-01 --training 2026-02-01:2027-02-01";

void make_network(const TemporaryFolder& folder) {
  const Ran ran =
      run_program(folder, "network init net --name demo.example --endpoint tcp://127.0.0.1:7600");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
}

void make_agency(const TemporaryFolder& folder, const std::string& agency) {
  const Ran ran = run_program(
      folder, "keys new " + agency + " --out " + agency + " --network net/network.toml");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
}

Ran add(const TemporaryFolder& folder, const std::string& agency, const std::string& role,
        const std::string& more = "") {
  return run_program(
      folder, "network add net --json --card " + agency + "/card --role " + role + kDates + more);
}

void replace_in(const TemporaryFolder& folder, const std::string& name, const std::string& from,
                const std::string& to) {
  std::string text = folder.read(name);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  folder.write(name, text.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("A network of three agencies is made, shown, and changed agency by agency") {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& arguments) { return run_program(folder, arguments); };
  const auto anna = run("keys officer anna --out officers --json").json();
  const auto ben = run("keys officer ben --out officers --json").json();
  REQUIRE(
      run("network init net --name demo.example --endpoint tcp://127.0.0.1:7600 --officer anna=" +
          anna["vkey"].get<std::string>())
          .exit == 0);
  REQUIRE(run("network officer net " + ben["vkey"].get<std::string>()).exit == 0);
  for (const std::string agency : {"ngo", "haven", "police"}) make_agency(folder, agency);
  CHECK(add(folder, "ngo", "ngo_case").exit == 0);
  CHECK(add(folder, "haven", "shelter,housing").exit == 0);
  CHECK(add(folder, "police", "police").exit == 0);
  CHECK(run("network suspend net police").exit == 0);

  const Ran shown = run("network show net --json");
  REQUIRE(shown.exit == 0);
  const auto directory = shown.json();
  CHECK(directory["version"] == 6);
  CHECK(directory["broker_is_current"] == true);
  CHECK(directory["officers"].size() == 2);
  REQUIRE(directory["agencies"].size() == 3);
  CHECK(directory["agencies"][0]["agency"] == "haven");
  CHECK(directory["agencies"][0]["roles"] == nlohmann::json({"shelter", "housing"}));
  CHECK(directory["agencies"][0]["training"]["until"] == "2027-02-01");
  CHECK(directory["agencies"][2]["standing"] == "suspended");
  CHECK(run("network restore net police").exit == 0);
  CHECK(run("network remove net police").exit == 0);
  CHECK(run("network show net --json").json()["agencies"][2]["standing"] == "left");

  const Ran table = run("network show net");
  CHECK(table.out.find("haven   shelter, housing  active") != std::string::npos);
  CHECK(table.out.find('\x1b') == std::string::npos);
}

TEST_CASE("The network's folder keeps private what is private, and the broker has its copies") {
  const TemporaryFolder folder;
  make_network(folder);
  for (const char* name : {"net/authority.key", "net/broker/log.key", "net/broker/transport.key"}) {
    INFO(name);
    CHECK(folder.mode(name) == 0600u);
  }
  CHECK(folder.mode("net") == 0700u);
  CHECK(folder.mode("net/broker") == 0700u);
  CHECK(folder.read("net/broker/directory.note") == folder.read("net/directory.note"));
  CHECK(folder.read("net/trust").starts_with("log demo.example/log+"));
  CHECK(folder.read("net/trust").ends_with("\nquorum none\n"));
  make_agency(folder, "haven");
  REQUIRE(add(folder, "haven", "shelter").exit == 0);
  CHECK(folder.read("net/broker/directory.note") == folder.read("net/directory.note"));
}

TEST_CASE("network init never touches a folder that holds something") {
  const TemporaryFolder folder;
  make_network(folder);
  const std::string before = folder.read("net/authority.key");
  const Ran again = run_program(folder, "network init net --name demo.example");
  CHECK(again.exit == 2);
  CHECK(is_one_line(again.err));
  CHECK(again.err.find("`net` exists and is not an empty folder") != std::string::npos);
  CHECK(folder.read("net/authority.key") == before);
}

TEST_CASE("network init refuses a name or an endpoint that nobody could use") {
  const TemporaryFolder folder;
  const Ran name = run_program(folder, "network init net --name 'De Mo'");
  CHECK(name.exit == 2);
  CHECK(name.err.find("`De Mo` is no network name") != std::string::npos);
  const Ran endpoint =
      run_program(folder, "network init net --name demo.example --endpoint 127.0.0.1");
  CHECK(endpoint.exit == 2);
  CHECK(endpoint.err.find("write `tcp://host:port`") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "net"));
}

TEST_CASE("network add refuses a mistyped role with the nearest one") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  const Ran ran = add(folder, "haven", "sheltre");
  CHECK(ran.exit == 2);
  CHECK(ran.err == "safeconduct: unknown role `sheltre`; did you mean `shelter`?\n");
  CHECK(ran.json()["error"]["code"] == "invalid");
}

TEST_CASE("network add refuses dates that are none, and a time that ends before it begins") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  const auto with = [&](const std::string& agreement) {
    return run_program(
        folder,
        "network add net --card haven/card --role shelter --training 2026-01-01:2027-01-01 "
        "--agreement " +
            agreement);
  };
  for (const char* wrong : {"2026-02-30:2027-01-01", "2026-01-01", "2027-01-01:2026-01-01"}) {
    const Ran ran = with(wrong);
    INFO(ran.err);
    CHECK(ran.exit == 2);
    CHECK(is_one_line(ran.err));
    CHECK(ran.err.find("`" + std::string(wrong) + "` is no time of the agreement") !=
          std::string::npos);
    CHECK(ran.err.find("write FROM:UNTIL") != std::string::npos);
  }
}

TEST_CASE("network add finds a card whose fingerprint does not fit its keys") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  make_agency(folder, "other");
  const std::string other = folder.read("other/card");
  const std::size_t at = other.find("signing ");
  const std::string foreign_key = other.substr(at, other.find('\n', at) - at);
  const std::string mine = folder.read("haven/card");
  const std::size_t here = mine.find("signing ");
  replace_in(folder, "haven/card", mine.substr(here, mine.find('\n', here) - here), foreign_key);
  const Ran ran = add(folder, "haven", "shelter");
  CHECK(ran.exit == 1);
  CHECK(ran.err.find("says another fingerprint than its keys have") != std::string::npos);
  CHECK(run_program(folder, "network show net --json").json()["version"] == 1);
}

TEST_CASE("network add compares the digits that were read aloud") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  const auto card = run_program(folder, "keys show haven --json").json();
  const std::string digits = card["fingerprint"];
  std::string wrong = digits;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  const Ran refused = add(folder, "haven", "shelter", " --fingerprint '" + wrong + "'");
  CHECK(refused.exit == 1);
  CHECK(refused.err.find("not the one given") != std::string::npos);
  CHECK(add(folder, "haven", "shelter", " --fingerprint '" + digits + "'").exit == 0);
}

TEST_CASE("network add refuses an agency twice, and one agency's keys for another") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  REQUIRE(add(folder, "haven", "shelter").exit == 0);
  const Ran twice = add(folder, "haven", "shelter");
  CHECK(twice.exit == 2);
  CHECK(twice.err.find("`haven` is in the directory already") != std::string::npos);
  // A card of the same keys under another name has a fingerprint of its own.
  auto card = safeconduct::cli::read_card((folder.path() / "haven/card").string());
  REQUIRE(card);
  card->agency = *safeconduct::AgencyId::parse("double");
  folder.write("double/card", to_text(*card));
  const Ran shared = add(folder, "double", "shelter");
  CHECK(shared.exit == 2);
  CHECK(shared.err.find("has a key of `haven`") != std::string::npos);
}

TEST_CASE("A directory signed by another authority is not taken for ours") {
  const TemporaryFolder folder;
  make_network(folder);
  REQUIRE(run_program(folder, "network init foreign --name demo.example").exit == 0);
  folder.write("net/directory.note", folder.read("foreign/directory.note"));
  const Ran shown = run_program(folder, "network show net");
  CHECK(shown.exit == 1);
  CHECK(is_one_line(shown.err));
  CHECK(shown.err.find("is not signed by the authority of `demo.example`") != std::string::npos);
}

TEST_CASE("A directory whose text was changed after signing is found") {
  const TemporaryFolder folder;
  make_network(folder);
  replace_in(folder, "net/directory.note", "version 1", "version 2");
  CHECK(run_program(folder, "network show net").exit == 1);
}

TEST_CASE("network suspend names the nearest agency when there is none of that name") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  REQUIRE(add(folder, "haven", "shelter").exit == 0);
  const Ran ran = run_program(folder, "network suspend net havn");
  CHECK(ran.exit == 2);
  CHECK(ran.err == "safeconduct: no agency `havn` in the directory; did you mean `haven`?\n");
  REQUIRE(run_program(folder, "network remove net haven").exit == 0);
  const Ran left = run_program(folder, "network restore net haven");
  CHECK(left.exit == 2);
  CHECK(left.err.find("has left the network; add it again under a new card") != std::string::npos);
}

TEST_CASE("network show says when the broker's copy is behind, and the next change mends it") {
  const TemporaryFolder folder;
  make_network(folder);
  const std::string old = folder.read("net/broker/directory.note");
  make_agency(folder, "haven");
  REQUIRE(add(folder, "haven", "shelter").exit == 0);
  folder.write("net/broker/directory.note", old);
  const Ran shown = run_program(folder, "network show net");
  CHECK(shown.exit == 0);
  CHECK(shown.out.find("The copy in broker/ is of another version") != std::string::npos);
  REQUIRE(run_program(folder, "network suspend net haven").exit == 0);
  CHECK(folder.read("net/broker/directory.note") == folder.read("net/directory.note"));
}

TEST_CASE("network renew enters new dates, and refuses to change nothing or who has left") {
  const TemporaryFolder folder;
  make_network(folder);
  make_agency(folder, "haven");
  REQUIRE(add(folder, "haven", "shelter").exit == 0);
  const Ran renewed =
      run_program(folder, "network renew net haven --training 2027-02-01:2028-02-01 --json");
  INFO(renewed.err);
  REQUIRE(renewed.exit == 0);
  CHECK(renewed.json()["agencies"][0]["training"]["until"] == "2028-02-01");
  CHECK(renewed.json()["agencies"][0]["agreement"]["until"] == "2027-01-01");
  CHECK(renewed.json()["version"] == 3);
  CHECK(run_program(folder, "network renew net haven").exit == 2);
  REQUIRE(run_program(folder, "network remove net haven").exit == 0);
  const Ran left = run_program(folder, "network renew net haven --training 2027-02-01:2028-02-01");
  CHECK(left.exit == 2);
  CHECK(left.err.find("has left the network") != std::string::npos);
}
