// What a record of a referral's life may say: each rule of schemas/FORMATS.md, "Referral records",
// broken once.
#include <catch2/catch.hpp>

#include "tests/wire/examples.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

template <class Record>
Record example() {
  for (const ReferralRecord& record : example_referral_records()) {
    if (const auto* found = std::get_if<Record>(&record)) return *found;
  }
  throw std::logic_error("no example");
}

template <class Record, class Bend>
bool refused(Bend bend) {
  Record r = example<Record>();
  bend(r);
  return !decode_referral_record(kind_of(ReferralRecord(r)), encode(r));
}

}  // namespace

TEST_CASE("Every record of a referral's life keeps its fields and its kind") {
  for (const ReferralRecord& record : example_referral_records()) {
    CHECK(is_referral_record(kind_of(record)));
    CHECK(known(kind_of(record)));
    CHECK(decode_referral_record(kind_of(record), encode(record)).value() == record);
  }
  CHECK_FALSE(decode_referral_record(RecordKind::kConsent, encode(example_consent())));
  CHECK(decode_referral_part(encode(example_referral_part())).value() == example_referral_part());
}

TEST_CASE("A move says why exactly where it must, and never more than a code") {
  CHECK_FALSE(refused<MoveRecord>([](MoveRecord&) {}));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.referral = {}; }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.by = {}; }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.move = static_cast<Move>(16); }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.move = static_cast<Move>(0); }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.reason = static_cast<DeclineReason>(15); }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.categories = 0; }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) { r.reason = DeclineReason::kAge; }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) {
    r.move = Move::kDecline;
    r.categories = 0;
    r.reason = DeclineReason::kNone;
  }));
  CHECK(refused<MoveRecord>([](MoveRecord& r) {
    r.move = Move::kAccept;
    r.categories = 0;
    r.reason = DeclineReason::kAge;
  }));
}

TEST_CASE("A request asks each agency once, each under a case code of its own") {
  CHECK_FALSE(refused<RequestRecord>([](RequestRecord&) {}));
  CHECK(refused<RequestRecord>([](RequestRecord& r) { r.candidates.clear(); }));
  CHECK(refused<RequestRecord>(
      [](RequestRecord& r) { r.candidates[1].referral = r.candidates[0].referral; }));
  CHECK(refused<RequestRecord>(
      [](RequestRecord& r) { r.candidates[1].agency = r.candidates[0].agency; }));
  CHECK(refused<RequestRecord>([](RequestRecord& r) { r.together = 0; }));
  CHECK(refused<RequestRecord>([](RequestRecord& r) { r.together = 4; }));
  CHECK(refused<RequestRecord>([](RequestRecord& r) { r.quasi = 512; }));
  CHECK(refused<RequestRecord>([](RequestRecord& r) { r.candidates.resize(17, r.candidates[0]); }));
}

TEST_CASE("A deletion receipt names a ground exactly for what it keeps") {
  CHECK_FALSE(refused<DeletionRecord>([](DeletionRecord&) {}));
  CHECK(refused<DeletionRecord>([](DeletionRecord& r) { r.kept = r.deleted; }));
  CHECK(refused<DeletionRecord>([](DeletionRecord& r) { r.ground = KeepGround::kNone; }));
  CHECK(refused<DeletionRecord>([](DeletionRecord& r) { r.kept_until = {}; }));
  CHECK(refused<DeletionRecord>([](DeletionRecord& r) { r.kept = 0; }));
  CHECK(refused<DeletionRecord>([](DeletionRecord& r) { std::swap(r.further[0], r.further[1]); }));
}

TEST_CASE("An exception names its human, and a review its finding") {
  CHECK_FALSE(refused<ExceptionRecord>([](ExceptionRecord&) {}));
  CHECK(refused<ExceptionRecord>([](ExceptionRecord& r) { r.officer = {}; }));
  CHECK(refused<ExceptionRecord>([](ExceptionRecord& r) { r.outcome = ReviewOutcome::kNone; }));
  CHECK(refused<ExceptionRecord>([](ExceptionRecord& r) { r.action = ExceptionAction::kApprove; }));
  CHECK(refused<ExceptionRecord>([](ExceptionRecord& r) { r.flags = 32; }));
  CHECK(
      refused<ExceptionRecord>([](ExceptionRecord& r) { std::swap(r.meeting[0], r.meeting[1]); }));
}

TEST_CASE("Exclusions, capacity and unmet need stay within their words") {
  CHECK(refused<ExclusionRecord>([](ExclusionRecord& r) { r.excluded[0].code = filled<32>(1); }));
  CHECK(refused<ExclusionRecord>([](ExclusionRecord& r) { r.excluded[1].code = {}; }));
  CHECK(refused<ExclusionRecord>([](ExclusionRecord& r) { r.excluded.clear(); }));
  CHECK(refused<CapacityRecord>([](CapacityRecord& r) { r.services[0].district = "12 Elm St"; }));
  CHECK(refused<CapacityRecord>(
      [](CapacityRecord& r) { r.services[0].district = std::string(33, 'a'); }));
  CHECK(
      refused<UnmetNeedRecord>([](UnmetNeedRecord& r) { r.reason = static_cast<UnmetReason>(4); }));
}

TEST_CASE("A recipient's part tells no request, no parent, and one word for every withdrawal") {
  ReferralPart part = example_referral_part();
  const ReferralPart told = for_recipient(part);
  CHECK(told.request.is_zero());
  CHECK(told.parent.is_zero());
  CHECK(told.place == 0);
  CHECK(told.record.empty());
  part.reason = DeclineReason::kNone;
  part.state = State::kWithdrawn;
  part.event = Event::kAcceptedElsewhere;
  const ReferralPart elsewhere = for_recipient(part);
  part.event = Event::kMoved;
  CHECK(encode(for_recipient(part)) == encode(elsewhere));
}
