// Exceptions with weight: recorded first, released then, and an alarm when a duty is missed
// (DOMAIN §4.3, B8).
#include <catch2/catch.hpp>

#include "tests/broker_core/referral_life.h"

using namespace safeconduct;
using namespace safeconduct::core;
using wire::Event;
using wire::ExceptionAction;
using Events = std::vector<std::string>;

namespace {

const Letter kClinic{.from = "helpline",
                     .to = "stmary",
                     .from_role = "hotline",
                     .to_role = "health",
                     .purpose = "emergency_health",
                     .basis = "break_glass"};

struct Glass {
  BenchTop bench;
  wire::ExceptionRecord record;

  explicit Glass(std::uint16_t flags = 0, const Letter& letter = kClinic) {
    record = bench.exception(letter);
    record.flags = static_cast<std::uint16_t>(record.flags | flags);
  }
  Outcome say(ExceptionAction action, std::uint8_t officer,
              wire::ReviewOutcome outcome = wire::ReviewOutcome::kNone) {
    wire::ExceptionRecord r = record;
    r.action = action;
    r.officer = Digest{officer};
    r.outcome = outcome;
    r.at = bench.now;
    return bench.apply(bench.word(record.by.text(), r));
  }
  void said(ExceptionAction action, std::uint8_t officer,
            wire::ReviewOutcome outcome = wire::ReviewOutcome::kNone) {
    REQUIRE(std::holds_alternative<Recorded>(say(action, officer, outcome).answer));
  }
  Events ring_at(Duration after) {
    bench.now = kMorning + after;
    return events(ring_all(bench));
  }
};

constexpr std::uint8_t kNora = 1;
constexpr std::uint8_t kOlga = 2;
constexpr std::uint16_t kLife = 1;

}  // namespace

TEST_CASE("Nothing goes on another ground than consent before that is on record and approved") {
  Glass glass;
  CHECK(glass.bench.refused(kClinic) == code(wire::Verdict::kException));
  Letter again = kClinic;
  again.number = 2;
  again.referral = 1;
  glass.said(ExceptionAction::kRequest, kNora);
  CHECK(glass.bench.refused(again) == code(wire::Verdict::kException));
  CHECK(is_error(glass.say(ExceptionAction::kApprove, kNora), ErrorCode::kInvalid));
  glass.said(ExceptionAction::kApprove, kOlga);
  again.number = 3;
  const Decided decided = glass.bench.admitted(again);
  CHECK(decided.position > 0);
}

TEST_CASE("The exception is its sender's, for that recipient, purpose, basis and referral only") {
  Glass glass;
  glass.said(ExceptionAction::kRequest, kNora);
  glass.said(ExceptionAction::kApprove, kOlga);
  Letter other = kClinic;
  other.number = 5;
  CHECK(glass.bench.refused(other) == code(wire::Verdict::kException));
  other = kClinic;
  other.to = "cousin_clinic";
  CHECK(glass.bench.refused(other) == code(wire::Verdict::kException));
}

TEST_CASE("B8 A life at risk goes at once; without a second person within the hour access closes") {
  Glass glass(kLife);
  glass.said(ExceptionAction::kRequest, kNora);
  const Given given = glass.bench.received(kClinic);
  CHECK(given.kept != 0);
  CHECK(glass.ring_at(minutes(59)).empty());
  const Events rung = glass.ring_at(hours(1));
  REQUIRE(rung.size() >= 2);
  CHECK(rung[0] == "second_missing");
  CHECK(glass.bench.phase(1) == Phase::kWithdrawn);
  CHECK(std::find(rung.begin(), rung.end(), "deletion_owed") != rung.end());
  Letter again = kClinic;
  again.number = 2;
  again.referral = 1;
  const std::uint8_t verdict = glass.bench.refused(again);
  const bool shut =
      verdict == code(wire::Verdict::kException) || verdict == code(wire::Verdict::kReferral);
  CHECK(shut);
  CHECK(is_error(glass.say(ExceptionAction::kApprove, kOlga), ErrorCode::kInvalid));
}

