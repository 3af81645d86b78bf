// One referral from ngo to haven on a bench top, moved in one line.
#pragma once

#include "broker/core/referral.h"
#include "tests/broker_core/bench_top.h"

namespace safeconduct::core {

struct Life {
  BenchTop bench;
  Letter letter{.consent = 1};
  Given delivery;

  explicit Life(std::string urgency = "day") {
    letter.urgency = std::move(urgency);
    bench.recorded({});
  }
  void send() { bench.admitted(letter); }
  void receive() { delivery = bench.received(letter); }
  void accept() {
    receive();
    moved("haven", wire::Move::kAccept);
  }
  [[nodiscard]] wire::MoveRecord record(wire::Move move, std::string_view by,
                                        wire::DeclineReason reason = {}) const {
    const std::uint32_t more = move == wire::Move::kAskMore ? 1 : 0;
    return {referral_of(letter), agency(by), move, reason, more, bench.now};
  }
  Outcome move(std::string_view by, wire::Move move, wire::DeclineReason reason = {}) {
    return bench.apply(bench.word(by, record(move, by, reason)));
  }
  // Demands that it is taken.
  void moved(std::string_view by, wire::Move move, wire::DeclineReason reason = {});
  [[nodiscard]] wire::State state() const { return state_of(bench, letter); }

  [[nodiscard]] static wire::State state_of(const BenchTop& bench, const Letter& letter) {
    const auto known = find_referral(bench.state(), referral_of(letter));
    return known ? known->state : wire::State::kDraft;
  }
};

// Rings everything that is due, until nothing is; what was emitted.
std::vector<Emitted> ring_all(BenchTop& bench);
[[nodiscard]] wire::ReferralPart routing_part(const Emitted& emitted);
// The events of these entries' routing parts, in order.
[[nodiscard]] std::vector<std::string> events(const std::vector<Emitted>& entries);

}  // namespace safeconduct::core
