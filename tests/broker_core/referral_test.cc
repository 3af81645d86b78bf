// A referral's life in the core: who may move it where, and what each of its two agencies, and a
// coordinator, are told (DOMAIN §3.5).
#include <catch2/catch.hpp>

#include "tests/broker_core/referral_life.h"

using namespace safeconduct;
using namespace safeconduct::core;
using wire::DeclineReason;
using wire::Event;
using wire::Move;
using wire::State;

namespace {

constexpr int kStates = 19;
constexpr int kMoves = 15;

// Brings a fresh referral into the state; false where the bus never has it there.
bool bring_to(Life& life, State state) {
  switch (state) {
    case State::kDraft:
    case State::kRedirected:
    case State::kExpired:
    case State::kInquiryOpen:
    case State::kCapacityOffered:
    case State::kConsentPending:
      return false;  // request_test, clock_test
    case State::kSent:
      life.send();
      return true;
    case State::kReceived:
      life.receive();
      return true;
    case State::kRecalled:
      life.send();
      life.moved("ngo", Move::kRecall);
      return true;
    case State::kWithdrawn:
      life.send();
      life.moved("ngo", Move::kWithdraw);
      return true;
    case State::kDeclined:
      life.receive();
      life.moved("haven", Move::kDecline, DeclineReason::kAge);
      return true;
    case State::kAccepted:
      life.accept();
      return true;
    case State::kScheduled:
    case State::kNoShow:
      life.accept();
      life.moved("haven", Move::kSchedule);
      if (state == State::kNoShow) life.moved("haven", Move::kNoShow);
      return true;
    case State::kActive:
      life.accept();
      life.moved("haven", Move::kStart);
      return true;
    case State::kWaiting:
      life.accept();
      life.moved("haven", Move::kWait);
      return true;
    case State::kDone:
    case State::kClosed:
      life.accept();
      life.moved("haven", Move::kDone);
      if (state == State::kClosed) life.moved("ngo", Move::kClose);
      return true;
    case State::kNotDone:
      life.accept();
      life.moved("haven", Move::kNotDone, DeclineReason::kPersonDeclined);
      return true;
  }
  return false;
}

DeclineReason reason_for(Move move) {
  if (move == Move::kDecline) return DeclineReason::kLanguage;
  return move == Move::kAskMore ? DeclineReason::kMoreInformationNeeded : DeclineReason::kNone;
}

}  // namespace

TEST_CASE("Every move from every state leads where the table says, or is refused and recorded") {
  std::size_t legal = 0;
  std::size_t refused = 0;
  for (int s = 1; s <= kStates; ++s) {
    for (int m = 1; m <= kMoves; ++m) {
      Life life;
      const auto state = static_cast<State>(s);
      const auto move = static_cast<Move>(m);
      if (!bring_to(life, state)) continue;
      INFO(wire::name(state) << " " << wire::name(move));
      REQUIRE(life.state() == state);
      const std::string by = wire::made_by_sender(move) ? "ngo" : "haven";
      life.bench.now = life.bench.now + milliseconds(1);  // not the very bytes of the last word
      const Outcome outcome = life.move(by, move, reason_for(move));
      if (const auto to = wire::after(state, move)) {
        CHECK(std::holds_alternative<Recorded>(outcome.answer));
        CHECK(life.state() == *to);
        ++legal;
      } else {
        CHECK(is_error(outcome, ErrorCode::kConflict));
        REQUIRE(outcome.entries.size() == 1);
        CHECK(outcome.entries[0].entry.leaf.kind == ledger::EntryKind::kRefusedFrame);
        CHECK(life.state() == state);
        ++refused;
      }
    }
  }
  CHECK(legal == 44);
  CHECK(legal + refused == 13 * kMoves);
}

