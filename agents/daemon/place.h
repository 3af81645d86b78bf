// The store's key space: one letter says what lies there, ids and numbers follow in fixed width.
//
//   B name             bookkeeping: feed position, tree head, directory, policy
//   K agency           an agency's sealing cards; our own as well
//   o counter          our own sealing cards, as published
//   c consent          a consent in its newest version; secret: its document
//   s message          a referral that we sent, by the first message id; secret: its document
//   S seq              sent referrals in their order -> first message id
//   C consent seq      sent referrals that rest on the consent, in order -> first message id
//   V agency           what the agency told of its services, as it was signed
//   v agency           what room it told to have
//   N consent          whom the person excluded beside what the consent says
//   a message          alias: a later message id of the same referral -> its first
//   q seq              outbox: what still has to be sealed or answered -> first message id
//   x time message     when a sent referral's content ends
//   y time message     when a received referral's content ends
//   w message          the submission frame as it was sent, until it is decided
//   d message          sealed slots that go to the recipient directly, until its receipt
//   r seq              signed records that the broker has not recorded yet
//   i message          a received message; secret: its content
//   I seq              received messages in the order of arrival
//   R referral         a referral as the ledger last told of it
//   Q request          a request of ours and the inquiry that its candidates get
//   D message          a deletion receipt that we owe
//   k message          what of a message we must keep elsewhere, and on which ground
//   Z message          where the deletion receipt for a message of ours lies
//   O referral id      further hops of a referral of ours, as told
//   X exception        an exception of ours: its salt; secret: who asked and why
//   t message          receipts that the broker has not recorded yet
#pragma once

#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::agent::place {

[[nodiscard]] inline Bytes all(char letter) {
  return ByteWriter().u8(static_cast<std::uint8_t>(letter)).take();
}
[[nodiscard]] inline Bytes named(std::string_view name) {
  return ByteWriter().u8('B').raw(view_of(name)).take();
}
[[nodiscard]] inline Bytes of(char letter, const ByteArray<16>& id) {
  return ByteWriter().u8(static_cast<std::uint8_t>(letter)).raw(id).take();
}
[[nodiscard]] inline Bytes of(char letter, std::uint64_t number) {
  return ByteWriter().u8(static_cast<std::uint8_t>(letter)).u64(number).take();
}
[[nodiscard]] inline Bytes cards(const AgencyId& agency) {
  return ByteWriter().u8('K').raw(view_of(agency.text())).take();
}
[[nodiscard]] inline Bytes own_card(std::uint64_t counter) {
  return of('o', counter);
}
[[nodiscard]] inline Bytes consent(const ConsentId& id) {
  return of('c', id.bytes);
}
[[nodiscard]] inline Bytes sent(const MessageId& first) {
  return of('s', first.bytes);
}
[[nodiscard]] inline Bytes alias(const MessageId& id) {
  return of('a', id.bytes);
}
[[nodiscard]] inline Bytes outbox(std::uint64_t seq) {
  return of('q', seq);
}
[[nodiscard]] inline Bytes sent_order(std::uint64_t seq) {
  return of('S', seq);
}
[[nodiscard]] inline Bytes sent_on(const ConsentId& consent) {
  return of('C', consent.bytes);
}
[[nodiscard]] inline Bytes sent_on(const ConsentId& consent, std::uint64_t seq) {
  return ByteWriter().raw(sent_on(consent)).u64(seq).take();
}
[[nodiscard]] inline Bytes service_profile(const AgencyId& agency) {
  return ByteWriter().u8('V').raw(view_of(agency.text())).take();
}
[[nodiscard]] inline Bytes capacity(const AgencyId& agency) {
  return ByteWriter().u8('v').raw(view_of(agency.text())).take();
}
[[nodiscard]] inline Bytes excluded(const ConsentId& consent) {
  return of('N', consent.bytes);
}
[[nodiscard]] inline Bytes onward(const ReferralId& ours) {
  return of('O', ours.bytes);
}
[[nodiscard]] inline Bytes onward(const ReferralId& ours, const ReferralId& further) {
  return ByteWriter().raw(onward(ours)).raw(further.bytes).take();
}
[[nodiscard]] inline Bytes content_end(Instant at, const MessageId& first) {
  return ByteWriter().u8('x').i64(at.ms).raw(first.bytes).take();
}
[[nodiscard]] inline Bytes inbox_end(Instant at, const MessageId& id) {
  return ByteWriter().u8('y').i64(at.ms).raw(id.bytes).take();
}
[[nodiscard]] inline Bytes frame(const MessageId& id) {
  return of('w', id.bytes);
}
[[nodiscard]] inline Bytes direct(const MessageId& id) {
  return of('d', id.bytes);
}
[[nodiscard]] inline Bytes record(std::uint64_t seq) {
  return of('r', seq);
}
[[nodiscard]] inline Bytes inbox(const MessageId& id) {
  return of('i', id.bytes);
}
[[nodiscard]] inline Bytes arrival(std::uint64_t seq) {
  return of('I', seq);
}
[[nodiscard]] inline Bytes referral(const ReferralId& id) {
  return of('R', id.bytes);
}
[[nodiscard]] inline Bytes request(const RequestId& id) {
  return of('Q', id.bytes);
}
[[nodiscard]] inline Bytes deletion_owed(const MessageId& id) {
  return of('D', id.bytes);
}
[[nodiscard]] inline Bytes kept_elsewhere(const MessageId& id) {
  return of('k', id.bytes);
}
[[nodiscard]] inline Bytes deleted_there(const MessageId& id) {
  return of('Z', id.bytes);
}
[[nodiscard]] inline Bytes exception(const ExceptionId& id) {
  return of('X', id.bytes);
}
[[nodiscard]] inline Bytes receipt(const MessageId& id) {
  return of('t', id.bytes);
}

}  // namespace safeconduct::agent::place