TEST_CASE("A second person within the hour keeps it open, and it ends after 72 hours") {
  Glass glass(kLife);
  glass.said(ExceptionAction::kRequest, kNora);
  glass.bench.received(kClinic);
  glass.bench.now = kMorning + minutes(50);
  glass.said(ExceptionAction::kApprove, kOlga);
  CHECK(glass.bench.phase(1) == Phase::kReceived);
  const Events rung = glass.ring_at(hours(72));
  CHECK(std::count(rung.begin(), rung.end(), "second_missing") == 0);
  CHECK(std::count(rung.begin(), rung.end(), "access_ended") == 1);
  CHECK(std::count(rung.begin(), rung.end(), "review_missing") == 1);
  CHECK(std::count(rung.begin(), rung.end(), "telling_missing") == 1);
  CHECK(glass.bench.phase(1) == Phase::kWithdrawn);
  const Events later = glass.ring_at(hours(80));
  CHECK(std::count(later.begin(), later.end(), "review_missing") == 0);
}

TEST_CASE("A reviewed break-glass of which the person was told rings no alarm") {
  Glass glass;
  glass.said(ExceptionAction::kRequest, kNora);
  CHECK(is_error(glass.say(ExceptionAction::kReview, kOlga, wire::ReviewOutcome::kJustified),
                 ErrorCode::kInvalid));
  glass.said(ExceptionAction::kApprove, kOlga);
  glass.bench.received(kClinic);
  glass.bench.now = kMorning + hours(20);
  CHECK(is_error(glass.say(ExceptionAction::kReview, kNora, wire::ReviewOutcome::kJustified),
                 ErrorCode::kInvalid));
  glass.said(ExceptionAction::kReview, kOlga, wire::ReviewOutcome::kJustified);
  glass.said(ExceptionAction::kCannotTell, kNora);
  glass.bench.now = kMorning + hours(30);
  glass.said(ExceptionAction::kTellPerson, kNora);
  const Events rung = glass.ring_at(days(20));
  CHECK(std::count(rung.begin(), rung.end(), "review_missing") == 0);
  CHECK(std::count(rung.begin(), rung.end(), "telling_missing") == 0);
}

TEST_CASE("A second person who refuses ends what had gone") {
  Glass glass(kLife);
  glass.said(ExceptionAction::kRequest, kNora);
  glass.bench.admitted(kClinic);
  const Outcome refused = glass.say(ExceptionAction::kRefuse, kOlga);
  CHECK(std::holds_alternative<Recorded>(refused.answer));
  REQUIRE(refused.bodies.size() == 1);
  CHECK(refused.bodies[0].fate == BodyFate::kDrop);
}

TEST_CASE("The record of an exception cannot be erased or changed by who made it") {
  Glass glass;
  const auto first = std::get<Recorded>(glass.say(ExceptionAction::kRequest, kNora).answer);
  const auto again = std::get<Recorded>(glass.say(ExceptionAction::kRequest, kNora).answer);
  CHECK(again.position == first.position);
  glass.record.reason = wire::ExceptionReason::kUnconscious;
  CHECK(is_error(glass.say(ExceptionAction::kRequest, kNora), ErrorCode::kInvalid));
}

TEST_CASE("Child safeguarding is for a minor; a conference for those at the table; a notice few") {
  const Letter child{.to = "cps",
                     .to_role = "child_protection",
                     .purpose = "child_safeguarding",
                     .basis = "mandated_child",
                     .circumstances = 1};
  Glass adult(0, child);
  adult.record.flags = 0;
  CHECK(is_error(adult.say(ExceptionAction::kRequest, kNora), ErrorCode::kInvalid));
  Glass minor(0, child);
  minor.said(ExceptionAction::kRequest, kNora);
  minor.bench.received(child);

  const Letter meeting{.to = "haven", .purpose = "risk_conference", .basis = "high_risk"};
  Glass outside(0, meeting);
  outside.record.meeting = {agency("stmary")};
  CHECK(is_error(outside.say(ExceptionAction::kRequest, kNora), ErrorCode::kInvalid));
  Glass inside(0, meeting);
  inside.said(ExceptionAction::kRequest, kNora);
  inside.bench.received(meeting);

  const Letter notice{.to = "sca",
                      .to_role = "identification",
                      .purpose = "notify_anonymous",
                      .basis = "statutory_anonymous"};
  Glass many(0, notice);
  many.record.quasi = 31;
  CHECK(is_error(many.say(ExceptionAction::kRequest, kNora), ErrorCode::kInvalid));
  Glass childs(16, notice);
  CHECK(is_error(childs.say(ExceptionAction::kRequest, kNora), ErrorCode::kInvalid));
  Glass few(0, notice);
  few.record.quasi = 15;
  few.said(ExceptionAction::kRequest, kNora);
  few.bench.received(notice);
}
