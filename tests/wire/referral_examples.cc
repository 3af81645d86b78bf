#include "tests/wire/examples.h"

namespace safeconduct::wire {
namespace {

constexpr Instant kNoon{1'795'600'000'000};

MoveRecord move() {
  return {{filled<16>(1)}, agency("haven"),
          Move::kAskMore,  DeclineReason::kMoreInformationNeeded,
          0x4080,          kNoon};
}

RequestRecord request() {
  RequestRecord r;
  r.id.bytes = filled<16>(1);
  r.by = agency("lighthouse");
  r.by_role = 2;
  r.purpose = 2;
  r.urgency = 2;
  r.stage = 1;
  r.deadline = kNoon + hours(5);
  r.consent.bytes = filled<16>(2);
  r.quasi = 5;
  r.together = 2;
  r.candidates = {{agency("haven"), 4, {filled<16>(3)}},
                  {agency("refuge"), 4, {filled<16>(4)}},
                  {agency("bower"), 4, {filled<16>(5)}}};
  r.at = kNoon;
  return r;
}

DeletionRecord deletion() {
  return {{filled<16>(1)},       agency("haven"), 0x4080, 0x1, KeepGround::kMedicalRecords,
          kNoon + days(365 * 2), {9, 12},         kNoon};
}

ExceptionRecord exception() {
  ExceptionRecord r;
  r.id.bytes = filled<16>(1);
  r.by = agency("lighthouse");
  r.action = ExceptionAction::kReview;
  r.basis = 2;
  r.purpose = 8;
  r.to = agency("stmary");
  r.referral.bytes = filled<16>(2);
  r.officer = filled<32>(3);
  r.reason = ExceptionReason::kUnconscious;
  r.outcome = ReviewOutcome::kJustified;
  r.flags = 1;
  r.evidence = filled<32>(4);
  r.meeting = {agency("haven"), agency("stmary")};
  r.at = kNoon;
  return r;
}

}  // namespace

std::vector<ReferralRecord> example_referral_records() {
  const ExclusionRecord exclusion{{filled<16>(1)},
                                  agency("lighthouse"),
                                  {{ExcludedKind::kAgency, agency("precinct9"), {}},
                                   {ExcludedKind::kOfficer, agency("metro"), filled<32>(2)}},
                                  kNoon};
  const CapacityRecord capacity{
      agency("haven"),
      7,
      {{2, "north-west", Openness::kOpen, 3, 0}, {10, "", Openness::kWaitlist, 0, 4}},
      kNoon};
  const UnmetNeedRecord unmet{agency("lighthouse"),     2,    2, "north-west",
                              UnmetReason::kNoCapacity, kNoon};
  const QuestionRecord question{agency("metro"), agency("haven"), filled<32>(1), kNoon};
  ServiceOffer offer;
  offer.purpose = 2;
  offer.languages = {"en", "ro"};
  offer.hours = {{31, 600, 1080}};
  const ServiceProfileRecord profile{agency("haven"), 7, {offer}, kNoon};
  return {move(),   request(), deletion(), exception(), exclusion,
          capacity, unmet,     question,   profile};
}

ReferralPart example_referral_part() {
  ReferralPart p;
  p.event = Event::kMoved;
  p.state = State::kDeclined;
  p.referral.bytes = filled<16>(1);
  p.message.bytes = filled<16>(2);
  p.from = agency("lighthouse");
  p.to = agency("haven");
  p.from_role = 2;
  p.to_role = 4;
  p.purpose = 2;
  p.urgency = 2;
  p.basis = 1;
  p.reason = DeclineReason::kNoCapacity;
  p.due = kNoon;
  p.request.bytes = filled<16>(3);
  p.parent.bytes = filled<16>(4);
  p.place = 2;
  p.record = Bytes(40, 5);
  return p;
}

}  // namespace safeconduct::wire
