#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "broker/core/message.h"
#include "schemas/base/limits.h"
#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;
using policies::Level;
using policies::Reason;
using wire::Verdict;

TEST_CASE("A consent that its collector withdraws ends what waits and tells who holds the rest") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.number = 1, .consent = 1});
  const Given given = bench.received({.number = 2, .consent = 1});
  bench.admitted({.number = 3, .consent = 1});
  bench.given(3);
  const std::size_t before = bench.entries();
  const Outcome outcome = bench.apply(bench.withdraw(1));
  CHECK(std::get<Recorded>(outcome.answer).position == before);
  REQUIRE(outcome.entries.size() == 6);
  const auto recorded =
      wire::decode_recorded(outcome.entries[0].entry.part(ledger::PartKind::kRestricted)->bytes);
  CHECK(recorded->touched == std::vector{message_id(1), message_id(2), message_id(3)});
  CHECK_FALSE(bench.told_recipient(before + 1).has_value());
  const std::size_t withdrawals[] = {before + 1, before + 2, before + 4};
  const std::size_t duties[] = {before + 3, before + 5};
  for (const std::size_t position : duties) {
    CHECK(bench.log().at(position).leaf.kind == ledger::EntryKind::kDeletion);
  }
  for (const std::size_t position : {before + 2, before + 4}) {
    REQUIRE(bench.told_recipient(position).has_value());
    CHECK(bench.told_recipient(position)->stop);
    CHECK(bench.told_recipient(position)->content_end == bench.now);
  }
  for (const std::size_t position : withdrawals) {
    CHECK(bench.told_sender(position).verdict == code(Reason::kConsentWithdrawn));
  }
  CHECK(given.kept != 0);
  REQUIRE(outcome.bodies.size() == 2);
  for (const BodyEffect& effect : outcome.bodies) CHECK(effect.fate == BodyFate::kDrop);
  CHECK(waiting_count(bench.state(), agency("haven")) == 0);
  CHECK(bench.refused({.number = 4, .consent = 1}) == code(Reason::kConsentWithdrawn));
}

TEST_CASE("A withdrawal again gets the first one's position and writes nothing") {
  BenchTop bench;
  bench.recorded({});
  const Withdraw withdraw = bench.withdraw(1);
  const auto first = std::get<Recorded>(bench.apply(withdraw).answer);
  const std::size_t entries = bench.entries();
  CHECK(std::get<Recorded>(bench.apply(withdraw).answer).position == first.position);
  CHECK(std::get<Recorded>(bench.apply(bench.withdraw(1, "needs")).answer).position ==
        first.position);
  CHECK(bench.entries() == entries);
}

TEST_CASE("A recipient takes a consent back on the person's word, naming the message it got") {
  BenchTop bench;
  bench.recorded({.scopes = {{.recipients = {"haven", "homes"}}}});
  bench.received({.number = 1, .consent = 1});
  bench.admitted({.number = 2, .consent = 1});
  const Outcome outcome = bench.apply(bench.withdraw_at("haven", 1));
  CHECK(std::holds_alternative<Recorded>(outcome.answer));
  CHECK(bench.phase(1) == Phase::kWithdrawn);
  CHECK(bench.phase(2) == Phase::kWithdrawn);
}

TEST_CASE("Who neither collected a consent nor received under it cannot withdraw it") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.number = 1, .consent = 1});
  Withdraw foreign = bench.withdraw(1);
  foreign.agency = foreign.withdrawal.recorded_by = agency("stmary");
  foreign.key = signing_key_of("stmary");
  CHECK(is_error(bench.apply(foreign), ErrorCode::kNotFound));
  CHECK(is_error(bench.apply(bench.withdraw_at("haven", 1)), ErrorCode::kNotFound));
  CHECK(is_error(bench.apply(bench.withdraw(9)), ErrorCode::kNotFound));
  bench.given(1);
  CHECK(is_error(bench.apply(bench.withdraw_at("stmary", 1)), ErrorCode::kNotFound));
  Withdraw forged = bench.withdraw(1);
  forged.key = signing_key_of("haven");
  CHECK(is_error(bench.apply(forged), ErrorCode::kUnauthentic));
  CHECK(bench.phase(1) == Phase::kGiven);
}

TEST_CASE("Categories that are taken back leave waiting bodies at once and later messages too") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.number = 1, .consent = 1});
  const Outcome outcome = bench.apply(bench.withdraw(1, "health contact"));
  REQUIRE(outcome.entries.size() == 1);
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kNarrow);
  const std::uint64_t taken =
      slots("health contact", Level::kFull) | slots("health contact", Level::kGeneralised);
  CHECK((outcome.bodies[0].kept & taken) == 0);
  CHECK(outcome.bodies[0].kept != 0);
  CHECK((bench.given(1).kept & taken) == 0);
  const Decided decided = bench.admitted({.number = 2, .consent = 1});
  CHECK((bench.told_sender(decided.position).kept & taken) == 0);
}

TEST_CASE("Who holds a category that is taken back is told which slots may stay") {
  BenchTop bench;
  bench.recorded({});
  const Given given = bench.received({.number = 1, .consent = 1});
  const Outcome outcome = bench.apply(bench.withdraw_at("haven", 1, "health"));
  REQUIRE(outcome.entries.size() == 3);
  CHECK(outcome.entries[1].recipient == agency("haven"));
  CHECK(outcome.entries[1].sender.empty());
  CHECK(outcome.entries[2].entry.leaf.kind == ledger::EntryKind::kDeletion);
  const auto told = bench.told_recipient(bench.entries() - 2);
  CHECK_FALSE(told->stop);
  CHECK(told->kept == (given.kept & ~slots("health", Level::kGeneralised)));
  CHECK(bench.phase(1) == Phase::kReceived);
}

TEST_CASE("A version given before the withdrawal does not undo it, one given after does") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  const PutConsent older = bench.consent({.version = 2, .previous = {first}});
  bench.now = bench.now + minutes(1);
  bench.apply(bench.withdraw(1, "identity"));
  bench.apply(older);
  bench.admitted({.number = 1, .consent = 1});
  CHECK((bench.given(1).kept & slots("identity", Level::kFull)) == 0);
  bench.now = bench.now + minutes(1);
  bench.recorded({.version = 3, .previous = {older.version_hash}});
  bench.admitted({.number = 2, .consent = 1});
  CHECK((bench.given(2).kept & slots("identity", Level::kFull)) != 0);
}

TEST_CASE("After a withdrawal no version brings the consent back") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  bench.apply(bench.withdraw(1));
  CHECK(is_error(bench.apply(bench.consent({.version = 2, .previous = {first}})),
                 ErrorCode::kConflict));
}

TEST_CASE("What travels on another ground does not end with a consent it also names") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.to = "dispatch",
                      .to_role = "emergency",
                      .purpose = "emergency_rescue",
                      .basis = "break_glass",
                      .consent = 1};
  bench.allow(letter);
  bench.admitted(letter);
  CHECK(bench.apply(bench.withdraw(1)).entries.size() == 1);
  CHECK(bench.phase(1) == Phase::kWaiting);
}
