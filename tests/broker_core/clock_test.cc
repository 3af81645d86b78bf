// The clocks of referrals (DOMAIN §3.4): driven by the broker's time, each ringing once, over
// restarts, at a cost that grows with what is due and not with what is open.
#include <catch2/catch.hpp>

#include "broker/core/clocks.h"
#include "tests/broker_core/referral_life.h"

using namespace safeconduct;
using namespace safeconduct::core;
using wire::Move;
using wire::State;
using Events = std::vector<std::string>;

namespace {

// Counts what is read of the state.
class Counted final : public StateView {
 public:
  explicit Counted(const StateView& below) : below_(below) {}
  std::optional<Bytes> get(ByteView key) const override {
    ++reads;
    return below_.get(key);
  }
  void range(ByteView from, ByteView to, const Visit& visit) const override {
    below_.range(from, to, [&](ByteView key, ByteView value) {
      ++reads;
      return visit(key, value);
    });
  }
  mutable std::size_t reads = 0;

 private:
  const StateView& below_;
};

Events ring_at(Life& life, Duration after) {
  life.bench.now = kMorning + after;
  return events(ring_all(life.bench));
}

}  // namespace

TEST_CASE("Each urgency class has its reminder, its limit, and what follows silence") {
  struct Class {
    std::string urgency;
    Duration limit;
    std::string at_limit;
  };
  for (const Class& c :
       {Class{"immediate", hours(1), "escalation"}, Class{"tonight", hours(3), "escalation"},
        Class{"day", hours(24), "escalation"}, Class{"soon", hours(72), "escalation"},
        Class{"routine", days(7), "expired"}}) {
    INFO(c.urgency);
    Life life(c.urgency);
    life.send();
    const Duration half{c.limit.ms / 2};
    CHECK(ring_at(life, Duration{half.ms - 1}).empty());
    CHECK(ring_at(life, half) == Events{"reminder"});
    CHECK(ring_at(life, Duration{half.ms + 60'000}).empty());
    CHECK(ring_at(life, c.limit) == Events{c.at_limit});
    CHECK(ring_at(life, Duration{c.limit.ms + 60'000}).empty());
    CHECK(life.state() == (c.at_limit == "expired" ? State::kExpired : State::kSent));
  }
}

TEST_CASE("What was escalated expires when its content ends, and is closed a month later") {
  Life life("day");
  life.receive();
  CHECK(ring_at(life, days(1)) == Events{"reminder", "escalation"});
  CHECK(ring_at(life, days(30)) == Events{"expired"});
  CHECK(life.state() == State::kExpired);
  CHECK(ring_at(life, days(60)) == Events{"closed"});
  CHECK(life.state() == State::kClosed);
  CHECK(ring_at(life, days(121)).empty());
  CHECK_FALSE(find_referral(life.bench.state(), referral_id(1)).has_value());
}

TEST_CASE("An answer stops the clock") {
  Life life("tonight");
  life.accept();
  CHECK(ring_at(life, days(2)).empty());
  Life declined("tonight");
  declined.receive();
  declined.moved("haven", Move::kDecline, wire::DeclineReason::kNoCapacity);
  CHECK(ring_at(declined, days(2)).empty());
}

TEST_CASE("A clinical deadline beats the class") {
  Life life("day");
  wire::RequestRecord request;
  request.id.bytes = {1};
  request.by = agency("ngo");
  request.by_role = role_code("ngo_case");
  request.purpose = purpose_code("safe_accommodation");
  request.urgency = 3;
  request.stage = 2;
  request.deadline = kMorning + hours(10);
  request.candidates = {{agency("haven"), role_code("shelter"), referral_id(1)}};
  request.at = kMorning;
  REQUIRE(
      std::holds_alternative<Recorded>(life.bench.apply(life.bench.word("ngo", request)).answer));
  life.send();
  CHECK(find_referral(life.bench.state(), referral_id(1))->due == kMorning + hours(10));
  CHECK(ring_at(life, hours(5)) == Events{"reminder"});
  CHECK(ring_at(life, hours(10)) == Events{"escalation"});
}

TEST_CASE("After a long stand-still each clock rings once, in order, also over restarts") {
  Life life("day");
  life.send();
  life.bench.now = kMorning + hours(13);
  life.bench.restart();
  const auto first = due_bells(life.bench.state(), life.bench.now, 10);
  REQUIRE(first.size() == 1);
  CHECK(life.bench.apply(Ring{first[0].bell, first[0].id}).entries.size() == 1);
  life.bench.restart();
  CHECK(life.bench.apply(Ring{first[0].bell, first[0].id}).entries.empty());
  CHECK(events(ring_all(life.bench)).empty());
  life.bench.now = kMorning + days(40);
  life.bench.restart();
  CHECK(events(ring_all(life.bench)) == Events{"escalation", "expired"});
}

TEST_CASE("A tick reads what is due and not what is open") {
  BenchTop bench;
  bench.recorded({});
  std::vector<std::size_t> reads;
  for (const std::uint64_t open : {10u, 2000u}) {
    for (std::uint64_t n = reads.empty() ? 1 : 11; n <= open; ++n) {
      bench.admitted({.number = n, .consent = 1, .urgency = n <= 5 ? "tonight" : "routine"});
    }
    const Counted counted(bench.state());
    CHECK(due_bells(counted, kMorning, 100).empty());
    const std::size_t nothing_due = counted.reads;
    CHECK(due_bells(counted, kMorning + minutes(90), 100).size() == 5);
    reads.push_back(counted.reads - nothing_due);
    CHECK(nothing_due == 0);
  }
  CHECK(reads == std::vector<std::size_t>{5, 5});
}
