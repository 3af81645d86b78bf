// What the parts of entries say of a referral's life. One form for all readers, filled for each
// with what is its own:
//
//   routing     coordinators: all of it
//   sender      the sender: all of it
//   recipient   the recipient: no request id, no parent, no cause; a candidate that was not chosen
//               reads `withdrawn`, the same as when the person took it back
//
// What follows from other entries is not written a second time: an admitted submission opens its
// referral (inquiry_open, or sent), a receipt makes it received, a withdrawal withdrawn.
// Byte grammar: schemas/FORMATS.md, "Parts".
#pragma once

#include "schemas/wire/referral_records.h"

namespace safeconduct::wire {

struct ReferralPart {
  Event event = Event::kMoved;
  State state = State::kSent;  // after it
  ReferralId referral;
  MessageId message;  // the last one that carried it; zero: none yet
  AgencyId from;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t basis = 0;  // policies::Basis
  std::uint8_t hop = 1;
  DeclineReason reason = DeclineReason::kNone;
  std::uint32_t categories = 0;  // needed (ask_more), deleted (deletion receipt)
  Instant due;                   // when the next answer or duty is due; 0: none
  RequestId request;  // or, of an exception and its alarms, its id; zero: none, or not the reader's
  ReferralId parent;  // of a further hop: the one before; zero as above
  std::uint8_t place = 0;  // of a request: this candidate's place in the order, from 1
  Bytes record;  // a deletion receipt's sender part: RecordedRecord, for its signature; else empty
  friend bool operator==(const ReferralPart&, const ReferralPart&) = default;
};

// Parts of an unmet-need entry for coordinators: UnmetNeedRecord as it was signed, or as the broker
// counted it. Capacity lies in the network part as a RecordedRecord.

[[nodiscard]] Bytes encode(const ReferralPart& part);
[[nodiscard]] Result<ReferralPart> decode_referral_part(ByteView bytes);

// The same without what its recipient may not know.
[[nodiscard]] ReferralPart for_recipient(ReferralPart part);

}  // namespace safeconduct::wire
