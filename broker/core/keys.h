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
//   w agency pos      as `q`, of what goes nowhere: its recipient is excluded, its sender not told
//   v agency          as `n`, of these: so that both cost the same
//   e time message    when a message's transport ends
//   f time message    when the core may forget a message
//   g time consent    when the core may forget a consent
//   o digest          policies that were in force, by the digest of their note: position
//   k                 the retention in force: position u64, signed note
//   H id              a legal hold in force: position u64, signed note
//   z part            the first entry whose part of this kind was not destroyed yet
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

#include "broker/core/state_view.h"
#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/ledger/kinds.h"

namespace safeconduct::core::keys {

// A key in the making, without a home on the heap: a tick makes thousands.
class Key {
 public:
  explicit Key(char letter) { u8(static_cast<std::uint8_t>(letter)); }
  Key& u8(std::uint8_t v) { return raw({&v, 1}); }
  Key& u64(std::uint64_t v) {
    ByteArray<8> bytes;
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(v >> 8 * (7 - i));
    return raw(bytes);
  }
  Key& i64(std::int64_t v) { return u64(static_cast<std::uint64_t>(v)); }
  Key& raw(ByteView bytes) {
    SC_CHECK(size_ + bytes.size() <= bytes_.size());
    std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return *this;
  }
  Key& str8(std::string_view text) {
    return u8(static_cast<std::uint8_t>(text.size())).raw(view_of(text));
  }
  operator ByteView() const { return ByteView(bytes_).first(size_); }  // NOLINT: implicit

 private:
  ByteArray<Overlay::kKeyBytesMax> bytes_;
  std::size_t size_ = 0;
};

[[nodiscard]] inline Key single(char letter) {
  return Key(letter);
}
[[nodiscard]] inline Key genesis() {
  return single('G');
}
[[nodiscard]] inline Key directory() {
  return single('D');
}
[[nodiscard]] inline Key policy() {
  return single('P');
}
[[nodiscard]] inline Key pending_policy(std::uint64_t position) {
  return Key('P').u64(position);
}
[[nodiscard]] inline Key cursor() {
  return single('L');
}
[[nodiscard]] inline Key cards(const AgencyId& agency) {
  return Key('K').str8(agency.text());
}
[[nodiscard]] inline Key consent(const ConsentId& id) {
  return Key('c').raw(id.bytes);
}
[[nodiscard]] inline Key consent_use(const ConsentId& id, std::uint64_t position) {
  return Key('u').raw(id.bytes).u64(position);
}
[[nodiscard]] inline Key message(const MessageId& id) {
  return Key('m').raw(id.bytes);
}
[[nodiscard]] inline Key mailbox(const AgencyId& agency, std::uint64_t position) {
  return Key('q').str8(agency.text()).u64(position);
}
[[nodiscard]] inline Key waiting(const AgencyId& agency) {
  return Key('n').str8(agency.text());
}
[[nodiscard]] inline Key nowhere(const AgencyId& agency, std::uint64_t position) {
  return Key('w').str8(agency.text()).u64(position);
}
[[nodiscard]] inline Key nowhere_count(const AgencyId& agency) {
  return Key('v').str8(agency.text());
}
[[nodiscard]] inline Key expiry(Instant at, const MessageId& id) {
  return Key('e').i64(at.ms).raw(id.bytes);
}
[[nodiscard]] inline Key forgetting(Instant at, const MessageId& id) {
  return Key('f').i64(at.ms).raw(id.bytes);
}
[[nodiscard]] inline Key forgetting_consent(Instant at, const ConsentId& id) {
  return Key('g').i64(at.ms).raw(id.bytes);
}
[[nodiscard]] inline Key policy_of_old(const Digest& digest) {
  return Key('o').raw(digest);
}
[[nodiscard]] inline Key retention() {
  return single('k');
}
[[nodiscard]] inline Key hold(std::string_view id) {
  return Key('H').str8(id);
}
[[nodiscard]] inline Key pruned(ledger::PartKind part) {
  return Key('z').u8(static_cast<std::uint8_t>(part));
}
[[nodiscard]] inline Key action(Instant at, const ByteArray<16>& id) {
  return Key('a').i64(at.ms).raw(id);
}
[[nodiscard]] inline Key refusals(const AgencyId& agency, std::uint8_t verdict) {
  return Key('r').str8(agency.text()).u8(verdict);
}

[[nodiscard]] inline Key referral(const ReferralId& id) {
  return Key('R').raw(id.bytes);
}
[[nodiscard]] inline Key request(const RequestId& id) {
  return Key('Q').raw(id.bytes);
}
[[nodiscard]] inline Key bell(Instant at, std::uint8_t kind, const ByteArray<16>& id) {
  return Key('t').i64(at.ms).u8(kind).raw(id);
}
[[nodiscard]] inline Key further_hop(const MessageId& prior, const MessageId& message) {
  return Key('h').raw(prior.bytes).raw(message.bytes);
}
[[nodiscard]] inline Key deletion(const MessageId& id) {
  return Key('d').raw(id.bytes);
}
[[nodiscard]] inline Key exception(const ExceptionId& id) {
  return Key('x').raw(id.bytes);
}
[[nodiscard]] inline Key exception_for(const ReferralId& id) {
  return Key('y').raw(id.bytes);
}
[[nodiscard]] inline Key exclusions(const ConsentId& id) {
  return Key('X').raw(id.bytes);
}
[[nodiscard]] inline Key services(const AgencyId& agency) {
  return Key('S').str8(agency.text());
}
[[nodiscard]] inline Key capacity(const AgencyId& agency) {
  return Key('C').str8(agency.text());
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
