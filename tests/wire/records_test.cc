// What a record may say: each rule of schemas/FORMATS.md, "Records", broken once.
#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "schemas/wire/header.h"
#include "tests/wire/examples.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

constexpr Duration kOne{1};

template <class Bend>
bool consent_refused(Bend bend) {
  ConsentRecord r = example_consent();
  bend(r);
  return !decode_consent(encode(r));
}

template <class Bend>
bool header_refused(Bend bend) {
  Header h = example_header();
  bend(h);
  return !decode_header(encode(h));
}

std::vector<AgencyId> many_agencies(std::size_t count) {
  std::vector<AgencyId> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(agency("a" + std::to_string(1000 + i)));
  return out;
}

}  // namespace

TEST_CASE("A consent record that cannot be meant is refused") {
  CHECK_FALSE(consent_refused([](ConsentRecord&) {}));
  CHECK(consent_refused([](ConsentRecord& r) { r.id = {}; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.version = 0; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.recorded_by = {}; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.grantor = static_cast<Grantor>(0); }));
  CHECK(consent_refused([](ConsentRecord& r) { r.grantor = static_cast<Grantor>(5); }));
  CHECK(consent_refused([](ConsentRecord& r) { r.expires = r.given; }));
  CHECK(
      consent_refused([](ConsentRecord& r) { r.expires = r.given + limits::kConsentMax + kOne; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.given.ms = -1; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.given.ms = INT64_MIN; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.given.ms = r.expires.ms = INT64_MAX; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.scopes.clear(); }));
  CHECK(consent_refused([](ConsentRecord& r) { std::swap(r.scopes[0], r.scopes[1]); }));
  CHECK(consent_refused([](ConsentRecord& r) { r.scopes[1].purpose = r.scopes[0].purpose; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.scopes[0].recipients.clear(); }));
  CHECK(consent_refused(
      [](ConsentRecord& r) { std::swap(r.scopes[0].recipients[0], r.scopes[0].recipients[1]); }));
  CHECK(consent_refused([](ConsentRecord& r) { r.onward_depth = 0; }));
  CHECK(consent_refused([](ConsentRecord& r) { r.onward_depth = 3; }));
}

TEST_CASE("A list that is too long is refused, also where its count would wrap") {
  for (const std::size_t count : {33u, 255u, 256u, 257u, 300u}) {
    INFO(count);
    CHECK(
        consent_refused([&](ConsentRecord& r) { r.scopes[0].recipients = many_agencies(count); }));
    CHECK(consent_refused([&](ConsentRecord& r) { r.never_agencies = many_agencies(count); }));
    CHECK(consent_refused([&](ConsentRecord& r) { r.previous.resize(count); }));
    CHECK(consent_refused([&](ConsentRecord& r) {
      r.scopes.resize(count, r.scopes[0]);
      for (std::size_t i = 0; i < count; ++i) r.scopes[i].purpose = static_cast<std::uint8_t>(i);
    }));
  }
  CHECK(consent_refused([&](ConsentRecord& r) { r.onward_purposes.resize(256); }));
}

TEST_CASE("A withdrawal names either a consent or a message, and may take back a part") {
  Withdrawal part = example_withdrawal();
  CHECK(decode_withdrawal(encode(part))->categories == 0x4080);
  part.categories = 0;
  CHECK(decode_withdrawal(encode(part))->categories == 0);
  part.message.bytes = filled<16>(1);
  CHECK_FALSE(decode_withdrawal(encode(part)));
  part.consent = {};
  CHECK(decode_withdrawal(encode(part)).value() == part);
  part.message = {};
  CHECK_FALSE(decode_withdrawal(encode(part)));
}

TEST_CASE("A sealing card lives no longer than a card may") {
  SealingCard card = example_card();
  card.accepted_until = card.not_before + limits::kSealingCardAccepted + kOne;
  CHECK_FALSE(decode_sealing_card(encode(card)));
  card = example_card();
  card.not_after = card.accepted_until + kOne;
  CHECK_FALSE(decode_sealing_card(encode(card)));
  card = example_card();
  card.not_before = card.not_after;
  CHECK_FALSE(decode_sealing_card(encode(card)));
}

