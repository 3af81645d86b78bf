#include "schemas/wire/referral_records.h"

#include <set>

#include "schemas/wire/fields.h"

namespace safeconduct::wire {
namespace {

constexpr std::string_view kMoveLabel = "safeconduct/1 move";
constexpr std::string_view kRequestLabel = "safeconduct/1 request";
constexpr std::string_view kDeletionLabel = "safeconduct/1 deletion";
constexpr std::string_view kExceptionLabel = "safeconduct/1 exception";
constexpr std::string_view kExclusionLabel = "safeconduct/1 exclusion";
constexpr std::string_view kCapacityLabel = "safeconduct/1 capacity";
constexpr std::string_view kUnmetNeedLabel = "safeconduct/1 unmet need";
constexpr std::string_view kQuestionLabel = "safeconduct/1 question";
constexpr std::size_t kDistrictBytesMax = 32;

template <class Word>
std::uint8_t number(Word word) {
  return static_cast<std::uint8_t>(word);
}

std::string read_district(Fields& f) {
  std::string out = f.in.str8();
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  f.require(out.size() <= kDistrictBytesMax && std::all_of(out.begin(), out.end(), fits));
  return out;
}

bool must_give_reason(Move move) {
  return move == Move::kDecline || move == Move::kAskMore;
}
bool may_give_reason(Move move) {
  return must_give_reason(move) || move == Move::kNotDone;
}

Result<ReferralRecord> decode_move(ByteView bytes) {
  Fields f(bytes);
  MoveRecord r;
  TRY_OK(f.start(kMoveLabel, "move"));
  r.referral = f.id<ReferralId>();
  r.by = f.agency();
  r.move = f.word(kFirstMove, kLastMove);
  r.reason = f.word(DeclineReason::kNone, kLastDeclineReason);
  r.categories = f.in.u32();
  r.at = f.instant();
  const bool given = r.reason != DeclineReason::kNone;
  f.require(given ? may_give_reason(r.move) : !must_give_reason(r.move));
  f.require((r.move == Move::kAskMore) == (r.categories != 0));
  f.require((r.move == Move::kAskMore) == (r.reason == DeclineReason::kMoreInformationNeeded));
  TRY_OK(f.finish("move"));
  return ReferralRecord(r);
}

Result<ReferralRecord> decode_request(ByteView bytes) {
  Fields f(bytes);
  RequestRecord r;
  TRY_OK(f.start(kRequestLabel, "request"));
  r.id = f.id<RequestId>();
  r.by = f.agency();
  r.by_role = f.in.u8();
  r.purpose = f.in.u8();
  r.urgency = f.in.u8();
  r.stage = f.in.u8();
  r.deadline = f.instant();
  r.consent = f.id_or_none<ConsentId>();
  r.quasi = f.in.u16();
  f.require((r.quasi & ~kQuasiIdentifiers) == 0);
  r.together = f.in.u8();
  const std::size_t count = f.in.u8();
  f.require(count >= 1 && count <= kCandidatesMax && r.together >= 1 && r.together <= count);
  std::set<ReferralId> codes;
  std::set<AgencyId> agencies;
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    Candidate& c = r.candidates.emplace_back();
    c.agency = f.agency();
    c.role = f.in.u8();
    c.referral = f.id<ReferralId>();
    codes.insert(c.referral);
    agencies.insert(c.agency);
  }
  f.require(codes.size() == count && agencies.size() == count);
  r.at = f.instant();
  TRY_OK(f.finish("request"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_deletion(ByteView bytes) {
  Fields f(bytes);
  DeletionRecord r;
  TRY_OK(f.start(kDeletionLabel, "deletion receipt"));
  r.message = f.id<MessageId>();
  r.by = f.agency();
  r.deleted = f.in.u32();
  r.kept = f.in.u32();
  r.ground = f.word(KeepGround::kNone, KeepGround::kLegalClaim);
  r.kept_until = f.instant();
  const bool keeps = r.kept != 0;
  f.require((r.deleted & r.kept) == 0 && keeps == (r.ground != KeepGround::kNone) &&
            keeps == (r.kept_until.ms != 0));
  const std::size_t count = f.in.u8();
  f.require(count <= kFurtherHopsMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    r.further.push_back(f.in.u64());
    f.require(i == 0 || r.further[i - 1] < r.further[i]);
  }
  r.at = f.instant();
  TRY_OK(f.finish("deletion receipt"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_exception(ByteView bytes) {
  Fields f(bytes);
  ExceptionRecord r;
  TRY_OK(f.start(kExceptionLabel, "exception"));
  r.id = f.id<ExceptionId>();
  r.by = f.agency();
  r.action = f.word(ExceptionAction::kRequest, ExceptionAction::kCannotTell);
  r.basis = f.in.u8();
  r.purpose = f.in.u8();
  r.to = f.agency();
  r.referral = f.id<ReferralId>();
  r.officer = f.in.array<32>();
  r.reason = f.word(ExceptionReason::kDangerToLife, ExceptionReason::kStatutoryDuty);
  r.outcome = f.word(ReviewOutcome::kNone, ReviewOutcome::kNotJustified);
  r.flags = f.in.u16();
  r.evidence = f.in.array<32>();
  r.quasi = f.in.u16();
  r.meeting = f.agencies(kMeetingMax);
  r.at = f.instant();
  f.require(r.officer != Digest{} && (r.flags & ~kExceptionFlags) == 0 &&
            (r.quasi & ~kQuasiIdentifiers) == 0);
  const bool reviews = r.action == ExceptionAction::kReview;
  f.require(reviews == (r.outcome != ReviewOutcome::kNone));
  TRY_OK(f.finish("exception"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_exclusion(ByteView bytes) {
  Fields f(bytes);
  ExclusionRecord r;
  TRY_OK(f.start(kExclusionLabel, "exclusion"));
  r.consent = f.id<ConsentId>();
  r.by = f.agency();
  const std::size_t count = f.in.u8();
  f.require(count >= 1 && count <= kExclusionsMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    Excluded& e = r.excluded.emplace_back();
    e.kind = f.word(ExcludedKind::kAgency, ExcludedKind::kPlace);
    e.agency = f.agency();
    e.code = f.in.array<32>();
    f.require((e.kind == ExcludedKind::kAgency) == (e.code == Digest{}));
  }
  r.at = f.instant();
  TRY_OK(f.finish("exclusion"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_capacity(ByteView bytes) {
  Fields f(bytes);
  CapacityRecord r;
  TRY_OK(f.start(kCapacityLabel, "capacity"));
  r.by = f.agency();
  r.counter = f.in.u64();
  const std::size_t count = f.in.u8();
  f.require(count <= kServicesMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    ServiceCapacity& s = r.services.emplace_back();
    s.purpose = f.in.u8();
    s.district = read_district(f);
    s.openness = f.word(Openness::kOpen, Openness::kClosed);
    s.places = f.in.u16();
    s.waiting = f.in.u16();
  }
  r.at = f.instant();
  TRY_OK(f.finish("capacity"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_unmet_need(ByteView bytes) {
  Fields f(bytes);
  UnmetNeedRecord r;
  TRY_OK(f.start(kUnmetNeedLabel, "unmet need"));
  r.by = f.agency();
  r.purpose = f.in.u8();
  r.urgency = f.in.u8();
  r.district = read_district(f);
  r.reason = f.word(UnmetReason::kNoCapacity, UnmetReason::kNoAnswer);
  r.at = f.instant();
  TRY_OK(f.finish("unmet need"));
  return ReferralRecord(std::move(r));
}

Result<ReferralRecord> decode_question(ByteView bytes) {
  Fields f(bytes);
  QuestionRecord r;
  TRY_OK(f.start(kQuestionLabel, "question"));
  r.by = f.agency();
  r.about = f.agency();
  r.code = f.in.array<32>();
  r.at = f.instant();
  TRY_OK(f.finish("question"));
  return ReferralRecord(std::move(r));
}

}  // namespace

Bytes encode(const MoveRecord& r) {
  ByteWriter out;
  out.label(kMoveLabel).u8(1).raw(r.referral.bytes).str8(r.by.text());
  out.u8(number(r.move)).u8(number(r.reason)).u32(r.categories).i64(r.at.ms);
  return out.take();
}

Bytes encode(const RequestRecord& r) {
  ByteWriter out;
  out.label(kRequestLabel).u8(1).raw(r.id.bytes).str8(r.by.text()).u8(r.by_role);
  out.u8(r.purpose).u8(r.urgency).u8(r.stage).i64(r.deadline.ms).raw(r.consent.bytes);
  out.u16(r.quasi).u8(r.together).u8(count_of(r.candidates));
  for (const Candidate& c : r.candidates) {
    out.str8(c.agency.text()).u8(c.role).raw(c.referral.bytes);
  }
  out.i64(r.at.ms);
  return out.take();
}

Bytes encode(const DeletionRecord& r) {
  ByteWriter out;
  out.label(kDeletionLabel).u8(1).raw(r.message.bytes).str8(r.by.text());
  out.u32(r.deleted).u32(r.kept).u8(number(r.ground)).i64(r.kept_until.ms);
  out.u8(count_of(r.further));
  for (const std::uint64_t position : r.further) out.u64(position);
  out.i64(r.at.ms);
  return out.take();
}

Bytes encode(const ExceptionRecord& r) {
  ByteWriter out;
  out.label(kExceptionLabel).u8(1).raw(r.id.bytes).str8(r.by.text()).u8(number(r.action));
  out.u8(r.basis).u8(r.purpose).str8(r.to.text()).raw(r.referral.bytes).raw(r.officer);
  out.u8(number(r.reason)).u8(number(r.outcome)).u16(r.flags).raw(r.evidence).u16(r.quasi);
  put_agencies(out, r.meeting);
  out.i64(r.at.ms);
  return out.take();
}

Bytes encode(const ExclusionRecord& r) {
  ByteWriter out;
  out.label(kExclusionLabel).u8(1).raw(r.consent.bytes).str8(r.by.text());
  out.u8(count_of(r.excluded));
  for (const Excluded& e : r.excluded) {
    out.u8(number(e.kind)).str8(e.agency.text()).raw(e.code);
  }
  out.i64(r.at.ms);
  return out.take();
}

Bytes encode(const CapacityRecord& r) {
  ByteWriter out;
  out.label(kCapacityLabel).u8(1).str8(r.by.text()).u64(r.counter).u8(count_of(r.services));
  for (const ServiceCapacity& s : r.services) {
    out.u8(s.purpose).str8(s.district).u8(number(s.openness)).u16(s.places).u16(s.waiting);
  }
  out.i64(r.at.ms);
  return out.take();
}

Bytes encode(const UnmetNeedRecord& r) {
  ByteWriter out;
  out.label(kUnmetNeedLabel).u8(1).str8(r.by.text()).u8(r.purpose).u8(r.urgency);
  out.str8(r.district).u8(number(r.reason)).i64(r.at.ms);
  return out.take();
}

Bytes encode(const QuestionRecord& r) {
  ByteWriter out;
  out.label(kQuestionLabel).u8(1).str8(r.by.text()).str8(r.about.text()).raw(r.code);
  out.i64(r.at.ms);
  return out.take();
}

RecordKind kind_of(const ReferralRecord& record) {
  return static_cast<RecordKind>(number(RecordKind::kMove) + record.index());
}

Bytes encode(const ReferralRecord& record) {
  return std::visit([](const auto& r) { return encode(r); }, record);
}

const AgencyId& author_of(const ReferralRecord& record) {
  return std::visit([](const auto& r) -> const AgencyId& { return r.by; }, record);
}

Result<ReferralRecord> decode_referral_record(RecordKind kind, ByteView bytes) {
  switch (kind) {
    case RecordKind::kMove:
      return decode_move(bytes);
    case RecordKind::kRequest:
      return decode_request(bytes);
    case RecordKind::kDeletion:
      return decode_deletion(bytes);
    case RecordKind::kException:
      return decode_exception(bytes);
    case RecordKind::kExclusion:
      return decode_exclusion(bytes);
    case RecordKind::kCapacity:
      return decode_capacity(bytes);
    case RecordKind::kUnmetNeed:
      return decode_unmet_need(bytes);
    case RecordKind::kQuestion:
      return decode_question(bytes);
    case RecordKind::kServiceProfile: {
      TRY(profile, decode_service_profile(bytes));
      return ReferralRecord(std::move(profile));
    }
    case RecordKind::kConsent:
    case RecordKind::kWithdrawal:
    case RecordKind::kSealingCard:
    case RecordKind::kDirectory:
    case RecordKind::kPolicy:
    case RecordKind::kOperatorAction:
    case RecordKind::kRetention:
    case RecordKind::kHold:
    case RecordKind::kHoldLifted:
      break;
  }
  return invalid("the record is not one of a referral's life");
}

}  // namespace safeconduct::wire
