// What was answered is on the disk: the loop over a disk that loses what was not synced, and over
// one that fills up.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>

#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/tree.h"
#include "schemas/wire/parts.h"
#include "tests/broker/in_process.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;

namespace {

// What the broker told anyone: it must still be so after any loss of power.
struct Told {
  std::map<MessageId, std::uint64_t> decided;
  std::map<MessageId, std::uint64_t> recorded;  // receipts
  std::vector<std::string> notes;
};

class Traffic {
 public:
  Traffic(const Network& network, const std::string& endpoint, Told& told)
      : network_(network),
        bridge_(network, "bridge", endpoint),
        haven_(network, "haven", endpoint),
        told_(told) {
    bridge_.join();
    haven_.join();
    const auto consent =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    bridge_.record_consent(consent);
    draft_.from = "bridge";
    draft_.to = "haven";
    draft_.consent = consent.id;
    draft_.slots = every_slot("text of slot ");
    haven_.credit(limits::kCreditMax);
  }

  // Some submissions, and whatever comes of them within a moment.
  void go_on(int submissions) {
    for (int i = 0; i < submissions; ++i) {
      (void)bridge_.try_send({0, seal_draft(network_, draft_).submission});
    }
    listen(milliseconds(10));
  }
  void listen(Duration wait) {
    for (const auto& frame : bridge_.take(wait)) hear(frame);
    for (const auto& frame : haven_.take(wait)) hear(frame);
  }

 private:
  void hear(const wire::ToAgent& frame) {
    if (const auto* decided = std::get_if<wire::Decided>(&frame.body)) {
      told_.decided[decided->message] = decided->position;
    } else if (const auto* checkpoint = std::get_if<wire::Checkpoint>(&frame.body)) {
      told_.notes.emplace_back(text_of(checkpoint->note));
    } else if (const auto* delivery = std::get_if<wire::Delivery>(&frame.body)) {
      const auto id = wire::decode_header(delivery->sealed.header)->message_id;
      if (const auto request = haven_.try_send({0, haven_.receipt_for(*delivery)})) {
        asked_[*request] = id;
      }
    } else if (const auto* recorded = std::get_if<wire::Recorded>(&frame.body)) {
      const auto at = asked_.find(frame.request);
      if (at != asked_.end()) told_.recorded[at->second] = recorded->position;
    }
  }

  const Network& network_;
  Client bridge_;
  Client haven_;
  Told& told_;
  Draft draft_;
  std::map<std::uint64_t, MessageId> asked_;
};

void check_told(const Network& network, const std::string& folder, const Told& told) {
  const auto entries = entries_of(folder);
  std::map<std::uint64_t, Digest> roots;
  ledger::Frontier frontier;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    REQUIRE(entries[i].leaf.position.value == i);
    frontier.append(ledger::leaf_hash(entries[i].leaf));
    roots[frontier.size()] = frontier.root();
  }
  const auto names = [&](std::uint64_t position, ledger::EntryKind kind, const MessageId& id) {
    if (position >= entries.size() || entries[position].leaf.kind != kind) return false;
    const auto& part = entries[position].part(ledger::PartKind::kRouting);
    return part && wire::decode_routing(part->bytes)->message == id;
  };
  for (const auto& [id, position] : told.decided) {
    CHECK(names(position, ledger::EntryKind::kSubmission, id));
  }
  for (const auto& [id, position] : told.recorded) {
    CHECK(names(position, ledger::EntryKind::kReceipt, id));
  }
  for (const std::string& note : told.notes) {
    const auto head =
        ledger::open_checkpoint(note, network.log_key().name(), network.log_key()).value().head;
    REQUIRE(roots.contains(head.size));
    CHECK(roots.at(head.size) == head.root);
  }
}

}  // namespace

TEST_CASE("A loss of power at any moment takes back nothing that was answered") {
  std::mt19937_64 random(seed_of("loss of power"));
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  const TempFolder temp;
  const std::string folder = temp.path() + "/store";
  Told told;
  for (int round = 0; round < (long_form() ? 200 : 20); ++round) {
    io::FaultyDisk disk;
    {
      InProcessBroker broker(network, folder, disk);
      Traffic traffic(network, broker.endpoint(), told);
      for (std::uint64_t i = 0, n = random() % 4; i < n; ++i) traffic.go_on(1 + int(random() % 4));
      // While frames are on their way.
      std::thread cut([&disk, wait = random() % 8000] {
        std::this_thread::sleep_for(std::chrono::microseconds(wait));
        disk.cut_power();
      });
      traffic.go_on(4);
      cut.join();
      traffic.go_on(1);
      const Status ended = broker.wait();
      CHECK_FALSE(ended);
      traffic.listen(milliseconds(50));
    }
    REQUIRE(disk.drop_unsynced(random() % 3 == 0 ? random() % 4000 : 0));
    INFO("round " << round);
    check_told(network, folder, told);
  }
  std::cout << told.decided.size() << " decided, " << told.recorded.size() << " received"
            << std::endl;
  CHECK(told.decided.size() > 20);
  CHECK_FALSE(told.recorded.empty());
}

TEST_CASE("A disk that fills up ends the loop; nothing is answered that is not there") {
  std::mt19937_64 random(seed_of("a full disk"));
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  const TempFolder temp;
  const std::string folder = temp.path() + "/store";
  Told told;
  for (const io::DiskFault fault : {io::DiskFault::kFull, io::DiskFault::kBroken}) {
    io::FaultyDisk disk;
    {
      InProcessBroker broker(network, folder, disk);
      Traffic traffic(network, broker.endpoint(), told);
      traffic.go_on(4);
      traffic.listen(milliseconds(100));
      disk.fail_writes_from(1 + random() % 6, fault);
      for (int i = 0; i < 10; ++i) traffic.go_on(2);
      const Status ended = broker.wait();
      REQUIRE_FALSE(ended);
      CHECK(ended.error().code == ErrorCode::kIo);
      INFO(ended.error().message);
      if (fault == io::DiskFault::kFull) {
        CHECK_THAT(ended.error().message, Catch::Contains("space") || Catch::Contains("full"));
      }
      traffic.listen(milliseconds(50));
    }
    disk.heal();
    check_told(network, folder, told);
  }
  CHECK_FALSE(told.decided.empty());
}