TEST_CASE("Only the recipient moves a referral as its recipient, only the sender as its sender") {
  for (int m = 1; m <= kMoves; ++m) {
    Life life;
    life.receive();
    const auto move = static_cast<Move>(m);
    const std::string other = wire::made_by_sender(move) ? "haven" : "ngo";
    INFO(wire::name(move));
    CHECK(is_error(life.move(other, move, reason_for(move)), ErrorCode::kForbidden));
    CHECK(life.state() == State::kReceived);
  }
}

TEST_CASE("An agency that has no part in a referral cannot tell whether there is one") {
  Life life;
  life.receive();
  const Outcome there = life.move("stmary", Move::kAccept);
  CHECK(is_error(there, ErrorCode::kNotFound));
  Life nothing;
  const Outcome absent = nothing.move("stmary", Move::kAccept);
  CHECK(is_error(absent, ErrorCode::kNotFound));
  CHECK(std::get<Error>(there.answer).message == std::get<Error>(absent.answer).message);
  CHECK(there.entries.size() == absent.entries.size());
}

TEST_CASE("A move is told to both agencies and to coordinators, as codes") {
  Life life;
  life.receive();
  const Outcome outcome = life.move("haven", Move::kDecline, DeclineReason::kSafety);
  REQUIRE(outcome.entries.size() == 1);
  const Emitted& emitted = outcome.entries[0];
  CHECK(emitted.entry.leaf.kind == ledger::EntryKind::kReferral);
  CHECK(emitted.sender == agency("ngo"));
  CHECK(emitted.recipient == agency("haven"));
  for (const auto kind : {ledger::PartKind::kRouting, ledger::PartKind::kSender}) {
    const auto part = wire::decode_referral_part(emitted.entry.part(kind)->bytes).value();
    CHECK(part.event == Event::kMoved);
    CHECK(part.state == State::kDeclined);
    CHECK(part.reason == DeclineReason::kSafety);
    CHECK(part.referral == referral_id(1));
  }
  CHECK(emitted.entry.has(ledger::PartKind::kRestricted));
}

TEST_CASE("The same word again gets the first position and writes nothing") {
  Life life;
  life.receive();
  const auto first = std::get<Recorded>(life.move("haven", Move::kAccept).answer);
  const Outcome again = life.move("haven", Move::kAccept);
  CHECK(std::get<Recorded>(again.answer).position == first.position);
  CHECK(again.entries.empty());
}

TEST_CASE("A word in another agency's name, or under another key, is refused") {
  Life life;
  life.receive();
  TakeRecord command = life.bench.word("haven", life.record(Move::kAccept, "ngo"));
  CHECK(is_error(life.bench.apply(command), ErrorCode::kForbidden));
  command = life.bench.word("haven", life.record(Move::kAccept, "haven"));
  command.key = signing_key_of("ngo");
  CHECK(is_error(life.bench.apply(command), ErrorCode::kUnauthentic));
  CHECK(life.state() == State::kReceived);
}

TEST_CASE("What its sender recalls is destroyed, and who may hold it is told to stop") {
  Life waiting;
  waiting.send();
  const Outcome outcome = waiting.move("ngo", Move::kRecall);
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kDrop);
  CHECK(waiting.state() == State::kRecalled);
  Life given;
  given.send();
  given.bench.given(1);
  const std::size_t before = given.bench.entries();
  given.moved("ngo", Move::kRecall);
  REQUIRE(given.bench.told_recipient(before + 1).has_value());
  CHECK(given.bench.told_recipient(before + 1)->stop);
}

TEST_CASE("Nothing more goes under a referral that is over, or that is another's") {
  Life life;
  life.receive();
  life.moved("haven", Move::kDecline, DeclineReason::kAge);
  CHECK(life.bench.refused({.number = 2, .consent = 1, .referral = 1}) ==
        code(wire::Verdict::kReferral));
  life.bench.recorded(
      {.number = 3, .scopes = {{.purpose = "health_care", .recipients = {"stmary"}}}});
  CHECK(life.bench.refused({.number = 4,
                            .to = "stmary",
                            .to_role = "health",
                            .purpose = "health_care",
                            .consent = 3,
                            .referral = 1}) == code(wire::Verdict::kReferral));
}
