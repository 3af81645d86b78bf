#include "tests/broker_core/referral_life.h"

#include <catch2/catch.hpp>

namespace safeconduct::core {

void Life::moved(std::string_view by, wire::Move what, wire::DeclineReason reason) {
  REQUIRE(std::holds_alternative<Recorded>(move(by, what, reason).answer));
}

std::vector<Emitted> ring_all(BenchTop& bench) {
  std::vector<Emitted> out;
  for (auto due = due_bells(bench.state(), bench.now, 100); !due.empty();
       due = due_bells(bench.state(), bench.now, 100)) {
    for (const Due& bell : due) {
      for (Emitted& emitted : bench.apply(Ring{bell.bell, bell.id}).entries) {
        out.push_back(std::move(emitted));
      }
    }
  }
  return out;
}

wire::ReferralPart routing_part(const Emitted& emitted) {
  return wire::decode_referral_part(emitted.entry.part(ledger::PartKind::kRouting)->bytes).value();
}

std::vector<std::string> events(const std::vector<Emitted>& entries) {
  std::vector<std::string> out;
  for (const Emitted& emitted : entries) {
    const auto kind = emitted.entry.leaf.kind;
    out.emplace_back(ledger::has_referral_part(kind) ? wire::name(routing_part(emitted).event)
                                                     : ledger::name(kind));
  }
  return out;
}

}  // namespace safeconduct::core
