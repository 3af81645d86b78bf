// Facts for the projection, made by hand.
#pragma once

#include "broker/dashboard/projection/projection.h"

namespace safeconduct::dashboard_tests {

inline constexpr Instant kMorning{1'795'000'000'000};  // 2026-11-18

// Feeds a projection: each call is the next entry, `after` the one before.
class Story {
 public:
  dashboard::Projection projection;
  Instant now = kMorning;

  [[nodiscard]] static ReferralId id(std::uint32_t n) {
    ReferralId out;
    out.bytes[0] = 0xA0;
    for (int i = 0; i < 4; ++i) out.bytes[12 + i] = static_cast<std::uint8_t>(n >> 8 * (3 - i));
    return out;
  }
  [[nodiscard]] static AgencyId agency(std::string_view name) {
    return AgencyId::parse(name).value();
  }
  void entry(dashboard::Fact fact) { projection.apply({next_++, now, std::move(fact)}); }
  void happens(std::uint32_t n, dashboard::EventKind kind, std::optional<dashboard::State> state,
               const std::function<void(dashboard::ReferralFact&)>& change = {}) {
    dashboard::ReferralFact fact;
    fact.kind = kind;
    fact.state = state;
    fact.referral = id(n);
    fact.from = agency("bridge");
    fact.to = agency("haven");
    fact.purpose = 2;
    fact.urgency = 2;
    fact.basis = 1;
    if (change) change(fact);
    entry(fact);
  }
  void sent(std::uint32_t n, const std::function<void(dashboard::ReferralFact&)>& change = {}) {
    happens(n, dashboard::EventKind::kSubmitted, dashboard::State::kSent, change);
  }
  void moved(std::uint32_t n, dashboard::State state,
             const std::function<void(dashboard::ReferralFact&)>& change = {}) {
    happens(n, dashboard::event_kind(wire::Event::kMoved), state, change);
  }
  [[nodiscard]] const dashboard::ReferralRow& row(std::uint32_t n) const {
    return projection.referrals().at(projection.find(id(n)));
  }

 private:
  std::uint64_t next_ = 0;
};

}  // namespace safeconduct::dashboard_tests
