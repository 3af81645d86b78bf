// The closed loop over real sockets: every move legal and illegal, inquiry before identity, what a
// withdrawal leaves to do, exceptions, and answers that tell nothing.
#include <algorithm>
#include <catch2/catch.hpp>

#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::EntryKind;
using ledger::PartKind;
using wire::DeclineReason;
using wire::Event;
using wire::Move;
using wire::State;

namespace {

struct Seen {
  wire::ReferralPart part;
  EntryKind kind{};
  std::uint64_t position = 0;
};

// The network of the loop's cases.
struct Loop {
  Network network{{{"bridge", {"ngo_case"}},
                   {"haven", {"shelter"}},
                   {"homes", {"shelter"}},
                   {"metro", {"police"}},
                   {"stmary", {"health"}}}};
  TempFolder folder;
  Broker broker{network, folder.path() + "/broker"};
  Client bridge{network, "bridge", broker.endpoint()};
  Client haven{network, "haven", broker.endpoint()};
  Client homes{network, "homes", broker.endpoint()};
  Client metro{network, "metro", broker.endpoint()};
  Client stmary{network, "stmary", broker.endpoint()};
  ConsentId consent;

  Loop() {
    for (Client* client : {&bridge, &haven, &homes, &metro, &stmary}) client->join();
    auto record =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    record.scopes[0].recipients = {AgencyId::parse("haven").value(),
                                   AgencyId::parse("homes").value()};
    wire::ConsentScope care = record.scopes[0];
    care.purpose = static_cast<std::uint8_t>(policies::Purpose::kHealthCare);
    care.recipients = {AgencyId::parse("stmary").value()};
    record.scopes.push_back(care);
    record.onward_depth = 2;
    record.onward_purposes = {care.purpose};
    consent = record.id;
    bridge.record_consent(record);
  }

