#include "schemas/wire/referral_parts.h"

#include "schemas/wire/fields.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kRecordBytesMax = 4096;

}  // namespace

Bytes encode(const ReferralPart& p) {
  ByteWriter out(256);
  out.u8(static_cast<std::uint8_t>(p.event)).u8(static_cast<std::uint8_t>(p.state));
  out.raw(p.referral.bytes).raw(p.message.bytes).str8(p.from.text()).str8(p.to.text());
  out.u8(p.from_role).u8(p.to_role).u8(p.purpose).u8(p.urgency).u8(p.basis).u8(p.hop);
  out.u8(static_cast<std::uint8_t>(p.reason)).u32(p.categories).i64(p.due.ms);
  out.raw(p.request.bytes).raw(p.parent.bytes).u8(p.place).blob(p.record);
  return out.take();
}

Result<ReferralPart> decode_referral_part(ByteView bytes) {
  Fields f(bytes);
  ReferralPart p;
  p.event = f.word(kFirstEvent, kLastEvent);
  p.state = f.word(kFirstState, kLastState);
  p.referral = f.id<ReferralId>();
  p.message = f.id_or_none<MessageId>();
  p.from = f.agency();
  p.to = f.agency();
  p.from_role = f.in.u8();
  p.to_role = f.in.u8();
  p.purpose = f.in.u8();
  p.urgency = f.in.u8();
  p.basis = f.in.u8();
  p.hop = f.in.u8();
  p.reason = f.word(DeclineReason::kNone, kLastDeclineReason);
  p.categories = f.in.u32();
  p.due = f.instant();
  p.request = f.id_or_none<RequestId>();
  p.parent = f.id_or_none<ReferralId>();
  p.place = f.in.u8();
  p.record = to_bytes(f.in.blob(kRecordBytesMax));
  TRY_OK(f.finish("referral part"));
  return p;
}

ReferralPart for_recipient(ReferralPart part) {
  part.request = {};
  part.parent = {};
  part.place = 0;
  part.record.clear();
  // INVARIANT: not chosen, taken back, told elsewhere: one word for all of them.
  if (part.event == Event::kAcceptedElsewhere) part.event = Event::kMoved;
  if (part.state == State::kWithdrawn) part.reason = DeclineReason::kNone;
  return part;
}

}  // namespace safeconduct::wire
