#include <catch2/catch.hpp>
#include <filesystem>

#include "schemas/seal/key_file.h"
#include "tests/cli/program.h"

using namespace safeconduct::tests;
namespace fs = std::filesystem;

TEST_CASE("keys new makes four different keys, private, and a card that fits them") {
  const TemporaryFolder folder;
  const Ran ran = run_program(folder, "keys new haven --out haven --json");
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  for (const char* name : {"signing.key", "transport.key", "rest.key", "sealing/1.key"}) {
    INFO(name);
    CHECK(folder.mode("haven/" + std::string(name)) == 0600u);
  }
  const std::string path = (folder.path() / "haven").string();
  const auto signing = ::safeconduct::seal::read_signing_key(path + "/signing.key");
  const auto transport = ::safeconduct::seal::read_transport_key(path + "/transport.key");
  const auto sealing = ::safeconduct::seal::read_sealing_key(path + "/sealing/1.key");
  REQUIRE(signing);
  REQUIRE(transport);
  REQUIRE(sealing);
  CHECK(::safeconduct::seal::read_rest_key(path + "/rest.key"));
  CHECK(signing->verify_key().bytes != transport->public_key().bytes);
  CHECK(sealing->public_key().bytes != transport->public_key().bytes);
  CHECK(ran.json()["signing"] == ::safeconduct::to_base64(signing->verify_key().bytes));
  CHECK_FALSE(fs::exists(folder.path() / "haven/agent.toml"));

  const Ran shown = run_program(folder, "keys show haven --json");
  REQUIRE(shown.exit == 0);
  CHECK(shown.json()["fingerprint"] == ran.json()["fingerprint"]);
}

TEST_CASE("keys new never replaces a key") {
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, "keys new haven --out haven").exit == 0);
  const std::string before = folder.read("haven/signing.key");
  const Ran again = run_program(folder, "keys new haven --out haven");
  CHECK(again.exit == 2);
  CHECK(is_one_line(again.err));
  CHECK(again.err.find("exists already") != std::string::npos);
  CHECK(folder.read("haven/signing.key") == before);
}

TEST_CASE("keys new refuses a folder that others may enter, and a name that is none") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "open");
  fs::permissions(folder.path() / "open", fs::perms(0755));
  const Ran open = run_program(folder, "keys new haven --out open");
  CHECK(open.exit == 2);
  CHECK(is_one_line(open.err));
  const Ran name = run_program(folder, "keys new Haven --out haven");
  CHECK(name.exit == 2);
  CHECK(name.err.find("`Haven`") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.path() / "haven"));
}

TEST_CASE("keys new says where network.toml is wrong, with line and column") {
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, "network init net --name demo.example").exit == 0);
  folder.write("network.toml", folder.read("net/network.toml") + "colour = \"red\"\n");
  const Ran ran = run_program(folder, "keys new haven --out haven --network network.toml");
  CHECK(ran.exit == 2);
  CHECK(ran.err.find("network.toml:10:1: unknown key `broker.colour`") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.path() / "haven"));
}

TEST_CASE("A key file open to others is refused with the command that closes it") {
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, "keys new haven --out haven").exit == 0);
  fs::permissions(folder.path() / "haven/signing.key", fs::perms(0644));
  const Ran ran = run_program(folder, "keys show haven");
  CHECK(ran.exit == 2);
  CHECK(is_one_line(ran.err));
  CHECK(ran.err.find("run `chmod 600 haven/signing.key`") != std::string::npos);
}

TEST_CASE("A card that lies beside another agency's keys is found") {
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, "keys new haven --out haven").exit == 0);
  REQUIRE(run_program(folder, "keys new other --out other").exit == 0);
  folder.write("haven/card", folder.read("other/card"));
  const Ran ran = run_program(folder, "keys show haven");
  CHECK(ran.exit == 1);
  CHECK(ran.err.find("does not belong to the keys beside it") != std::string::npos);
}