  [[nodiscard]] Draft draft(const std::string& to) const {
    Draft out;
    out.from = "bridge";
    out.to = to;
    out.consent = consent;
    out.slots = every_slot("text of slot ");
    return out;
  }
  Sealed send(const Draft& draft) {
    Sealed sealed = seal_draft(network, draft);
    REQUIRE(bridge.submit(sealed).admitted);
    return sealed;
  }
  wire::Delivery receive(Client& client) {
    client.credit(1);
    auto delivery = client.expect<wire::Delivery>();
    client.acknowledge(delivery);
    return delivery;
  }
  // A fresh referral to haven, received.
  ReferralId received() {
    const Sealed sealed = send(draft("haven"));
    for (;;) {  // what other cases left waiting comes first
      const auto delivery = receive(haven);
      const auto part = wire::decode_recipient(delivery.entry.parts.at(0).bytes).value();
      if (part.message == sealed.header.message_id) return sealed.header.referral_id;
    }
  }
};

wire::MoveRecord move_of(Client& by, const ReferralId& referral, Move move,
                         DeclineReason reason = DeclineReason::kNone) {
  static std::int64_t last = 0;  // no two words of this test are the same bytes
  if (move == Move::kDecline && reason == DeclineReason::kNone) reason = DeclineReason::kAge;
  wire::MoveRecord out{referral, by.agency().id, move, reason, 0, SystemClock().now()};
  out.at.ms = last = std::max(out.at.ms, last + 1);
  if (move == Move::kAskMore) {
    out.reason = DeclineReason::kMoreInformationNeeded;
    out.categories = 1;
  }
  return out;
}

bool taken(const wire::ToAgent& answer) {
  return std::holds_alternative<wire::Recorded>(answer.body);
}
ErrorCode refused(const wire::ToAgent& answer) {
  const auto* problem = std::get_if<wire::Problem>(&answer.body);
  return problem != nullptr ? problem->code : ErrorCode::kIo;
}

std::vector<Move> path_to(State state) {
  switch (state) {
    case State::kDeclined:
      return {Move::kDecline};
    case State::kAccepted:
      return {Move::kAccept};
    case State::kScheduled:
      return {Move::kAccept, Move::kSchedule};
    case State::kNoShow:
      return {Move::kAccept, Move::kSchedule, Move::kNoShow};
    case State::kActive:
      return {Move::kAccept, Move::kStart};
    case State::kWaiting:
      return {Move::kAccept, Move::kWait};
    case State::kDone:
      return {Move::kAccept, Move::kDone};
    case State::kNotDone:
      return {Move::kAccept, Move::kNotDone};
    case State::kRedirected:
      return {Move::kAccept, Move::kRedirect};
    case State::kWithdrawn:
      return {Move::kWithdraw};
    case State::kClosed:
      return {Move::kDecline, Move::kClose};
    default:
      return {};
  }
}

ReferralId bring(Loop& loop, State state) {
  if (state == State::kSent || state == State::kRecalled) {
    const ReferralId id = loop.send(loop.draft("haven")).header.referral_id;
    if (state == State::kRecalled) loop.bridge.say(move_of(loop.bridge, id, Move::kRecall));
    return id;
  }
  const ReferralId id = loop.received();
  for (const Move move : path_to(state)) {
    Client& by = wire::made_by_sender(move) ? loop.bridge : loop.haven;
    by.say(move_of(by, id, move));
  }
  return id;
}

// The next entry of a referral's life in a feed that satisfies `wanted`.
template <class Wanted>
Seen next_seen(Client& client, PartKind kind, Wanted wanted) {
  for (;;) {
    for (const auto& entry : client.expect<wire::Feed>().entries) {
      const auto leaf = ledger::decode_leaf(entry.leaf).value();
      if (!ledger::has_referral_part(leaf.kind)) continue;
      for (const auto& part : entry.parts) {
        if (part.kind != static_cast<std::uint8_t>(kind)) continue;
        Seen seen{wire::decode_referral_part(part.bytes).value(), leaf.kind, leaf.position.value};
        if (wanted(seen)) return seen;
      }
    }
  }
}

wire::RequestRecord request_of(Loop& loop, std::vector<std::pair<std::string, ReferralId>> whom) {
  wire::RequestRecord r;
  SystemRandom random;
  r.id.bytes = random.array<16>();
  r.by = loop.bridge.agency().id;
  r.by_role = static_cast<std::uint8_t>(policies::Role::kNgoCase);
  r.purpose = static_cast<std::uint8_t>(policies::Purpose::kSafeAccommodation);
  r.urgency = static_cast<std::uint8_t>(policies::Urgency::kTonight);
  r.stage = static_cast<std::uint8_t>(policies::Stage::kInquiry);
  r.together = static_cast<std::uint8_t>(whom.size());
  for (const auto& [name, id] : whom) {
    r.candidates.push_back(
        {AgencyId::parse(name).value(), static_cast<std::uint8_t>(policies::Role::kShelter), id});
  }
  r.at = SystemClock().now();
  return r;
}

}  // namespace

TEST_CASE("Over real sockets every move leads where the table says, or is refused in a sentence") {
  Loop loop;
  for (const State state :
       {State::kSent, State::kReceived, State::kAccepted, State::kDeclined, State::kScheduled,
        State::kActive, State::kWaiting, State::kNoShow, State::kDone, State::kNotDone,
        State::kWithdrawn, State::kRecalled, State::kRedirected, State::kClosed}) {
    const ReferralId standing = bring(loop, state);
    for (int m = 1; m <= 15; ++m) {
      const auto move = static_cast<Move>(m);
      INFO(wire::name(state) << " " << wire::name(move));
      Client& by = wire::made_by_sender(move) ? loop.bridge : loop.haven;
      Client& other = wire::made_by_sender(move) ? loop.haven : loop.bridge;
      CHECK(refused(other.hand_in(move_of(other, standing, move))) == ErrorCode::kForbidden);
      if (!wire::after(state, move)) {
        CHECK(refused(by.hand_in(move_of(by, standing, move))) == ErrorCode::kConflict);
        continue;
      }
      const ReferralId fresh = bring(loop, state);
      CHECK(taken(by.hand_in(move_of(by, fresh, move))));
    }
  }
  CHECK(refused(loop.metro.hand_in(move_of(loop.metro, loop.received(), Move::kAccept))) ==
        ErrorCode::kNotFound);
}

