// The core's key space. One letter says what lies there; ids and times follow in fixed width,
// big-endian, so that ranges are in order of position or time.
//
//   D, P            the directory and the policy in force (position, signed note)
//   K agency        an agency's sealing cards (the newest, and the one before while it is still
//   accepted) L               ledger cursor: next position, last instant c consent       a
//   consent's unsuperseded versions u consent seq   messages that rest on a consent m message a
//   message: where it is in its life q agency seq    mailbox: what waits for the agency, in order
//   of submission e time message  when a message's transport ends r agency        refused frames of
//   the running minute
#pragma once

#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::core::keys {

[[nodiscard]] inline Bytes single(char letter) {
  return ByteWriter().u8(static_cast<std::uint8_t>(letter)).take();
}
[[nodiscard]] inline Bytes directory() {
  return single('D');
}
[[nodiscard]] inline Bytes policy() {
  return single('P');
}
[[nodiscard]] inline Bytes cursor() {
  return single('L');
}
[[nodiscard]] inline Bytes cards(const AgencyId& agency) {
  return ByteWriter().u8('K').str8(agency.text()).take();
}
[[nodiscard]] inline Bytes consent(const ConsentId& id) {
  return ByteWriter().u8('c').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes consent_use(const ConsentId& id, std::uint64_t position) {
  return ByteWriter().u8('u').raw(id.bytes).u64(position).take();
}
[[nodiscard]] inline Bytes message(const MessageId& id) {
  return ByteWriter().u8('m').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes mailbox(const AgencyId& agency, std::uint64_t position) {
  return ByteWriter().u8('q').str8(agency.text()).u64(position).take();
}
[[nodiscard]] inline Bytes expiry(Instant at, const MessageId& id) {
  return ByteWriter().u8('e').i64(at.ms).raw(id.bytes).take();
}
[[nodiscard]] inline Bytes refusals(const AgencyId& agency) {
  return ByteWriter().u8('r').str8(agency.text()).take();
}

}  // namespace safeconduct::core::keys
