// The loop's cases in which hours and days must pass, over real sockets: the broker's loop runs in
// this process, on a clock that the test sets ahead.
#include <algorithm>
#include <catch2/catch.hpp>

#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"
#include "tests/broker/in_process.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::PartKind;
using wire::Event;
using wire::Move;

namespace {

struct Days {
  Network network{{{"bridge", {"ngo_case"}},
                   {"desk", {"coordinator"}},
                   {"haven", {"shelter"}},
                   {"stmary", {"health"}}}};
  TempFolder folder;
  io::FaultyDisk disk;
  AheadClock clock;
  InProcessBroker broker{network, folder.path() + "/store", disk, &clock};
  Client bridge{network, "bridge", broker.endpoint()};
  Client desk{network, "desk", broker.endpoint()};
  Client haven{network, "haven", broker.endpoint()};
  Client stmary{network, "stmary", broker.endpoint()};
  ConsentId consent;

  Days() {
    for (Client* client : {&bridge, &desk, &haven, &stmary}) client->join();
    for (Client* client : {&bridge, &desk, &haven}) client->send({0, wire::Subscribe{0}});
    auto record =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    wire::ConsentScope care = record.scopes[0];
    care.purpose = static_cast<std::uint8_t>(policies::Purpose::kHealthCare);
    care.recipients = {AgencyId::parse("stmary").value()};
    record.scopes.push_back(care);
    record.onward_depth = 2;
    record.onward_purposes = {care.purpose};
    consent = record.id;
    bridge.record_consent(record);
  }

  [[nodiscard]] Draft draft() const {
    Draft out;
    out.from = "bridge";
    out.to = "haven";
    out.consent = consent;
    out.slots = every_slot("text of slot ");
    return out;
  }
  Sealed send() {
    Sealed sealed = seal_draft(network, draft());
    REQUIRE(bridge.submit(sealed).admitted);
    return sealed;
  }
  static wire::Delivery receive(Client& client) {
    client.credit(1);
    auto delivery = client.expect<wire::Delivery>();
    client.acknowledge(delivery);
    return delivery;
  }
  // From haven on to the clinic, received there.
  Sealed send_on(const Sealed& first) {
    Draft further = draft();
    further.from = "haven";
    further.to = "stmary";
    further.from_role = policies::Role::kShelter;
    further.to_role = policies::Role::kHealth;
    further.purpose = policies::Purpose::kHealthCare;
    further.consent = {};
    further.hop = 2;
    further.prior = first.header.message_id;
    further.change_header = [](wire::Header& h) { h.content_end = h.content_end - hours(1); };
    Sealed second = seal_draft(network, further);
    REQUIRE(haven.submit(second).admitted);
    receive(stmary);
    return second;
  }
  void withdraw(std::uint32_t categories = 0) {
    wire::Withdrawal back;
    back.consent = consent;
    back.recorded_by = bridge.agency().id;
    back.categories = categories;
    back.at = clock.now();
    const auto answer = bridge.answer_to(bridge.send(
        {0, signed_record(bridge.agency(), wire::RecordKind::kWithdrawal, encode(back))}));
    REQUIRE(std::holds_alternative<wire::Recorded>(answer.body));
  }
  // Nothing deleted: it has stopped.
  std::uint64_t deleted(Client& by, const Sealed& message, std::uint32_t categories) {
    wire::DeletionRecord record;
    record.message = message.header.message_id;
    record.by = by.agency().id;
    record.deleted = categories;
    record.at = clock.now();
    return by.say(record);
  }
};

// The next word on this event that a reader is told.
wire::ReferralPart told(Client& client, PartKind kind, Event event) {
  for (;;) {
    for (const auto& entry : client.expect<wire::Feed>().entries) {
      const auto leaf = ledger::decode_leaf(entry.leaf).value();
      if (!ledger::has_referral_part(leaf.kind)) continue;
      for (const auto& part : entry.parts) {
        if (part.kind != static_cast<std::uint8_t>(kind)) continue;
        auto decoded = wire::decode_referral_part(part.bytes).value();
        if (decoded.event == event) return decoded;
      }
    }
  }
}

std::uint8_t verdict_of(const wire::Decided& decided) {
  return wire::decode_sender(decided.sender_part)->verdict;
}

}  // namespace

TEST_CASE("B3 Redelivered after acknowledgement: the same receipt, and no second disclosure") {
  Days days;
  const Sealed sent = days.send();
  days.haven.credit(1);
  const auto delivery = days.haven.expect<wire::Delivery>();
  const std::uint64_t first = days.haven.acknowledge(delivery);
  CHECK(days.haven.acknowledge(delivery) == first);
  CHECK(days.bridge.submit(sent).position < first);
  days.haven.credit(5);
  CHECK_FALSE(days.haven.comes<wire::Delivery>(milliseconds(300)));
}

TEST_CASE("B5 After a withdrawal at hop 2 one receipt is late, and escalates on day 8") {
  Days days;
  const Sealed first = days.send();
  Days::receive(days.haven);
  const Sealed second = days.send_on(first);
  days.withdraw();
  days.deleted(days.stmary, second, policies::kAllCategories);
  days.deleted(days.haven, first, 0);
  days.clock.pass(hours(7 * 24 + 1));
  const auto late = told(days.desk, PartKind::kRouting, Event::kDeletionLate);
  CHECK(late.to == days.haven.agency().id);
  CHECK(late.message == first.header.message_id);
  CHECK(told(days.bridge, PartKind::kSender, Event::kDeletionLate).to == late.to);
  // It is late, and still taken.
  days.deleted(days.haven, first, policies::kAllCategories);
  told(days.bridge, PartKind::kSender, Event::kDeletionReceipt);
}