TEST_CASE("B1 A recipient declines: its sender reads a code, and no more") {
  Loop loop;
  loop.bridge.send({0, wire::Subscribe{0}});
  const ReferralId id = loop.received();
  loop.haven.say(move_of(loop.haven, id, Move::kDecline, DeclineReason::kLanguage));
  const Seen seen = next_seen(loop.bridge, PartKind::kSender,
                              [&](const Seen& s) { return s.part.referral == id; });
  CHECK(seen.part.state == State::kDeclined);
  CHECK(seen.part.reason == DeclineReason::kLanguage);
  CHECK(seen.part.record.empty());
}

TEST_CASE("B2 Two are asked, the first acceptance wins, the other reads withdrawn, never a name") {
  Loop loop;
  loop.homes.send({0, wire::Subscribe{0}});
  Draft inquiry = loop.draft("haven");
  inquiry.stage = policies::Stage::kInquiry;
  const Sealed to_haven = seal_draft(loop.network, inquiry);
  inquiry.to = "homes";
  const Sealed to_homes = seal_draft(loop.network, inquiry);
  const ReferralId first = to_haven.header.referral_id;
  const ReferralId second = to_homes.header.referral_id;
  CHECK(first != second);
  loop.bridge.say(request_of(loop, {{"haven", first}, {"homes", second}}));
  REQUIRE(loop.bridge.submit(to_haven).admitted);
  REQUIRE(loop.bridge.submit(to_homes).admitted);
  const auto seen = loop.receive(loop.haven);
  const auto opened = loop.haven.open(seen, loop.network);
  CHECK(opened.count(policies::slot_of(policies::Category::kIdentity, policies::Level::kFull)) ==
        0);
  loop.receive(loop.homes);
  loop.haven.say(move_of(loop.haven, first, Move::kAccept));
  CHECK(refused(loop.homes.hand_in(move_of(loop.homes, second, Move::kAccept))) ==
        ErrorCode::kConflict);
  const Seen told = next_seen(loop.homes, PartKind::kRecipient,
                              [&](const Seen& s) { return s.part.referral == second; });
  CHECK(told.part.state == State::kWithdrawn);
  CHECK(told.part.event == Event::kMoved);
  CHECK(told.part.request.is_zero());
  const auto release = [&](const std::string& to, const ReferralId& under) {
    Draft draft = loop.draft(to);
    draft.change_header = [under](wire::Header& h) { h.referral_id = under; };
    return loop.bridge.submit(seal_draft(loop.network, draft));
  };
  const auto late = release("homes", second);
  CHECK_FALSE(late.admitted);
  CHECK(wire::decode_sender(late.sender_part)->verdict ==
        static_cast<std::uint8_t>(wire::Verdict::kReferral));
  CHECK(release("haven", first).admitted);
}

TEST_CASE(
    "B5 After a withdrawal at hop 2 both owe a deletion receipt, and both reach their sender") {
  Loop loop;
  loop.bridge.send({0, wire::Subscribe{0}});
  loop.haven.send({0, wire::Subscribe{0}});
  const Sealed first = loop.send(loop.draft("haven"));
  loop.receive(loop.haven);
  Draft further = loop.draft("stmary");
  further.from = "haven";
  further.from_role = policies::Role::kShelter;
  further.to_role = policies::Role::kHealth;
  further.purpose = policies::Purpose::kHealthCare;
  further.consent = {};
  further.hop = 2;
  further.prior = first.header.message_id;
  further.change_header = [](wire::Header& h) { h.content_end = h.content_end - hours(1); };
  const Sealed second = seal_draft(loop.network, further);
  REQUIRE(loop.haven.submit(second).admitted);
  const Seen origin = next_seen(loop.bridge, PartKind::kSender,
                                [](const Seen& s) { return s.kind == EntryKind::kOnward; });
  CHECK(origin.part.to == loop.stmary.agency().id);
  loop.receive(loop.stmary);
  wire::Withdrawal back;
  back.consent = loop.consent;
  back.recorded_by = loop.bridge.agency().id;
  back.at = SystemClock().now();
  loop.bridge.answer_to(loop.bridge.send(
      {0, signed_record(loop.bridge.agency(), wire::RecordKind::kWithdrawal, encode(back))}));
  const auto give = [&](Client& by, const MessageId& message, std::vector<std::uint64_t> from) {
    wire::DeletionRecord record;
    record.message = message;
    record.by = by.agency().id;
    record.deleted = policies::kAllCategories;
    record.further = std::move(from);
    record.at = SystemClock().now();
    return by.say(record);
  };
  const std::uint64_t downstream = give(loop.stmary, second.header.message_id, {});
  const auto receipt = [](const Seen& s) { return s.part.event == Event::kDeletionReceipt; };
  CHECK(next_seen(loop.haven, PartKind::kSender, receipt).position == downstream);
  give(loop.haven, first.header.message_id, {downstream});
  const Seen last = next_seen(loop.bridge, PartKind::kSender, receipt);
  const auto recorded = wire::decode_recorded(last.part.record).value();
  const auto record =
      wire::decode_referral_record(wire::RecordKind::kDeletion, recorded.record.body).value();
  CHECK(std::get<wire::DeletionRecord>(record).further == std::vector{downstream});
}

