// After a withdrawal nothing of the content can be recovered: every file, every backup that was
// made before, and every key that remains are taken, and opened as whoever holds them would.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "agents/daemon/place.h"
#include "agents/daemon/store.h"
#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "schemas/seal/key_file.h"
#include "tests/e2e/canaries.h"
#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;
namespace fs = std::filesystem;

namespace {

MessageId id_of(const std::string& text) {
  return MessageId::parse(text).value();
}

void copy(const std::string& from, const std::string& to) {
  fs::copy(from, to, fs::copy_options::recursive);
}

// What somebody with this store, its rest key and these key slots reads of the message's content.
// `folder`: an agent's store; it is opened as the agent would, on a copy.
bool agent_reads(const std::string& folder, const std::string& rest_key, const MessageId& id) {
  SystemRandom random;
  const auto rest = seal::read_rest_key(rest_key).value();
  const auto store = agent::Store::open(folder, rest, random);
  if (!store) return false;
  for (const Bytes& key : {agent::place::inbox(id), agent::place::sent(id)}) {
    const auto secret = store->secret(key);
    if (secret && *secret && !(*secret)->expose().empty()) return true;
  }
  return false;
}

bool broker_reads(const std::string& folder, const MessageId& id) {
  SystemRandom random;
  const auto store = store::Store::open(folder, {.create_if_missing = false}, random);
  if (!store) return false;
  const auto body = (*store)->body(id);
  return body && body->has_value();
}

Json every_category() {
  Json all = Json::object();
  for (const char* category : {"needs", "identity", "contact", "demographics", "risk", "family"}) {
    all[category] = "full";
  }
  return all;
}

}  // namespace

TEST_CASE("After a withdrawal no file, backup or key that remains gives the content back") {
  Scene scene("compress = false");
  scene.start({"bridge", "haven"});
  const Json recorded =
      scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000",
                          consent_for("safe_accommodation", "haven", every_category()));
  const Canaries canaries;
  const Json referral = canaries.referral(recorded.at("consent"));
  const std::string received = scene["bridge"].ask("POST", "/v1/referrals", referral).at("message");
  (void)scene["bridge"].wait_for_state(received, {"received"});
  scene["haven"].stop();
  const std::string waiting = scene["bridge"].ask("POST", "/v1/referrals", referral).at("message");
  (void)scene["bridge"].wait_for_state(waiting, {"submitted"});
  scene.broker().stop();
  scene["bridge"].stop();

  // Backups as their keepers make them: without key slots.
  const std::string kept = scene.folder() + "/kept";
  fs::create_directories(kept);
  copy(store::database_path(scene.broker().store()), kept + "/broker-db");
  copy(scene["haven"].folder() + "/store/records", kept + "/haven-records");
  const std::string rest = scene["haven"].folder() + "/rest.key";
  {  // The same attempts succeed before it is taken back: they are real ones.
    copy(scene.broker().store(), kept + "/broker-before");
    copy(scene["haven"].folder() + "/store", kept + "/haven-before");
    CHECK(broker_reads(kept + "/broker-before", id_of(waiting)));
    CHECK(agent_reads(kept + "/haven-before", rest, id_of(received)));
    fs::remove_all(kept + "/broker-before");
    fs::remove_all(kept + "/haven-before");
  }

  scene.broker().start();
  scene.start({"bridge", "haven"});
  (void)scene["bridge"].ask(
      "POST",
      "/v1/consents/" + recorded.at("consent").get<std::string>() + "/withdraw?wait_ms=10000",
      Json::object());
  bool stopped = false;
  for (int i = 0; i < 200 && !stopped; ++i) {
    const Json item = scene["haven"].try_ask("GET", "/v1/inbox/" + received);
    stopped = item.is_object() && item.value("stopped", false);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  REQUIRE(stopped);
  (void)scene["bridge"].wait_for_state(waiting, {"withdrawn"});
  bool confirmed = false;
  for (int i = 0; i < 200 && !confirmed; ++i) {
    const Json list = scene["bridge"].try_ask("GET", "/v1/deletions");
    confirmed = list.is_array() && !list.empty();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(confirmed);  // the signed deletion receipt came by itself
  for (const char* name : {"bridge", "haven"}) scene[name].stop();
  scene.broker().stop();

  // What lies there now.
  CHECK_FALSE(broker_reads(scene.broker().store(), id_of(waiting)));
  CHECK_FALSE(broker_reads(scene.broker().store(), id_of(received)));
  for (const std::string& id : {received, waiting}) {
    CHECK_FALSE(agent_reads(scene["haven"].folder() + "/store", rest, id_of(id)));
    CHECK_FALSE(agent_reads(scene["bridge"].folder() + "/store",
                            scene["bridge"].folder() + "/rest.key", id_of(id)));
  }
  // A restored backup with every key that remains.
  fs::create_directories(kept + "/broker");
  copy(kept + "/broker-db", store::database_path(kept + "/broker"));
  fs::copy_file(store::key_slot_path(scene.broker().store()),
                store::key_slot_path(kept + "/broker"));
  fs::permissions(kept + "/broker", fs::perms::owner_all);
  CHECK_FALSE(broker_reads(kept + "/broker", id_of(waiting)));
  fs::create_directories(kept + "/haven");
  copy(kept + "/haven-records", kept + "/haven/records");
  fs::copy_file(scene["haven"].folder() + "/store/keys", kept + "/haven/keys");
  fs::permissions(kept + "/haven", fs::perms::owner_all);
  CHECK_FALSE(agent_reads(kept + "/haven", rest, id_of(received)));
  // And no word of it in any file, backups included.
  for (const std::string& found : canaries.found_in(scene.folder())) FAIL_CHECK(found);
}
