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
  fs::create_directories(fs::path(to).parent_path());
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

// To the shelter, and from there on to the clinic.
Json consent() {
  Json out = consent_for("safe_accommodation", "haven", every_category());
  out["scopes"].push_back(
      {{"purpose", "health_care"}, {"recipients", {"stmary"}}, {"categories", every_category()}});
  out["onward"] = {{"allowed", true}, {"purposes", {"health_care"}}, {"depth", 2}};
  return out;
}

Json onward(const Canaries& canaries, const std::string& prior) {
  Json out = canaries.referral("");
  out.erase("consent");
  out["to"] = "stmary";
  out["as"] = "shelter";
  out["to_role"] = "health";
  out["purpose"] = "health_care";
  out["prior"] = prior;
  Json content = Json::object();
  for (const char* category : {"needs", "identity", "contact"}) {
    content[category] = out["content"][category];
  }
  out["content"] = content;
  return out;
}

// Four messages: received at each hop, and waiting at the broker for each.
struct Story {
  Scene scene{"compress = false"};
  Canaries canaries;
  std::string given;  // the consent
  std::string received, waiting, further, further_waiting;

  std::string refer(const std::string& by, const Json& referral, const char* until) {
    const Json reply = scene[by].ask("POST", "/v1/referrals", referral);
    const std::string id = reply.at("message");
    (void)scene[by].wait_for_state(id, {until});
    return id;
  }
  Story() {
    scene.start({"bridge", "haven", "stmary"});
    given = scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000", consent()).at("consent");
    received = refer("bridge", canaries.referral(given), "received");
    further = refer("haven", onward(canaries, received), "received");
    scene["stmary"].stop();
    further_waiting = refer("haven", onward(canaries, received), "submitted");
    scene["haven"].stop();
    waiting = refer("bridge", canaries.referral(given), "submitted");
    scene["bridge"].stop();
    scene.broker().kill_now();  // so that the newest lies in the write-ahead log alone
  }
  [[nodiscard]] std::vector<std::string> messages() const {
    return {received, waiting, further, further_waiting};
  }
  // True when it comes to hold within ten seconds.
  bool comes(const std::string& agency, const std::string& path, const auto& holds) {
    for (int i = 0; i < 200; ++i) {
      if (holds(scene[agency].try_ask("GET", path))) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
  void withdraw() {
    scene.broker().start();
    scene.start({"bridge", "haven", "stmary"});
    (void)scene["bridge"].ask("POST", "/v1/consents/" + given + "/withdraw?wait_ms=10000",
                              Json::object());
    const auto stopped = [](const Json& item) {
      return item.is_object() && item.value("stopped", false);
    };
    const auto confirmed = [](const Json& list) { return list.is_array() && !list.empty(); };
    REQUIRE(comes("haven", "/v1/inbox/" + received, stopped));
    REQUIRE(comes("stmary", "/v1/inbox/" + further, stopped));
    (void)scene["bridge"].wait_for_state(waiting, {"withdrawn"});
    (void)scene["haven"].wait_for_state(further_waiting, {"withdrawn"});
    // The signed deletion receipts come by themselves, from the last hop first.
    CHECK(comes("haven", "/v1/deletions", confirmed));
    CHECK(comes("bridge", "/v1/deletions", confirmed));
    for (const char* name : {"bridge", "haven", "stmary"}) scene[name].stop();
    scene.broker().stop();
  }
  [[nodiscard]] std::string rest_key(const std::string& agency) {
    return scene[agency].folder() + "/rest.key";
  }
  // A copy of a whole store, as whoever takes the machine has it.
  bool anybody_reads(const std::string& copies) {
    bool out = false;
    copy(scene.broker().store(), copies + "/broker");
    for (const std::string& id : messages()) out |= broker_reads(copies + "/broker", id_of(id));
    for (const std::string& name : kAgencies) {
      copy(scene[name].folder() + "/store", copies + "/" + name);
      for (const std::string& id : messages()) {
        out |= agent_reads(copies + "/" + name, rest_key(name), id_of(id));
      }
    }
    fs::remove_all(copies);
    return out;
  }
  static inline const std::vector<std::string> kAgencies = {"bridge", "haven", "stmary"};
};

}  // namespace

TEST_CASE("After a withdrawal no file, backup or key that remains gives the content back") {
  Story story;
  Scene& scene = story.scene;
  // Backups as their keepers make them: without key slots, with the write-ahead log.
  const std::string kept = scene.folder() + "/kept";
  fs::create_directories(kept);
  copy(store::database_path(scene.broker().store()), kept + "/broker-db");
  for (const std::string& name : Story::kAgencies) {
    copy(scene[name].folder() + "/store/records", kept + "/" + name + "-records");
  }
  {  // The same attempts succeed before it is taken back, each of them: they are real ones.
    const std::string before = kept + "/before";
    copy(scene.broker().store(), before + "-broker");
    CHECK(broker_reads(before + "-broker", id_of(story.waiting)));
    CHECK(broker_reads(before + "-broker", id_of(story.further_waiting)));
    for (const auto& [name, id] : {std::pair{"haven", story.received},
                                   {"stmary", story.further},
                                   {"bridge", story.waiting},
                                   {"haven", story.further_waiting}}) {
      const std::string folder = before + "-" + name + id;
      copy(scene[name].folder() + "/store", folder);
      CHECK(agent_reads(folder, story.rest_key(name), id_of(id)));
      fs::remove_all(folder);
    }
    fs::remove_all(before + "-broker");
  }
  story.withdraw();

  // What lies there now.
  CHECK_FALSE(story.anybody_reads(kept + "/now"));
  // A restored backup with every key that remains.
  fs::create_directories(kept + "/broker");
  copy(kept + "/broker-db", store::database_path(kept + "/broker"));
  fs::copy_file(store::key_slot_path(scene.broker().store()),
                store::key_slot_path(kept + "/broker"));
  fs::permissions(kept + "/broker", fs::perms::owner_all);
  for (const std::string& id : story.messages()) {
    CHECK_FALSE(broker_reads(kept + "/broker", id_of(id)));
  }
  for (const std::string& name : Story::kAgencies) {
    const std::string folder = kept + "/" + name;
    fs::create_directories(folder);
    copy(kept + "/" + name + "-records", folder + "/records");
    fs::copy_file(scene[name].folder() + "/store/keys", folder + "/keys");
    fs::permissions(folder, fs::perms::owner_all);
    for (const std::string& id : story.messages()) {
      INFO(name);
      CHECK_FALSE(agent_reads(folder, story.rest_key(name), id_of(id)));
    }
  }
  // And no word of it in any file, backups included.
  for (const std::string& found : story.canaries.found_in(scene.folder())) FAIL_CHECK(found);
}
