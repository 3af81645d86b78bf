// An older copy of the database, or another one, under the newest published head: the broker does
// not start and says what to do; recovery opens a new log that names both heads.
#include <catch2/catch.hpp>
#include <filesystem>

#include "broker/audit/replay.h"
#include "broker/audit/sentences.h"
#include "broker/audit/verify.h"
#include "broker/recovery.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

struct Ended {
  int status = 0;
  std::string said;
};

Ended run_broker(const std::string& folder, bool recover = false) {
  const std::string output = folder + "/said";
  fs::remove(output);
  std::vector<std::string> arguments{"--config", folder + "/broker.toml"};
  if (recover) arguments.push_back("--recover");
  Process process("safeconduct-broker", arguments, output);
  const int status = process.wait_for_exit(seconds(20));
  return {status, read_text(output)};
}

// A log with some entries, stopped; a copy of its database; and then some more entries.
struct PutBack {
  Network network{{{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}}};
  TempFolder temp;
  std::string folder = temp.path() + "/broker";
  std::string store = folder + "/store";
  std::string copy = temp.path() + "/copy";
  std::size_t published = 0;

  PutBack() {
    Broker broker(network, folder);
    serve(broker);
    REQUIRE(broker.stop() == 0);
    fs::copy(store, copy, fs::copy_options::recursive);
    broker.start();
    serve(broker);
    REQUIRE(broker.stop() == 0);
    published = entries_of(store).size();
  }
  void serve(Broker& broker) {
    Client bridge(network, "bridge", broker.endpoint());
    bridge.join();
    for (int i = 0; i < 3; ++i) {
      Draft draft;
      draft.from = "bridge";
      draft.to = "haven";
      draft.slots = every_slot("x");
      bridge.submit(seal_draft(network, draft));
    }
  }
  void put_back(const std::string& what) {
    fs::remove_all(store + "/" + what);
    fs::copy(copy + "/" + what, store + "/" + what, fs::copy_options::recursive);
  }
};

}  // namespace

TEST_CASE("An older copy of the database is refused, with both sizes and what to do") {
  PutBack scene;
  const std::size_t restored = entries_of(scene.copy).size();
  scene.put_back("db");
  const Ended ended = run_broker(scene.folder);
  INFO(ended.said);
  CHECK(ended.status == 3);
  CHECK_THAT(ended.said, Catch::Contains("older than what was published"));
  CHECK_THAT(ended.said, Catch::Contains(std::to_string(restored) + " entries"));
  CHECK_THAT(ended.said, Catch::Contains("published " + std::to_string(scene.published)));
  CHECK_THAT(ended.said, Catch::Contains("--recover"));
  // Again, and nothing was signed meanwhile.
  CHECK(run_broker(scene.folder).status == 3);
}

TEST_CASE("Other entries than were published are refused, also when there are more of them") {
  PutBack scene;
  // A second story on the older copy, longer than the first.
  fs::rename(scene.store, scene.temp.path() + "/first");
  fs::copy(scene.copy, scene.store, fs::copy_options::recursive);
  {
    Broker broker(scene.network, scene.folder);
    for (int i = 0; i < 3; ++i) scene.serve(broker);
    REQUIRE(broker.stop() == 0);
  }
  CHECK(entries_of(scene.store).size() > scene.published);
  fs::copy_file(scene.temp.path() + "/first/published", scene.store + "/published",
                fs::copy_options::overwrite_existing);
  const Ended ended = run_broker(scene.folder);
  INFO(ended.said);
  CHECK(ended.status == 3);
  CHECK_THAT(ended.said, Catch::Contains("other entries than were published"));
}

TEST_CASE("A store without its published head is refused, a new one is not") {
  PutBack scene;
  fs::remove(scene.store + "/published");
  const Ended ended = run_broker(scene.folder);
  CHECK(ended.status == 3);
  CHECK_THAT(ended.said, Catch::Contains("published` ") || Catch::Contains("is missing"));
  fs::remove_all(scene.store);
  Broker broker(scene.network, scene.folder);
  CHECK(broker.stop() == 0);
}

TEST_CASE("Recovery opens a new log that names the published head, the restored one and the gap") {
  PutBack scene;
  CHECK(run_broker(scene.folder, true).status == 2);  // nothing to recover
  const std::size_t restored = entries_of(scene.copy).size();
  scene.put_back("db");
  const Ended done = run_broker(scene.folder, true);
  INFO(done.said);
  REQUIRE(done.status == 0);
  CHECK_THAT(done.said, Catch::Contains("test.example/log/2"));
  CHECK(fs::exists(scene.store + ".restored-1/db"));
  const auto entries = entries_of(scene.store);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].leaf.kind == ledger::EntryKind::kRecovery);
  const std::string words = audit::sentence(entries[0]);
  CHECK_THAT(words, Catch::Contains("recovery of test.example/log"));
  CHECK_THAT(words, Catch::Contains("published " + std::to_string(scene.published)));
  CHECK_THAT(words, Catch::Contains("restored " + std::to_string(restored)));
  CHECK_THAT(words, Catch::Contains("gap " + std::to_string(scene.published - restored)));
  // It serves, verifies and replays under the new name.
  {
    Broker broker(scene.network, scene.folder);
    scene.serve(broker);
    REQUIRE(broker.stop() == 0);
  }
  const auto source = audit::open_source(scene.store);
  REQUIRE(source.has_value());
  const auto key = ledger::NoteKey::make("test.example/log/2", ledger::SignatureType::kEd25519,
                                         scene.network.log_signing().verify_key());
  const auto trust = ledger::TrustPolicy::parse("log " + key->text() + "\nquorum none\n");
  const auto report = audit::verify(**source, *trust);
  REQUIRE(report.has_value());
  CHECK(report->good());
  const auto replay = audit::replay(**source);
  REQUIRE(replay.has_value());
  if (!replay->good()) FAIL(replay->divergence->sentence);
}

TEST_CASE("A recovery that was interrupted does not become an empty log") {
  PutBack scene;
  fs::rename(scene.store, scene.store + ".new");
  const Ended ended = run_broker(scene.folder);
  CHECK(ended.status == 3);
  CHECK_THAT(ended.said, Catch::Contains("interrupted"));
}

TEST_CASE("Each log has a name of its own") {
  CHECK(broker::next_origin("demo.example/log") == "demo.example/log/2");
  CHECK(broker::next_origin("demo.example/log/2") == "demo.example/log/3");
  CHECK(broker::next_origin("demo.example/log/19") == "demo.example/log/20");
}
