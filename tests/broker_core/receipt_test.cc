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

TEST_CASE("A receipt ends the delivery, destroys the body and reaches the sender") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const Given given = bench.given(1);
  const Outcome outcome = bench.apply(bench.receipt(letter, given));
  const auto recorded = std::get<Recorded>(outcome.answer);
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kDrop);
  CHECK(outcome.entries[0].sender == agency("ngo"));
  CHECK(bench.told_sender(recorded.position).kept == given.kept);
  CHECK_FALSE(bench.told_sender(recorded.position).receipt.empty());
  CHECK(bench.phase(1) == Phase::kReceived);
  CHECK(waiting_count(bench.state(), agency("haven")) == 0);
}

TEST_CASE("The same receipt again gets the same position and writes nothing") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const Given given = bench.given(1);
  const TakeReceipt receipt = bench.receipt(letter, given);
  const auto first = std::get<Recorded>(bench.apply(receipt).answer);
  const std::size_t entries = bench.entries();
  CHECK(std::get<Recorded>(bench.apply(receipt).answer).position == first.position);
  CHECK(bench.entries() == entries);
}

TEST_CASE("A receipt that is foreign, wrong or claims more than was given changes nothing") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const TakeReceipt early = bench.receipt(letter, Given{message_id(1), 0, 0});
  CHECK(is_error(bench.apply(early), ErrorCode::kNotFound));
  const Given given = bench.given(1);
  const TakeReceipt good = bench.receipt(letter, given);
  const auto with = [&](auto change) {
    TakeReceipt receipt = good;
    change(receipt);
    const Outcome outcome = bench.apply(receipt);
    CHECK(outcome.bodies.empty());
    return std::get<Error>(outcome.answer).code;
  };
  CHECK(with([](TakeReceipt& r) { r.agency = agency("stmary"); }) == ErrorCode::kNotFound);
  CHECK(with([](TakeReceipt& r) { r.receipt.message = message_id(5); }) == ErrorCode::kNotFound);
  CHECK(with([](TakeReceipt& r) { r.receipt.digest[0] ^= 1; }) == ErrorCode::kInvalid);
  CHECK(with([](TakeReceipt& r) { r.receipt.kept |= std::uint64_t{1} << 37; }) ==
        ErrorCode::kInvalid);
  CHECK(with([](TakeReceipt& r) { r.receipt.delivery -= 1; }) == ErrorCode::kInvalid);
  CHECK(with([](TakeReceipt& r) { r.receipt.delivery += 1; }) == ErrorCode::kInvalid);
  CHECK(with([](TakeReceipt& r) { r.key = signing_key_of("ngo"); }) == ErrorCode::kUnauthentic);
  CHECK(bench.phase(1) == Phase::kGiven);
  CHECK(std::holds_alternative<Recorded>(bench.apply(good).answer));
}

TEST_CASE("A signed rejection ends the delivery and tells the sender") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  TakeReceipt rejection = bench.receipt(letter, bench.given(1), 0);
  rejection.receipt.rejection = wire::Rejection::kUnknownKey;
  const Outcome outcome = bench.apply(rejection);
  CHECK(outcome.entries[0].entry.leaf.kind == ledger::EntryKind::kRejection);
  CHECK(outcome.bodies[0].fate == BodyFate::kDrop);
  CHECK(bench.phase(1) == Phase::kRejected);
  bench.admitted({.number = 2, .consent = 1, .supersedes = 1});
}

TEST_CASE("A receipt that comes after the withdrawal is recorded and revives nothing") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const Given given = bench.given(1);
  bench.apply(bench.withdraw(1));
  const Outcome outcome = bench.apply(bench.receipt(letter, given));
  CHECK(std::holds_alternative<Recorded>(outcome.answer));
  CHECK(outcome.bodies.empty());
  CHECK(bench.phase(1) == Phase::kWithdrawn);
}

TEST_CASE("A receipt that comes after the transport ended makes the message received") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const Given given = bench.given(1);
  bench.now = bench.now + hours(73);
  bench.apply(Expire{message_id(1)});
  CHECK(bench.phase(1) == Phase::kExpired);
  const Outcome outcome = bench.apply(bench.receipt(letter, given));
  CHECK(std::holds_alternative<Recorded>(outcome.answer));
  CHECK(outcome.bodies.empty());
  CHECK(bench.phase(1) == Phase::kReceived);
}

TEST_CASE("A receipt may name any of the deliveries") {
  BenchTop bench;
  bench.recorded({});
  const Letter letter{.consent = 1};
  bench.admitted(letter);
  const Given first = bench.given(1);
  bench.given(1);
  CHECK(std::holds_alternative<Recorded>(bench.apply(bench.receipt(letter, first)).answer));
}