TEST_CASE("A receipt that rejects keeps nothing, and a rejection is a known code") {
  ReceiptRecord receipt = example_receipt();
  receipt.rejection = Rejection::kBroken;
  CHECK_FALSE(decode_receipt(encode(receipt)));
  receipt.kept = 0;
  CHECK(decode_receipt(encode(receipt)).value() == receipt);
  receipt.rejection = static_cast<Rejection>(7);
  CHECK_FALSE(decode_receipt(encode(receipt)));
}

TEST_CASE("An operator action names what it is about, and nobody by name") {
  OperatorAction action = example_action();
  CHECK(decode_operator_action(encode(action)).value() == action);
  action.position = OperatorAction::kNoPosition;
  CHECK_FALSE(decode_operator_action(encode(action)));
  action.what = Action::kSignIn;
  CHECK(decode_operator_action(encode(action)).value() == action);
  action.what = Action::kReferralViewed;
  CHECK_FALSE(decode_operator_action(encode(action)));
  action.referral.bytes = filled<16>(3);
  CHECK(decode_operator_action(encode(action)).value() == action);
  action.who = "Anna Example";
  CHECK_FALSE(decode_operator_action(encode(action)));
  action.who = "op-17";
  action.what = static_cast<Action>(11);
  CHECK_FALSE(decode_operator_action(encode(action)));
  action.what = Action::kListViewed;
  action.id = {};
  CHECK_FALSE(decode_operator_action(encode(action)));
}

TEST_CASE("A header whose fields contradict each other is refused") {
  CHECK_FALSE(header_refused([](Header&) {}));
  CHECK(header_refused([](Header& h) { h.message_id = {}; }));
  CHECK(header_refused([](Header& h) { h.referral_id = {}; }));
  CHECK(header_refused([](Header& h) { h.from = {}; }));
  CHECK(header_refused([](Header& h) { h.hop = 0; }));
  CHECK(header_refused([](Header& h) { h.hop = 1; }));
  CHECK(header_refused([](Header& h) { h.prior = {}; }));
  CHECK(header_refused([](Header& h) { h.transport_expiry = h.created; }));
  CHECK(header_refused([](Header& h) { h.content_end.ms = h.created.ms - 1; }));
  CHECK(header_refused([](Header& h) { h.created.ms = -1; }));
  CHECK(header_refused([](Header& h) { h.content_end.ms = INT64_MAX; }));
}

TEST_CASE("A number out of its range is told as that, wherever it stands in the record") {
  const auto told = [](const ConsentRecord& record) {
    return decode_consent(encode(record)).error().message;
  };
  const std::string range = "consent record has a field out of its range";
  ConsentRecord record = example_consent();
  record.previous.resize(9);
  CHECK(told(record) == range);
  record = example_consent();
  record.scopes.resize(limits::kScopesPerConsentMax + 1, record.scopes.front());
  CHECK(told(record) == range);
  record = example_consent();
  record.grantor = static_cast<Grantor>(9);
  CHECK(told(record) == range);
  Bytes longer = encode(example_consent());
  longer.push_back(0);
  CHECK(decode_consent(longer).error().message == "consent record has bytes after its end");
}

TEST_CASE("The largest header fits its bound") {
  Header h = example_header();
  h.from = agency(std::string(32, 'a'));
  h.to = agency(std::string(32, 'b'));
  CHECK(encode(h).size() <= limits::kHeaderBytesMax);
  CHECK(decode_header(encode(h)).value() == h);
}

TEST_CASE("A verdict of the bus has a sentence, and no other code is one") {
  for (unsigned code = 0; code < 256; ++code) {
    const auto verdict = static_cast<std::uint8_t>(code);
    const bool known = known_bus_verdict(verdict);
    CHECK(known == (code >= 100 && code <= 116));
    if (known) CHECK(sentence(static_cast<Verdict>(verdict)).size() > 15);
  }
}
