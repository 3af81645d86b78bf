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

namespace {

wire::RestrictedRefusal last_refusal(const BenchTop& bench) {
  return *wire::decode_restricted_refusal(
      bench.log().back().part(ledger::PartKind::kRestricted)->bytes);
}

}  // namespace

TEST_CASE("Equal refusals within a minute are two entries: the first, and the count of the rest") {
  BenchTop bench;
  const std::size_t before = bench.entries();
  const RefuseFrame refuse{agency("ngo"), Verdict::kMalformed, "the frame is cut short"};
  for (int i = 0; i < 10; ++i) bench.apply(refuse);
  CHECK(bench.entries() == before + 1);
  CHECK(last_refusal(bench).count == 1);
  CHECK(last_refusal(bench).what == "the frame is cut short");
  bench.apply(CountRefusals{});
  CHECK(bench.entries() == before + 1);
  bench.now = bench.now + minutes(1);
  bench.apply(CountRefusals{});
  REQUIRE(bench.entries() == before + 2);
  CHECK(last_refusal(bench).count == 9);
  CHECK(last_refusal(bench).agency == agency("ngo"));
  CHECK(last_refusal(bench).verdict == code(Verdict::kMalformed));
  bench.apply(refuse);
  CHECK(bench.entries() == before + 3);
}

TEST_CASE("Refusals of another agency or of another kind are counted by themselves") {
  BenchTop bench;
  const std::size_t before = bench.entries();
  bench.apply(RefuseFrame{agency("ngo"), Verdict::kMalformed, "a"});
  bench.apply(RefuseFrame{agency("haven"), Verdict::kMalformed, "a"});
  bench.apply(RefuseFrame{agency("ngo"), Verdict::kUsedId, "a"});
  CHECK(bench.entries() == before + 3);
}

TEST_CASE("A single refusal leaves no count and no state behind") {
  BenchTop bench;
  const std::size_t size = bench.state().size();
  bench.apply(RefuseFrame{agency("ngo"), Verdict::kMalformed, std::string(1000, 'a')});
  const std::size_t entries = bench.entries();
  bench.now = bench.now + minutes(2);
  bench.apply(CountRefusals{});
  CHECK(bench.entries() == entries);
  CHECK(bench.state().size() == size);
}

TEST_CASE("Unauthenticated noise is no entry") {
  BenchTop bench;
  CHECK(bench.apply(RefuseFrame{{}, Verdict::kMalformed, "noise"}).entries.empty());
}

TEST_CASE("A heartbeat is an entry without parts") {
  BenchTop bench;
  const Outcome outcome = bench.apply(Heartbeat{});
  REQUIRE(outcome.entries.size() == 1);
  for (const auto kind : ledger::kPartKinds) CHECK_FALSE(outcome.entries[0].entry.has(kind));
}
