// "Have you a place?": several agencies before identity; the first acceptance wins, the others read
// `withdrawn` and nothing else (DOMAIN §4.3, B2).
#include <catch2/catch.hpp>

#include "tests/broker_core/referral_life.h"

using namespace safeconduct;
using namespace safeconduct::core;
using wire::DeclineReason;
using wire::Event;
using wire::Move;
using wire::State;
using Events = std::vector<std::string>;

namespace {

// Three housing providers, of which `together` are asked at once.
struct Asking {
  BenchTop bench;
  std::vector<std::string> names = {"haven", "homes", "stmary"};

  explicit Asking(Word word = {}) {
    word.scopes = {{.recipients = names, .full = "needs identity demographics family risk"}};
    bench.recorded(word);
  }
  [[nodiscard]] wire::RequestRecord request(std::uint8_t together = 2) const {
    wire::RequestRecord r;
    r.id.bytes = {7};
    r.by = agency("ngo");
    r.by_role = role_code("ngo_case");
    r.purpose = purpose_code("safe_accommodation");
    r.urgency = 2;
    r.stage = 1;
    r.consent = consent_id(1);
    r.together = together;
    for (std::uint64_t i = 0; i < names.size(); ++i) {
      r.candidates.push_back({agency(names[i]), role_code("shelter"), referral_id(i + 1)});
    }
    r.at = bench.now;
    return r;
  }
  Outcome ask(const wire::RequestRecord& r) { return bench.apply(bench.word("ngo", r)); }
  [[nodiscard]] Letter inquiry(std::uint64_t nth) const {
    return {.number = nth,
            .to = names[nth - 1],
            .stage = "inquiry",
            .consent = 1,
            .content_life = days(7),
            .urgency = "tonight"};
  }
  [[nodiscard]] Letter release(std::uint64_t nth) const {
    Letter out = inquiry(nth);
    out.number = 10 + nth;
    out.stage = "release";
    out.referral = nth;
    out.content_life = days(20);
    return out;
  }
  Outcome answer(std::uint64_t nth, Move move, DeclineReason reason = {}) {
    wire::MoveRecord record{referral_id(nth), agency(names[nth - 1]), move, reason, 0, bench.now};
    if (move == Move::kAskMore) record.categories = 1;
    return bench.apply(bench.word(names[nth - 1], record));
  }
  [[nodiscard]] State state(std::uint64_t nth) const {
    return find_referral(bench.state(), referral_id(nth))->state;
  }
};

// All candidates are shelters in the directory of this test.
wire::Directory shelters() {
  wire::Directory d = bench_directory();
  d.version = 2;
  for (auto& member : d.agencies) {
    const bool one = member.id == agency("homes") || member.id == agency("stmary");
    if (one) member.roles.emplace_back("shelter");
  }
  return d;
}

Asking asking(Word word = {}) {
  Asking out(std::move(word));
  REQUIRE(
      std::holds_alternative<Recorded>(out.bench.apply(out.bench.directory(shelters())).answer));
  return out;
}

}  // namespace

TEST_CASE("A request is told to its sender and to coordinators, and to no candidate") {
  Asking scene = asking();
  const Outcome outcome = scene.ask(scene.request());
  REQUIRE(outcome.entries.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(outcome.entries[i].sender == agency("ngo"));
    CHECK(outcome.entries[i].recipient.empty());
    CHECK(routing_part(outcome.entries[i]).event == Event::kRequested);
    CHECK(routing_part(outcome.entries[i]).place == i + 1);
  }
  CHECK(outcome.entries[0].entry.has(ledger::PartKind::kRestricted));
  CHECK(std::get<Recorded>(scene.ask(scene.request()).answer).position ==
        std::get<Recorded>(outcome.answer).position);
}

TEST_CASE("Each candidate is asked in its turn, and identity goes to none before acceptance") {
  Asking scene = asking();
  scene.ask(scene.request());
  scene.bench.admitted(scene.inquiry(1));
  scene.bench.admitted(scene.inquiry(2));
  CHECK(scene.bench.refused(scene.inquiry(3)) == code(wire::Verdict::kReferral));
  CHECK(scene.bench.refused(scene.release(1)) == code(wire::Verdict::kReferral));
  const std::uint64_t kept = scene.bench.given(1).kept;
  CHECK((kept & slots("identity", policies::Level::kGeneralised)) == 0);
  CHECK((kept & slots("identity", policies::Level::kFull)) == 0);
  CHECK(scene.state(1) == State::kInquiryOpen);
}

