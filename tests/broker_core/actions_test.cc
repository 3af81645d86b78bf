// Who looked and who acted, as entries.
#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;

TEST_CASE("An operator action is one entry that auditors alone can read, however often it comes") {
  BenchTop bench;
  const RecordAction action = bench.action("haven", 1);
  const Outcome first = bench.apply(action);
  REQUIRE(first.entries.size() == 1);
  const ledger::Entry& entry = first.entries[0].entry;
  CHECK(entry.leaf.kind == ledger::EntryKind::kAccess);
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    CHECK(entry.has(kind) == (kind == ledger::PartKind::kRestricted));
  }
  const auto recorded =
      wire::decode_recorded(entry.part(ledger::PartKind::kRestricted)->bytes).value();
  CHECK(wire::decode_operator_action(recorded.record.body).value() == action.action);
  const Outcome again = bench.apply(action);
  CHECK(again.entries.empty());
  CHECK(std::get<Recorded>(again.answer).position == entry.leaf.position.value);
  CHECK(bench.apply(bench.action("haven", 2)).entries.size() == 1);
}

TEST_CASE("An operator action is its recorder's own, signed in force, of the last day") {
  BenchTop bench;
  const auto with = [&](auto change) {
    RecordAction action = bench.action("haven", 3);
    change(action);
    return std::get<Error>(bench.apply(action).answer).code;
  };
  CHECK(with([](RecordAction& a) { a.agency = agency("stmary"); }) == ErrorCode::kForbidden);
  CHECK(with([](RecordAction& a) { a.key = signing_key_of("stmary"); }) == ErrorCode::kUnauthentic);
  CHECK(with([&](RecordAction& a) { a.action.at = bench.now + minutes(6); }) ==
        ErrorCode::kExpired);
  CHECK(with([&](RecordAction& a) { a.action.at = bench.now - days(1); }) == ErrorCode::kExpired);
}

TEST_CASE("What can come no more is forgotten after a day") {
  BenchTop bench;
  const RecordAction action = bench.action("haven", 4);
  bench.apply(action);
  const std::size_t held = bench.state().size();
  bench.now = bench.now + days(1) - milliseconds(1);
  bench.apply(CountRefusals{});
  CHECK(bench.state().size() == held);
  CHECK(bench.apply(action).entries.empty());
  bench.now = bench.now + milliseconds(1);
  bench.apply(CountRefusals{});
  CHECK(bench.state().size() == held - 1);
  CHECK(is_error(bench.apply(action), ErrorCode::kExpired));
}
