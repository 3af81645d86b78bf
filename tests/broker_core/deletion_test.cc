// After a withdrawal: who was given something owes a signed receipt of its deletion within seven
// days, over all hops (DOMAIN §4.3, B5).
#include <catch2/catch.hpp>

#include "tests/broker_core/referral_life.h"

using namespace safeconduct;
using namespace safeconduct::core;
using wire::Event;
using Events = std::vector<std::string>;

namespace {

wire::DeletionRecord deletion(const BenchTop& bench, std::uint64_t message, std::string_view by,
                              std::uint32_t deleted) {
  wire::DeletionRecord r;
  r.message = message_id(message);
  r.by = agency(by);
  r.deleted = deleted;
  r.at = bench.now;
  return r;
}

Outcome say_stopped(BenchTop& bench, std::uint64_t message, std::string_view by) {
  const wire::DeletionRecord said = deletion(bench, message, by, 0);
  Outcome outcome = bench.apply(bench.word(by, said));
  REQUIRE(std::holds_alternative<Recorded>(outcome.answer));
  return outcome;
}

// What the last deletion_owed entry of the outcome asks to be deleted.
std::uint32_t owed(const Outcome& outcome, std::size_t nth = 0) {
  for (const Emitted& emitted : outcome.entries) {
    if (emitted.entry.leaf.kind != ledger::EntryKind::kDeletion) continue;
    if (nth-- == 0) return routing_part(emitted).categories;
  }
  return 0;
}

// ngo to haven, haven on to stmary; both received.
struct TwoHops {
  BenchTop bench;
  TwoHops() {
    bench.recorded({.scopes = {{},
                               {.purpose = "health_care",
                                .recipients = {"stmary"},
                                .full = "needs identity contact health"}},
                    .onward_depth = 2,
                    .onward_purposes = {"health_care"}});
    bench.received({.number = 1, .consent = 1});
    bench.received({.number = 2,
                    .from = "haven",
                    .to = "stmary",
                    .from_role = "shelter",
                    .to_role = "health",
                    .purpose = "health_care",
                    .hop = 2,
                    .prior = 1,
                    .content_life = days(20)});
  }
};

}  // namespace

TEST_CASE("The origin is told of the further hop, and of its agency") {
  const TwoHops scene;
  const auto& log = scene.bench.log();
  const auto at = std::find_if(log.begin(), log.end(), [](const ledger::Entry& entry) {
    return entry.leaf.kind == ledger::EntryKind::kOnward;
  });
  REQUIRE(at != log.end());
  const auto part = wire::decode_referral_part(at->part(ledger::PartKind::kSender)->bytes).value();
  CHECK(part.to == agency("stmary"));
  CHECK(part.parent == referral_id(1));
  CHECK_FALSE(at->has(ledger::PartKind::kRecipient));
}

TEST_CASE("B5 After a withdrawal at hop 2 both owe a receipt; the late one escalates on day 8") {
  TwoHops scene;
  const Outcome outcome = scene.bench.apply(scene.bench.withdraw(1));
  CHECK(scene.bench.phase(1) == Phase::kWithdrawn);
  CHECK(scene.bench.phase(2) == Phase::kWithdrawn);
  const std::uint32_t first = owed(outcome, 0);
  const std::uint32_t second = owed(outcome, 1);
  const auto told = wire::decode_referral_part(
      outcome.entries[2].entry.part(ledger::PartKind::kRecipient)->bytes);
  CHECK(told->event == Event::kDeletionOwed);
  CHECK(told->categories == first);
  CHECK(first != 0);
  CHECK(second != 0);
  say_stopped(scene.bench, 2, "stmary");
  say_stopped(scene.bench, 1, "haven");
  scene.bench.now = kMorning + days(2);
  const Outcome receipt =
      scene.bench.apply(scene.bench.word("stmary", deletion(scene.bench, 2, "stmary", second)));
  REQUIRE(std::holds_alternative<Recorded>(receipt.answer));
  CHECK(receipt.entries[0].sender == agency("haven"));
  const auto part =
      wire::decode_referral_part(receipt.entries[0].entry.part(ledger::PartKind::kSender)->bytes)
          .value();
  CHECK(wire::decode_recorded(part.record)->agency == agency("stmary"));
  scene.bench.now = (kMorning + days(7)) - minutes(1);
  CHECK(events(ring_all(scene.bench)).empty());
  scene.bench.now = kMorning + days(7);
  const auto late = ring_all(scene.bench);
  REQUIRE(events(late) == Events{"deletion_late"});
  CHECK(late[0].sender == agency("ngo"));
  CHECK(late[0].recipient.empty());
  CHECK(events(ring_all(scene.bench)).empty());
  wire::DeletionRecord last = deletion(scene.bench, 1, "haven", first);
  last.further = {std::get<Recorded>(receipt.answer).position};
  CHECK(
      std::holds_alternative<Recorded>(scene.bench.apply(scene.bench.word("haven", last)).answer));
}

