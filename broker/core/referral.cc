#include "broker/core/referral.h"

#include <algorithm>

#include "broker/core/clocks.h"
#include "broker/core/keys.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

constexpr std::uint8_t kForm = 1;

AgencyId agency_of(ByteReader& in) {
  auto id = AgencyId::parse(in.str8());
  return id ? *id : AgencyId();
}

Referral decode_referral(ByteView bytes) {
  ByteReader in(bytes);
  Referral r;
  const std::uint8_t form = in.u8();
  r.state = static_cast<wire::State>(in.u8());
  r.from = agency_of(in);
  r.to = agency_of(in);
  r.from_role = in.u8();
  r.to_role = in.u8();
  r.purpose = in.u8();
  r.urgency = in.u8();
  r.basis = in.u8();
  r.hop = in.u8();
  r.message.bytes = in.array<16>();
  r.reason = static_cast<wire::DeclineReason>(in.u8());
  r.categories = in.u32();
  r.request.bytes = in.array<16>();
  r.parent.bytes = in.array<16>();
  r.place = in.u8();
  r.deadline.ms = in.i64();
  r.due.ms = in.i64();
  r.ends.ms = in.i64();
  r.clock = static_cast<Clock>(in.u8());
  r.clock_at.ms = in.i64();
  r.record = in.u64();
  r.record_hash = in.array<32>();
  r.silent = in.u8() == 1;
  SC_CHECK(form == kForm && in.finish("referral state").has_value());
  return r;
}

Request decode_request(ByteView bytes) {
  ByteReader in(bytes);
  Request r;
  const std::uint8_t form = in.u8();
  r.by = agency_of(in);
  r.position = in.u64();
  r.record_hash = in.array<32>();
  r.closed = in.u8() == 1;
  r.asked = in.u8();
  r.consent.bytes = in.array<16>();
  r.forget.ms = in.i64();
  for (std::size_t i = 0, n = in.u8(); i < n && !in.failed(); ++i) {
    Asked& asked = r.candidates.emplace_back();
    asked.candidate.agency = agency_of(in);
    asked.candidate.role = in.u8();
    asked.candidate.referral.bytes = in.array<16>();
    asked.excluded = in.u8() == 1;
  }
  SC_CHECK(form == kForm && in.finish("request state").has_value());
  return r;
}

}  // namespace

std::optional<Referral> find_referral(const StateView& state, const ReferralId& id) {
  const auto bytes = state.get(keys::referral(id));
  if (!bytes) return std::nullopt;
  return decode_referral(*bytes);
}

std::optional<Referral> remembered_referral(const StateView& state, const ReferralId& id,
                                            Instant now) {
  auto referral = find_referral(state, id);
  if (referral && referral->forgotten(now)) referral.reset();
  return referral;
}

void put_referral(Overlay& tick, const ReferralId& id, const Referral& r) {
  ByteWriter out(256);
  out.u8(kForm).u8(static_cast<std::uint8_t>(r.state)).str8(r.from.text()).str8(r.to.text());
  out.u8(r.from_role).u8(r.to_role).u8(r.purpose).u8(r.urgency).u8(r.basis).u8(r.hop);
  out.raw(r.message.bytes).u8(static_cast<std::uint8_t>(r.reason)).u32(r.categories);
  out.raw(r.request.bytes).raw(r.parent.bytes).u8(r.place).i64(r.deadline.ms).i64(r.due.ms);
  out.i64(r.ends.ms).u8(static_cast<std::uint8_t>(r.clock)).i64(r.clock_at.ms);
  out.u64(r.record).raw(r.record_hash).u8(r.silent ? 1 : 0);
  tick.put(keys::referral(id), out.take());
}

void set_clock(Overlay& tick, const ReferralId& id, Referral& r, Clock clock, Instant at) {
  if (r.clock != Clock::kNone) clear_bell(tick, Bell::kReferral, id.bytes, r.clock_at);
  r.clock = clock;
  r.clock_at = at;
  if (clock != Clock::kNone) set_bell(tick, Bell::kReferral, id.bytes, at);
  put_referral(tick, id, r);
}

void erase_referral(Overlay& tick, const ReferralId& id) {
  const auto old = find_referral(tick, id);
  if (!old) return;
  if (old->clock != Clock::kNone) clear_bell(tick, Bell::kReferral, id.bytes, old->clock_at);
  tick.erase(keys::referral(id));
}

void start_answer_clock(Overlay& tick, const ReferralId& id, Referral& r, Instant now) {
  r.due = now + wire::answer_limit(r.urgency);
  if (r.deadline.ms != 0) r.due = std::max(now, std::min(r.due, r.deadline));
  set_clock(tick, id, r, Clock::kHalf, now + Duration{(r.due - now).ms / 2});
}

void rest_clock(Overlay& tick, const ReferralId& id, Referral& r, Instant now) {
  r.due = {};
  if (r.state == wire::State::kClosed) {
    set_clock(tick, id, r, Clock::kForget, now + limits::kRoutingKept - limits::kFinalUntilClosed);
  } else if (wire::is_final(r.state)) {
    set_clock(tick, id, r, Clock::kClose, now + limits::kFinalUntilClosed);
  } else {
    // In work: what was sent ends at its content's end; then nobody waits for a last word for ever.
    set_clock(tick, id, r, Clock::kClose, std::max(now, r.ends) + limits::kFinalUntilClosed);
  }
}

std::optional<Request> find_request(const StateView& state, const RequestId& id) {
  const auto bytes = state.get(keys::request(id));
  if (!bytes) return std::nullopt;
  return decode_request(*bytes);
}

void put_request(Overlay& tick, const RequestId& id, const Request& r) {
  ByteWriter out(256);
  out.u8(kForm)
      .str8(r.by.text())
      .u64(r.position)
      .raw(r.record_hash)
      .u8(r.closed ? 1 : 0)
      .u8(r.asked);
  out.raw(r.consent.bytes).i64(r.forget.ms).u8(static_cast<std::uint8_t>(r.candidates.size()));
  for (const Asked& asked : r.candidates) {
    out.str8(asked.candidate.agency.text()).u8(asked.candidate.role);
    out.raw(asked.candidate.referral.bytes).u8(asked.excluded ? 1 : 0);
  }
  tick.put(keys::request(id), out.take());
}

wire::ReferralPart part_of(const ReferralId& id, const Referral& r, wire::Event event) {
  wire::ReferralPart part;
  part.event = event;
  part.state = r.state;
  part.referral = id;
  part.message = r.message;
  part.from = r.from;
  part.to = r.to;
  part.from_role = r.from_role;
  part.to_role = r.to_role;
  part.purpose = r.purpose;
  part.urgency = r.urgency;
  part.basis = r.basis;
  part.hop = r.hop;
  part.reason = r.reason;
  part.categories = r.categories;
  part.due = r.due;
  part.request = r.request;
  part.parent = r.parent;
  part.place = r.place;
  return part;
}

}  // namespace safeconduct::core
