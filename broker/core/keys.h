// The core's key space. One letter says what lies there; ids and times follow in fixed width,
// big-endian, so that ranges are in order of position or time.
//
//   G                 whose log it is (genesis text)
//   D, P              the directory and the policy in force: position u64, signed note
//   P pos             a policy that is recorded and not yet in force: from when i64, signed note
//   L                 ledger cursor: next position, last instant
//   K agency          an agency's sealing cards: the newest, and older ones while still accepted
//   c consent         a consent: its collector, versions and what was taken back
//   u consent pos     messages that rest on a consent, by position of their submission
//   m message         a message: where it is in its life
//   q agency pos      mailbox: what waits for the agency, by position of the submission
//   n agency          how many messages wait there
//   e time message    when a message's transport ends
//   f time message    when the core may forget a message
//   g time consent    when the core may forget a consent
//   o digest          policies that were in force, by the digest of their note: position
//   a time action     operator actions of the last day: position
//   r agency verdict  equal refusals of the running minute
//   R referral        a referral: where it is in its life
//   Q request         a request for help and whom it may ask
//   t time bell id    what rings when: referrals and duties
//   h prior message   further hops of a message: the empty value
//   d message         a deletion receipt that is owed, or came
//   x exception       an exception and its duties
//   y referral        the exception that lets this referral go
//   X consent         whom a person excluded beside what the consent says
//   C agency          the counter of an agency's last word on its capacity
//   S agency          the counter of an agency's last word on its services
#pragma once

#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::core::keys {

[[nodiscard]] inline Bytes single(char letter) {
  return {static_cast<std::uint8_t>(letter)};
}
[[nodiscard]] inline Bytes genesis() {
  return single('G');
}
[[nodiscard]] inline Bytes directory() {
  return single('D');
}
[[nodiscard]] inline Bytes policy() {
  return single('P');
}
[[nodiscard]] inline Bytes pending_policy(std::uint64_t position) {
  return ByteWriter().u8('P').u64(position).take();
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
[[nodiscard]] inline Bytes waiting(const AgencyId& agency) {
  return ByteWriter().u8('n').str8(agency.text()).take();
}
[[nodiscard]] inline Bytes expiry(Instant at, const MessageId& id) {
  return ByteWriter().u8('e').i64(at.ms).raw(id.bytes).take();
}
[[nodiscard]] inline Bytes forgetting(Instant at, const MessageId& id) {
  return ByteWriter().u8('f').i64(at.ms).raw(id.bytes).take();
}
[[nodiscard]] inline Bytes forgetting_consent(Instant at, const ConsentId& id) {
  return ByteWriter().u8('g').i64(at.ms).raw(id.bytes).take();
}
[[nodiscard]] inline Bytes policy_of_old(const Digest& digest) {
  return ByteWriter().u8('o').raw(digest).take();
}
[[nodiscard]] inline Bytes action(Instant at, const ByteArray<16>& id) {
  return ByteWriter().u8('a').i64(at.ms).raw(id).take();
}
[[nodiscard]] inline Bytes refusals(const AgencyId& agency, std::uint8_t verdict) {
  return ByteWriter().u8('r').str8(agency.text()).u8(verdict).take();
}

[[nodiscard]] inline Bytes referral(const ReferralId& id) {
  return ByteWriter().u8('R').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes request(const RequestId& id) {
  return ByteWriter().u8('Q').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes bell(Instant at, std::uint8_t kind, const ByteArray<16>& id) {
  return ByteWriter().u8('t').i64(at.ms).u8(kind).raw(id).take();
}
[[nodiscard]] inline Bytes further_hop(const MessageId& prior, const MessageId& message) {
  return ByteWriter().u8('h').raw(prior.bytes).raw(message.bytes).take();
}
[[nodiscard]] inline Bytes deletion(const MessageId& id) {
  return ByteWriter().u8('d').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes exception(const ExceptionId& id) {
  return ByteWriter().u8('x').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes exception_for(const ReferralId& id) {
  return ByteWriter().u8('y').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes exclusions(const ConsentId& id) {
  return ByteWriter().u8('X').raw(id.bytes).take();
}
[[nodiscard]] inline Bytes services(const AgencyId& agency) {
  return ByteWriter().u8('S').str8(agency.text()).take();
}
[[nodiscard]] inline Bytes capacity(const AgencyId& agency) {
  return ByteWriter().u8('C').str8(agency.text()).take();
}

// The id at the end of an `e`, `f` or `g` key, and the position at the end of a `q` or `u` key.
template <class Id>
[[nodiscard]] Id id_of(ByteView key) {
  Id id;
  const ByteView tail = key.last(id.bytes.size());
  std::copy(tail.begin(), tail.end(), id.bytes.begin());
  return id;
}
[[nodiscard]] inline std::uint64_t position_of(ByteView key) {
  return ByteReader(key.last(8)).u64();
}

}  // namespace safeconduct::core::keys