TEST_CASE("B2 The first acceptance wins, the other reads withdrawn and never an identity") {
  Asking scene = asking();
  scene.ask(scene.request());
  scene.bench.received(scene.inquiry(1));
  scene.bench.admitted(scene.inquiry(2));
  REQUIRE(std::holds_alternative<Recorded>(scene.answer(2, Move::kOffer).answer));
  CHECK(scene.state(2) == State::kCapacityOffered);
  const Outcome first = scene.answer(1, Move::kAccept);
  CHECK(scene.state(1) == State::kConsentPending);
  CHECK(scene.state(2) == State::kWithdrawn);
  CHECK(scene.state(3) == State::kWithdrawn);
  REQUIRE(first.entries.size() == 3);
  CHECK(first.bodies.size() == 1);  // the inquiry that still waited
  // What the second reads is what it would read had the person taken it back.
  Asking other = asking();
  other.ask(other.request());
  other.bench.received(other.inquiry(1));
  other.bench.admitted(other.inquiry(2));
  other.answer(2, Move::kOffer);
  const Outcome back = other.bench.apply(other.bench.word(
      "ngo", wire::MoveRecord{referral_id(2), agency("ngo"), Move::kWithdraw, {}, 0, kMorning}));
  const auto told = [](const Emitted& emitted) {
    return emitted.entry.part(ledger::PartKind::kRecipient)->bytes;
  };
  CHECK(first.entries[1].recipient == agency("homes"));
  CHECK(told(first.entries[1]) == told(back.entries[0]));
  CHECK(first.entries[2].recipient.empty());  // the third was never asked
  CHECK(is_error(scene.answer(2, Move::kAccept), ErrorCode::kConflict));
  CHECK(scene.bench.refused(scene.release(2)) == code(wire::Verdict::kReferral));
  scene.bench.received(scene.release(1));
  CHECK(scene.state(1) == State::kReceived);
}

TEST_CASE("Every answer to an inquiry leads where it says, and a release closes the others") {
  for (const Move move : {Move::kOffer, Move::kWaitlist, Move::kAskMore}) {
    Asking scene = asking();
    scene.ask(scene.request());
    scene.bench.received(scene.inquiry(1));
    const auto reason =
        move == Move::kAskMore ? DeclineReason::kMoreInformationNeeded : DeclineReason::kNone;
    REQUIRE(std::holds_alternative<Recorded>(scene.answer(1, move, reason).answer));
    CHECK(scene.state(1) == State::kCapacityOffered);
  }
  Asking scene = asking();
  scene.ask(scene.request());
  scene.bench.received(scene.inquiry(1));
  scene.bench.received(scene.inquiry(2));
  scene.answer(1, Move::kOffer);
  scene.bench.admitted(scene.release(1));
  CHECK(scene.state(1) == State::kSent);
  CHECK(scene.state(2) == State::kWithdrawn);
}

TEST_CASE("The release rests on the consent as it is then, not as it was at acceptance (B6)") {
  Asking scene = asking();
  scene.ask(scene.request());
  scene.bench.received(scene.inquiry(1));
  scene.answer(1, Move::kAccept);
  scene.bench.apply(scene.bench.withdraw(1, "family"));
  scene.bench.admitted(scene.release(1));
  const std::uint64_t kept = scene.bench.given(11).kept;
  CHECK((kept & slots("family", policies::Level::kFull)) == 0);
  CHECK((kept & slots("family", policies::Level::kGeneralised)) == 0);
  CHECK((kept & slots("identity", policies::Level::kFull)) != 0);
  Asking withdrawn = asking();
  withdrawn.ask(withdrawn.request());
  withdrawn.bench.received(withdrawn.inquiry(1));
  withdrawn.answer(1, Move::kAccept);
  withdrawn.bench.apply(withdrawn.bench.withdraw(1));
  const std::uint8_t verdict = withdrawn.bench.refused(withdrawn.release(1));
  const bool told = verdict == code(policies::Reason::kConsentWithdrawn) ||
                    verdict == code(wire::Verdict::kReferral);
  CHECK(told);
}