TEST_CASE("On another ground than consent nothing goes before it is on record") {
  Loop loop;
  Draft draft = loop.draft("stmary");
  draft.to_role = policies::Role::kHealth;
  draft.purpose = policies::Purpose::kEmergencyHealth;
  draft.basis = policies::Basis::kBreakGlass;
  draft.consent = {};
  const Sealed early = seal_draft(loop.network, draft);
  const auto decided = loop.bridge.submit(early);
  CHECK_FALSE(decided.admitted);
  const std::uint8_t verdict = wire::decode_sender(decided.sender_part)->verdict;
  if (verdict == static_cast<std::uint8_t>(wire::Verdict::kException)) {
    const Sealed later = seal_draft(loop.network, draft);
    loop.bridge.allow(later.header);
    CHECK(loop.bridge.submit(later).admitted);
  } else {
    FAIL("refused for another reason: " << int{verdict});
  }
}

TEST_CASE("Whether she is there is answered alike, and told to nobody") {
  Loop loop;
  loop.haven.send({0, wire::Subscribe{0}});
  loop.received();
  for (const char* about : {"haven", "homes", "nobody-here"}) {
    const wire::QuestionRecord question{loop.metro.agency().id, AgencyId::parse(about).value(),
                                        Digest{1}, SystemClock().now()};
    CHECK(taken(loop.metro.hand_in(question)));
  }
  while (loop.haven.comes<wire::Feed>(milliseconds(300))) {
    for (const auto& entry : loop.haven.expect<wire::Feed>().entries) {
      CHECK(ledger::decode_leaf(entry.leaf)->kind != EntryKind::kQuestion);
    }
  }
}

TEST_CASE("A refused onward sender gets the answer of one that is not refused") {
  Loop loop;
  const Sealed first = loop.send(loop.draft("haven"));
  loop.receive(loop.haven);
  const auto onward = [&] {
    Draft further = loop.draft("stmary");
    further.from = "haven";
    further.from_role = policies::Role::kShelter;
    further.to_role = policies::Role::kHealth;
    further.purpose = policies::Purpose::kHealthCare;
    further.consent = {};
    further.hop = 2;
    further.prior = first.header.message_id;
    further.change_header = [](wire::Header& h) { h.content_end = h.content_end - hours(1); };
    return loop.haven.submit(seal_draft(loop.network, further));
  };
  const auto open = onward();
  loop.bridge.say(
      wire::ExclusionRecord{loop.consent,
                            loop.bridge.agency().id,
                            {{wire::ExcludedKind::kOfficer, loop.stmary.agency().id, Digest{4}}},
                            SystemClock().now()});
  const auto closed = onward();
  CHECK(closed.admitted == open.admitted);
  auto part = wire::decode_sender(closed.sender_part).value();
  auto before = wire::decode_sender(open.sender_part).value();
  part.message = before.message;
  CHECK(part == before);
  loop.stmary.credit(4);
  CHECK_FALSE(loop.stmary.comes<wire::Delivery>(milliseconds(500)));
}