TEST_CASE(
    "Who was told to stop says so within the hour, or a coordinator and the sender hear of it") {
  TwoHops scene;
  const Outcome outcome = scene.bench.apply(scene.bench.withdraw(1));
  scene.bench.now = kMorning + minutes(10);
  const Outcome said = say_stopped(scene.bench, 2, "stmary");
  REQUIRE(events(said.entries) == Events{"stopped"});
  CHECK(said.entries[0].sender == agency("haven"));
  CHECK(said.entries[0].recipient.empty());
  CHECK(say_stopped(scene.bench, 2, "stmary").entries.empty());
  scene.bench.now = kMorning + minutes(59);
  CHECK(events(ring_all(scene.bench)).empty());
  scene.bench.now = kMorning + minutes(60);
  const auto late = ring_all(scene.bench);
  REQUIRE(events(late) == Events{"stop_late"});
  CHECK(routing_part(late[0]).to == agency("haven"));
  CHECK(late[0].sender == agency("ngo"));
  CHECK(late[0].recipient.empty());
  scene.bench.now = kMorning + minutes(70);
  CHECK(events(ring_all(scene.bench)).empty());
  // Later is still on record, and the receipt is owed as before.
  CHECK(events(say_stopped(scene.bench, 1, "haven").entries) == Events{"stopped"});
  scene.bench.now = kMorning + days(7);
  CHECK(events(ring_all(scene.bench)) == Events{"deletion_late", "deletion_late"});
}

TEST_CASE("A deletion receipt within the hour says enough: no alarm rings") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  const std::uint32_t all = owed(bench.apply(bench.withdraw(1)));
  REQUIRE(std::holds_alternative<Recorded>(
      bench.apply(bench.word("haven", deletion(bench, 1, "haven", all))).answer));
  bench.now = bench.now + hours(2);
  const Events rung = events(ring_all(bench));
  CHECK(std::count(rung.begin(), rung.end(), "stop_late") == 0);
  CHECK(say_stopped(bench, 1, "haven").entries.empty());
}

TEST_CASE("A deletion receipt speaks of all that was to go, and may keep some on a legal ground") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  const std::uint32_t all = owed(bench.apply(bench.withdraw(1)));
  const std::uint32_t health = categories("health");
  REQUIRE((all & health) != 0);
  wire::DeletionRecord r = deletion(bench, 1, "haven", all & ~health);
  CHECK(is_error(bench.apply(bench.word("haven", r)), ErrorCode::kInvalid));
  r.kept = health;
  r.ground = wire::KeepGround::kMedicalRecords;
  r.kept_until = bench.now + days(3650);
  const auto first = std::get<Recorded>(bench.apply(bench.word("haven", r)).answer);
  CHECK(std::get<Recorded>(bench.apply(bench.word("haven", r)).answer).position == first.position);
  r.at = bench.now + minutes(1);
  CHECK(is_error(bench.apply(bench.word("haven", r)), ErrorCode::kConflict));
  bench.now = bench.now + days(8);
  const Events rung = events(ring_all(bench));
  CHECK(std::count(rung.begin(), rung.end(), "deletion_late") == 0);
}

TEST_CASE("Nobody gives a deletion receipt for what was not theirs or not taken back") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  CHECK(is_error(bench.apply(bench.word("haven", deletion(bench, 1, "haven", 1))),
                 ErrorCode::kNotFound));
  const std::uint32_t all = owed(bench.apply(bench.withdraw(1)));
  CHECK(is_error(bench.apply(bench.word("stmary", deletion(bench, 1, "stmary", all))),
                 ErrorCode::kNotFound));
}

TEST_CASE("What was given without a receipt counts as disclosed: its deletion is owed too") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.number = 1, .consent = 1});
  bench.given(1);
  CHECK(owed(bench.apply(bench.withdraw(1))) != 0);
  BenchTop waiting;
  waiting.recorded({});
  waiting.admitted({.number = 1, .consent = 1});
  CHECK(owed(waiting.apply(waiting.withdraw(1))) == 0);
}

TEST_CASE("A part that was taken back is owed as that part") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  const Outcome outcome = bench.apply(bench.withdraw(1, "identity"));
  CHECK(owed(outcome) == categories("identity"));
  CHECK(bench.phase(1) == Phase::kReceived);
}

TEST_CASE("A further hop on a consent of its own ends with what it was referred on from") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  bench.recorded({.number = 2,
                  .by = "haven",
                  .scopes = {{.purpose = "health_care",
                              .recipients = {"stmary"},
                              .full = "needs identity contact"}}});
  bench.received({.number = 2,
                  .from = "haven",
                  .to = "stmary",
                  .from_role = "shelter",
                  .to_role = "health",
                  .purpose = "health_care",
                  .consent = 2,
                  .hop = 2,
                  .prior = 1,
                  .content_life = days(20)});
  const Outcome outcome = bench.apply(bench.withdraw(1));
  CHECK(bench.phase(2) == Phase::kWithdrawn);
  CHECK(owed(outcome, 1) != 0);
}
