#include "broker/core/exception.h"

#include "broker/core/clocks.h"
#include "broker/core/keys.h"

namespace safeconduct::core {
namespace {

constexpr std::uint8_t kForm = 1;

AgencyId agency_of(ByteReader& in) {
  auto id = AgencyId::parse(in.str8());
  return id ? *id : AgencyId();
}

Instant earliest(const Exception& x) {
  Instant out = x.forget;
  for (const Instant at : {x.second_due, x.review_due, x.telling_due, x.access_end}) {
    if (at.ms != 0) out = std::min(out, at);
  }
  return out;
}

}  // namespace

std::optional<Exception> find_exception(const StateView& state, const ExceptionId& id) {
  const auto bytes = state.get(keys::exception(id));
  if (!bytes) return std::nullopt;
  ByteReader in(*bytes);
  Exception x;
  const std::uint8_t form = in.u8();
  x.by = agency_of(in);
  x.to = agency_of(in);
  x.referral.bytes = in.array<16>();
  x.basis = in.u8();
  x.purpose = in.u8();
  x.flags = in.u16();
  x.officer = in.array<32>();
  x.reason = static_cast<wire::ExceptionReason>(in.u8());
  for (std::size_t i = 0, n = in.u8(); i < n && !in.failed(); ++i) {
    x.meeting.push_back(agency_of(in));
  }
  x.position = in.u64();
  x.record_hash = in.array<32>();
  x.approved = in.u8() == 1;
  x.closed = in.u8() == 1;
  x.message.bytes = in.array<16>();
  for (Instant* at :
       {&x.second_due, &x.review_due, &x.telling_due, &x.access_end, &x.forget, &x.rings}) {
    at->ms = in.i64();
  }
  SC_CHECK(form == kForm && in.finish("exception state").has_value());
  return x;
}

void put_exception(Overlay& tick, const ExceptionId& id, Exception& x) {
  const auto before = find_exception(tick, id);
  if (before) clear_bell(tick, Bell::kException, id.bytes, before->rings);
  x.rings = earliest(x);
  set_bell(tick, Bell::kException, id.bytes, x.rings);
  ByteWriter out(256);
  out.u8(kForm).str8(x.by.text()).str8(x.to.text()).raw(x.referral.bytes).u8(x.basis);
  out.u8(x.purpose).u16(x.flags).raw(x.officer).u8(static_cast<std::uint8_t>(x.reason));
  out.u8(static_cast<std::uint8_t>(x.meeting.size()));
  for (const AgencyId& agency : x.meeting) out.str8(agency.text());
  out.u64(x.position).raw(x.record_hash).u8(x.approved ? 1 : 0).u8(x.closed ? 1 : 0);
  out.raw(x.message.bytes).i64(x.second_due.ms).i64(x.review_due.ms).i64(x.telling_due.ms);
  out.i64(x.access_end.ms).i64(x.forget.ms).i64(x.rings.ms);
  tick.put(keys::exception(id), out.take());
  tick.put(keys::exception_for(x.referral), to_bytes(ByteView(id.bytes)));
}

void erase_exception(Overlay& tick, const ExceptionId& id, const Exception& x) {
  clear_bell(tick, Bell::kException, id.bytes, x.rings);
  tick.erase(keys::exception(id));
  tick.erase(keys::exception_for(x.referral));
}

std::optional<ExceptionId> exception_for(const StateView& state, const ReferralId& referral) {
  const auto bytes = state.get(keys::exception_for(referral));
  if (!bytes || bytes->size() != 16) return std::nullopt;
  ExceptionId id;
  std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
  return id;
}

}  // namespace safeconduct::core
