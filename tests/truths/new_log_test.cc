// The newest store is lost, an older backup comes back: a new log is opened, the authority names it
// in a directory, agents follow it and send again; without the authority's signature they do not.
#include <catch2/catch.hpp>
#include <filesystem>

#include "broker/recovery.h"
#include "schemas/ledger/checkpoint.h"
#include "tests/broker/scene.h"
#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using namespace safeconduct::e2e;
namespace fs = std::filesystem;

namespace {

const Json kAll = {
    {"needs", "full"}, {"identity", "full"}, {"risk", "full"}, {"demographics", "full"}};

}  // namespace

TEST_CASE("After a loss agents follow the log that the authority names, and nothing is lost") {
  e2e::Scene scene;
  scene.start({"bridge", "haven"});
  const Json recorded = scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000",
                                            consent_for("safe_accommodation", "haven", kAll));
  const std::string consent = recorded.at("consent");
  const Json first = scene["bridge"].ask("POST", "/v1/referrals", shelter_referral(consent, "Ana"));
  CHECK(scene["bridge"].wait_for_state(first.at("message"), {"received"}).at("state") ==
        "received");
  // A backup; then one more, which waits for its recipient when the store is lost.
  scene["haven"].stop();
  scene.broker().stop();
  const std::string store = scene.broker().store();
  const std::string backup = scene.folder() + "/backup";
  fs::copy(store + "/db", backup, fs::copy_options::recursive);
  scene.broker().start();
  scene["bridge"].wait_until_serving();
  const Json second =
      scene["bridge"].ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"));
  (void)scene["bridge"].wait_for_state(second.at("message"), {"submitted"});
  scene.broker().stop();
  fs::remove_all(store + "/db");
  fs::copy(backup, store + "/db", fs::copy_options::recursive);

  const Ran recovered =
      run("safeconduct-broker", {"--config", scene.broker().folder() + "/broker.toml", "--recover"},
          scene.folder() + "/recovered");
  INFO(recovered.output);
  REQUIRE(recovered.exit == 0);
  // The broker serves the new log; its directory is still the old one, so nobody follows.
  scene.broker().start();
  const auto log = ledger::NoteKey::make("test.example/log/2", ledger::SignatureType::kEd25519,
                                         scene.network().log_signing().verify_key());
  REQUIRE(log.has_value());
  CHECK_FALSE(wait_until(seconds(2), [&] {
    return scene["bridge"].ask("GET", "/v1/status").at("connected") == true &&
           scene["bridge"].ask("GET", "/v1/status").at("tree_size").get<int>() < 5;
  }));
  scene.network().set_log(*log);
  scene.broker().put_directory();
  scene.start({"haven"});
  const Json fate = scene["bridge"].wait_for_state(second.at("message"), {"received"}, seconds(60));
  CHECK(fate.at("state") == "received");
  CHECK(scene["haven"].ask("GET", "/v1/inbox").size() == 2);
  scene["bridge"].stop();
  scene["haven"].stop();
  CHECK(scene.broker().stop() == 0);
}

TEST_CASE("Agents keep both signed heads of a log that begins anew, and say where") {
  e2e::Scene scene;
  scene.start({"bridge"});
  const int before = scene["bridge"].ask("GET", "/v1/status").at("tree_size");
  scene.broker().stop();
  // The same key signs another story, from its first entry on.
  fs::remove_all(scene.broker().store());
  scene.broker().start();
  const std::string store = scene["bridge"].folder() + "/store";
  REQUIRE(wait_until(seconds(30), [&] {
    return fs::exists(store + "/fork-known.note") && fs::exists(store + "/fork-shown.note");
  }));
  const auto size_in = [&](const std::string& file) {
    const auto& key = scene.network().log_key();
    const auto shown = ledger::open_checkpoint(read_text(file), key.name(), key);
    REQUIRE(shown.has_value());
    return shown->head;
  };
  const ledger::TreeHead known = size_in(store + "/fork-known.note");
  CHECK(known.size >= static_cast<std::uint64_t>(before));
  CHECK(size_in(store + "/fork-shown.note") != known);
  REQUIRE(wait_until(seconds(10), [&] {
    const std::string said = scene["bridge"].ask("GET", "/v1/status").at("problems").dump();
    return said.find(store + "/fork-known.note") != std::string::npos &&
           said.find(store + "/fork-shown.note") != std::string::npos;
  }));
  scene["bridge"].stop();
  CHECK(scene.broker().stop() == 0);
}