TEST_CASE("Told to stop, a recipient that does not say so within the hour is an alarm") {
  Days days;
  const Sealed first = days.send();
  Days::receive(days.haven);
  const Sealed second = days.send_on(first);
  days.withdraw();
  days.deleted(days.stmary, second, 0);
  CHECK(told(days.desk, PartKind::kRouting, Event::kStopped).to == days.stmary.agency().id);
  days.clock.pass(minutes(61));
  const auto alarm = told(days.desk, PartKind::kRouting, Event::kStopLate);
  CHECK(alarm.to == days.haven.agency().id);
  CHECK(told(days.bridge, PartKind::kSender, Event::kStopLate).message == first.header.message_id);
  days.deleted(days.haven, first, 0);
  told(days.bridge, PartKind::kSender, Event::kStopped);
}

TEST_CASE("B6 Narrowed between acceptance and release: what is released has no family") {
  Days days;
  Draft asked = days.draft();
  asked.stage = policies::Stage::kInquiry;
  const Sealed inquiry = seal_draft(days.network, asked);
  const ReferralId referral = inquiry.header.referral_id;
  REQUIRE(days.bridge.submit(inquiry).admitted);
  const auto seen = days.haven.open(Days::receive(days.haven), days.network);
  CHECK(seen.count(policies::slot_of(policies::Category::kFamily, policies::Level::kFull)) == 0);
  for (const Move move : {Move::kOffer, Move::kAccept}) {
    days.haven.say(
        wire::MoveRecord{referral, days.haven.agency().id, move, {}, 0, days.clock.now()});
  }
  days.withdraw(policies::bit(policies::Category::kFamily));
  Draft release = days.draft();
  release.change_header = [referral](wire::Header& h) { h.referral_id = referral; };
  REQUIRE(days.bridge.submit(seal_draft(days.network, release)).admitted);
  const auto opened = days.haven.open(Days::receive(days.haven), days.network);
  for (const auto level : {policies::Level::kFull, policies::Level::kGeneralised}) {
    CHECK(opened.count(policies::slot_of(policies::Category::kFamily, level)) == 0);
  }
  CHECK(opened.count(policies::slot_of(policies::Category::kIdentity, policies::Level::kFull)) ==
        1);
}

TEST_CASE("B8 Break-glass without a second person after an hour: an alarm, and access closes") {
  Days days;
  Draft draft = days.draft();
  draft.to = "stmary";
  draft.to_role = policies::Role::kHealth;
  draft.purpose = policies::Purpose::kEmergencyHealth;
  draft.basis = policies::Basis::kBreakGlass;
  draft.consent = {};
  const Sealed sent = seal_draft(days.network, draft);
  wire::ExceptionRecord x;
  x.id.bytes = sent.header.message_id.bytes;
  x.by = days.bridge.agency().id;
  x.basis = sent.header.basis;
  x.purpose = sent.header.purpose;
  x.to = sent.header.to;
  x.referral = sent.header.referral_id;
  x.officer = Digest{1};
  x.evidence = Digest{2};
  x.flags = static_cast<std::uint16_t>(wire::ExceptionFlag::kLifeAtRisk);
  x.at = days.clock.now();
  days.bridge.say(x);
  REQUIRE(days.bridge.submit(sent).admitted);
  Days::receive(days.stmary);
  days.stmary.send({0, wire::Subscribe{0}});
  days.clock.pass(minutes(61));
  CHECK(told(days.desk, PartKind::kRouting, Event::kSecondMissing).to == x.to);
  told(days.bridge, PartKind::kSender, Event::kSecondMissing);
  // Its recipient is told to stop and owes a deletion receipt.
  days.deleted(days.stmary, sent, policies::kAllCategories);
  told(days.bridge, PartKind::kSender, Event::kDeletionReceipt);
  Draft again = draft;
  again.change_header = [&](wire::Header& h) { h.referral_id = sent.header.referral_id; };
  CHECK_FALSE(days.bridge.submit(seal_draft(days.network, again)).admitted);
}

TEST_CASE("B16 What an offline agent sends after the consent ended is refused by broker time") {
  Days days;
  auto record =
      full_consent(days.network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
  record.expires = record.given + hours(2);
  days.bridge.record_consent(record);
  Draft draft = days.draft();
  draft.consent = record.id;
  const Sealed waiting = seal_draft(days.network, draft);
  const Sealed offline = seal_draft(days.network, draft);
  REQUIRE(days.bridge.submit(waiting).admitted);
  days.clock.pass(hours(3));
  const auto decided = days.bridge.submit(offline);
  CHECK_FALSE(decided.admitted);
  CHECK(verdict_of(decided) == static_cast<std::uint8_t>(policies::Reason::kConsentExpired));
  // And what was let in while it lived is not given any more.
  days.haven.credit(5);
  CHECK_FALSE(days.haven.comes<wire::Delivery>(milliseconds(500)));
}
