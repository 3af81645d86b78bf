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

TEST_CASE("A message whose transport has ended leaves its mailbox and its sender is told") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1, .life = hours(2)});
  bench.now = bench.now + hours(2) - milliseconds(1);
  CHECK(due(bench.state(), bench.now, 10).empty());
  CHECK(bench.apply(Expire{message_id(1)}).entries.empty());
  bench.now = bench.now + milliseconds(1);
  CHECK(due(bench.state(), bench.now, 10) == std::vector{message_id(1)});
  const Outcome outcome = bench.apply(Expire{message_id(1)});
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].entry.leaf.kind == ledger::EntryKind::kExpiry);
  CHECK(bench.told_sender(bench.entries() - 1).verdict == code(Verdict::kExpired));
  CHECK(outcome.bodies[0].fate == BodyFate::kDrop);
  CHECK(due(bench.state(), bench.now, 10).empty());
  CHECK(bench.apply(Expire{message_id(1)}).entries.empty());
}

TEST_CASE("A delivery that comes too late is an expiry, whoever notices first") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1, .life = hours(2)});
  bench.now = bench.now + hours(2);
  const Outcome outcome = bench.apply(Deliver{message_id(1)});
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].entry.leaf.kind == ledger::EntryKind::kExpiry);
  CHECK(bench.phase(1) == Phase::kExpired);
}

TEST_CASE("Content that ends before its transport is not given after its end") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1, .content_life = hours(1)});
  bench.now = bench.now + hours(1);
  CHECK(due(bench.state(), bench.now, 10) == std::vector{message_id(1)});
  CHECK(bench.apply(Deliver{message_id(1)}).entries[0].entry.leaf.kind ==
        ledger::EntryKind::kExpiry);
}

TEST_CASE("What is forgotten leaves nothing behind, messages and consents alike") {
  BenchTop bench;
  const std::size_t before = bench.state().size();
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  bench.admitted({.number = 2, .consent = 1});
  bench.refused({.number = 3});
  CHECK(bench.state().size() > before);
  bench.now = bench.now + days(100);
  for (int round = 0; round < 2; ++round) {
    for (const MessageId& id : due(bench.state(), bench.now, 100)) bench.apply(Expire{id});
  }
  for (int round = 0; round < 6; ++round) {
    for (const Due& bell : due_bells(bench.state(), bench.now, 100)) {
      bench.apply(Ring{bell.bell, bell.id});
    }
    bench.now = bench.now + days(100);
  }
  bench.apply(CountRefusals{});
  CHECK(bench.state().size() == before);
}

TEST_CASE("What may be forgotten decides nothing any more, erased or not") {
  BenchTop erased;
  erased.recorded({.life = days(90)});
  erased.received({.consent = 1, .content_life = days(10)});
  erased.now = erased.now + days(10) + minutes(5);
  BenchTop kept = erased;
  erased.apply(Expire{message_id(1)});
  CHECK_FALSE(find_message(erased.state(), message_id(1)).has_value());
  CHECK(find_message(kept.state(), message_id(1)).has_value());
  for (BenchTop* bench : {&erased, &kept}) {
    const Submit same = bench->letter({.consent = 1});
    const auto decided = std::get<Decided>(bench->apply(same).answer);
    CHECK(decided.admitted);
    CHECK_FALSE(decided.again);
    CHECK(bench->withdraw_at("haven", 1).withdrawal.message == message_id(1));
  }
  CHECK(erased.log() == kept.log());
}

TEST_CASE("An id may be used again when the first message is long forgotten, and counts once") {
  BenchTop bench;
  bench.recorded({.life = days(90)});
  bench.received({.consent = 1, .content_life = days(5)});
  bench.now = bench.now + days(6);
  bench.admitted({.consent = 1});
  CHECK(waiting_count(bench.state(), agency("haven")) == 1);
  CHECK(waiting_for(bench.state(), agency("haven"), 0, 10).size() == 1);
}