TEST_CASE("B2 On silence the next candidate is asked at half time, and a decline asks it at once") {
  Asking scene = asking();
  scene.ask(scene.request(1));
  scene.bench.admitted(scene.inquiry(1));
  scene.bench.now = kMorning + minutes(90);
  const auto rung = ring_all(scene.bench);
  CHECK(events(rung) == Events{"reminder", "next_candidate"});
  CHECK(routing_part(rung[1]).to == agency("homes"));
  CHECK(rung[1].recipient.empty());
  scene.bench.received(scene.inquiry(2));
  const Outcome declined = scene.answer(2, Move::kDecline, DeclineReason::kNoCapacity);
  CHECK(events(declined.entries) == Events{"moved", "next_candidate"});
  scene.bench.received(scene.inquiry(3));
  scene.answer(3, Move::kDecline, DeclineReason::kNoCapacity);
  // The first is still silent: nobody may be counted as unmet before it is over.
  scene.bench.now = kMorning + days(8);
  const Events last = events(ring_all(scene.bench));
  CHECK(std::count(last.begin(), last.end(), "unmet need") == 1);
}

TEST_CASE("A need that nobody met is counted without the person") {
  Asking scene = asking();
  scene.ask(scene.request(3));
  for (std::uint64_t n = 1; n <= 3; ++n) scene.bench.received(scene.inquiry(n));
  scene.answer(1, Move::kDecline, DeclineReason::kNoCapacity);
  scene.answer(2, Move::kDecline, DeclineReason::kAge);
  const Outcome last = scene.answer(3, Move::kDecline, DeclineReason::kNoCapacity);
  REQUIRE(events(last.entries) == Events{"moved", "unmet need"});
  const auto& part = last.entries[1].entry.part(ledger::PartKind::kRouting);
  const auto unmet =
      wire::decode_referral_record(wire::RecordKind::kUnmetNeed, part->bytes).value();
  CHECK(std::get<wire::UnmetNeedRecord>(unmet).purpose == purpose_code("safe_accommodation"));
  CHECK(std::get<wire::UnmetNeedRecord>(unmet).reason == wire::UnmetReason::kNoCapacity);
}

TEST_CASE("Whom the person excluded is not asked, and leaves no trace in the request") {
  Asking scene = asking({.excluded = {"homes"}});
  const Outcome outcome = scene.ask(scene.request(2));
  REQUIRE(outcome.entries.size() == 2);
  CHECK(routing_part(outcome.entries[0]).to == agency("haven"));
  CHECK(routing_part(outcome.entries[1]).to == agency("stmary"));
  scene.bench.admitted(scene.inquiry(1));
  scene.bench.admitted(scene.inquiry(3));  // it is the second of those who may be asked
  CHECK_FALSE(find_referral(scene.bench.state(), referral_id(2)).has_value());
  CHECK(is_error(scene.answer(2, Move::kAccept), ErrorCode::kNotFound));
}

TEST_CASE("When nobody may be asked, only the sender and coordinators learn that, and of nobody") {
  Asking scene = asking({.excluded = {"haven", "homes", "stmary"}});
  const Outcome outcome = scene.ask(scene.request(2));
  REQUIRE(outcome.entries.size() == 2);
  CHECK(outcome.entries[0].sender.empty());
  CHECK(outcome.entries[0].recipient.empty());
  CHECK(routing_part(outcome.entries[1]).event == Event::kNoSafeRecipient);
  CHECK(routing_part(outcome.entries[1]).to == agency("ngo"));
  CHECK(outcome.entries[1].recipient.empty());
}

TEST_CASE("An inquiry that narrows down too far who it is, is refused") {
  Asking scene = asking();
  wire::RequestRecord r = scene.request();
  r.quasi = 31;
  CHECK(is_error(scene.ask(r), ErrorCode::kInvalid));
  r.quasi = 15;
  CHECK(std::holds_alternative<Recorded>(scene.ask(r).answer));
}

TEST_CASE("A case code is one agency's, and never used twice") {
  Asking scene = asking();
  scene.ask(scene.request());
  wire::RequestRecord r = scene.request();
  r.id.bytes = {8};
  CHECK(is_error(scene.ask(r), ErrorCode::kInvalid));
  r.candidates = {{agency("haven"), role_code("shelter"), referral_id(50)},
                  {agency("ngo"), role_code("shelter"), referral_id(51)}};
  CHECK(is_error(scene.ask(r), ErrorCode::kInvalid));
}
