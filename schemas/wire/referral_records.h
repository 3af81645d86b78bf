// The signed records of a referral's life: what an agency says of it, what is asked of whom, what
// was deleted, exceptions and their duties, exclusions, capacity, unmet need. Codes only, never
// notes. They travel as SignedRecord. Byte grammar: schemas/FORMATS.md, "Referral records".
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/wire/records.h"
#include "schemas/wire/referral_words.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::wire {

inline constexpr std::size_t kCandidatesMax = 16;
inline constexpr std::size_t kServicesMax = 32;
inline constexpr std::size_t kExclusionsMax = 32;
inline constexpr std::size_t kFurtherHopsMax = 64;
inline constexpr std::size_t kMeetingMax = 16;

struct MoveRecord {
  ReferralId referral;
  AgencyId by;
  Move move = Move::kAccept;
  DeclineReason reason = DeclineReason::kNone;  // decline and ask_more must, not_done may
  std::uint32_t categories = 0;                 // ask_more: what is needed, as category bits
  Instant at;
  friend bool operator==(const MoveRecord&, const MoveRecord&) = default;
};

struct Candidate {
  AgencyId agency;
  std::uint8_t role = 0;
  ReferralId referral;  // this one's own case code; no two are alike
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// "Have you a place?", before identity. The first `together` are asked at once, the others in their
// order when those are silent or have none. One candidate and stage release: only sets a deadline.
struct RequestRecord {
  RequestId id;  // known to the sender and the broker only
  AgencyId by;
  std::uint8_t by_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t stage = 0;
  Instant deadline;         // a clinical deadline that beats the class; 0: none
  ConsentId consent;        // whose exclusions bind; zero: none
  std::uint16_t quasi = 0;  // QuasiIdentifier bits that the inquiry states
  std::uint8_t together = 1;
  std::vector<Candidate> candidates;  // 1..16
  Instant at;
  friend bool operator==(const RequestRecord&, const RequestRecord&) = default;
};

// On what legal ground something is kept after the person took it back.
enum class KeepGround : std::uint8_t {
  kNone = 0,
  kMedicalRecords = 1,
  kChildProtection = 2,
  kCourtOrder = 3,
  kAccounting = 4,
  kLegalClaim = 5,
};

// The recipient deleted what it was told to. Nothing deleted and nothing kept: it was told, and has
// stopped; what it deleted it says later. `further` names the entries of the deletion receipts
// of those to whom it had referred on.
struct DeletionRecord {
  MessageId message;
  AgencyId by;
  std::uint32_t deleted = 0;  // category bits
  std::uint32_t kept = 0;
  KeepGround ground = KeepGround::kNone;  // none exactly when nothing is kept
  Instant kept_until;                     // 0 when nothing is kept
  std::vector<std::uint64_t> further;     // ledger positions, ascending, 0..64
  Instant at;
  friend bool operator==(const DeletionRecord&, const DeletionRecord&) = default;
};

enum class ExceptionAction : std::uint8_t {
  kRequest = 1,  // before the release
  kApprove = 2,  // by a second person
  kRefuse = 3,
  kReview = 4,
  kTellPerson = 5,
  kCannotTell = 6,  // not safe now; the duty stays until she is told
};
enum class ExceptionReason : std::uint8_t {
  kDangerToLife = 1,
  kUnconscious = 2,
  kChildAtRisk = 3,
  kHighRisk = 4,
  kStatutoryDuty = 5,
};
// What a review found.
enum class ReviewOutcome : std::uint8_t {
  kNone = 0,
  kJustified = 1,
  kPartly = 2,
  kNotJustified = 3
};

// Data on another ground than consent: recorded first, released then. Every later step names the
// same id.
struct ExceptionRecord {
  ExceptionId id;
  AgencyId by;
  ExceptionAction action = ExceptionAction::kRequest;
  std::uint8_t basis = 0;  // policies::Basis, never consent
  std::uint8_t purpose = 0;
  AgencyId to;
  ReferralId referral;  // the one that the release will have
  Digest officer{};     // salted hash of the named human's name; the agency keeps both
  ExceptionReason reason = ExceptionReason::kDangerToLife;
  ReviewOutcome outcome = ReviewOutcome::kNone;  // of a review; else none
  std::uint16_t flags = 0;                       // ExceptionFlag bits
  Digest evidence{};              // salted hash of the written reason; the agency keeps both
  std::uint16_t quasi = 0;        // anonymous notices: QuasiIdentifier bits
  std::vector<AgencyId> meeting;  // a risk conference's recipients, ascending, 0..16
  Instant at;
  friend bool operator==(const ExceptionRecord&, const ExceptionRecord&) = default;
};

// Who must never learn of this person (DOMAIN §4.3). An officer or unit that cannot be sealed out
// excludes its whole agency. Never sent to anyone.
enum class ExcludedKind : std::uint8_t {
  kAgency = 1,
  kUnit = 2,
  kOfficer = 3,
  kInterpreter = 4,
  kPlace = 5,
};
struct Excluded {
  ExcludedKind kind = ExcludedKind::kAgency;
  AgencyId agency;
  Digest code{};  // salted hash of the unit's or officer's name; zero exactly for an agency
  friend bool operator==(const Excluded&, const Excluded&) = default;
};
struct ExclusionRecord {
  ConsentId consent;
  AgencyId by;
  std::vector<Excluded> excluded;  // 1..32
  Instant at;
  friend bool operator==(const ExclusionRecord&, const ExclusionRecord&) = default;
};

enum class Openness : std::uint8_t { kOpen = 1, kWaitlist = 2, kFull = 3, kClosed = 4 };

// What an agency has now, for one service: everyone admitted may read it. Never an address.
struct ServiceCapacity {
  std::uint8_t purpose = 0;
  std::string district;  // coarse: 0..32 of a-z, 0-9 and -; empty: anywhere, or not told
  Openness openness = Openness::kOpen;
  std::uint16_t places = 0;
  std::uint16_t waiting = 0;
  friend bool operator==(const ServiceCapacity&, const ServiceCapacity&) = default;
};
struct CapacityRecord {
  AgencyId by;
  std::uint64_t counter = 0;              // each one's is higher than the last
  std::vector<ServiceCapacity> services;  // 0..32
  Instant at;
  friend bool operator==(const CapacityRecord&, const CapacityRecord&) = default;
};

enum class UnmetReason : std::uint8_t { kNoCapacity = 1, kNoService = 2, kNoAnswer = 3 };

// A need that nobody met: counted without the person.
struct UnmetNeedRecord {
  AgencyId by;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::string district;  // as above
  UnmetReason reason = UnmetReason::kNoCapacity;
  Instant at;
  friend bool operator==(const UnmetNeedRecord&, const UnmetNeedRecord&) = default;
};

// "Is she with you?" It is recorded, goes to nobody, and has one answer: its ledger position.
struct QuestionRecord {
  AgencyId by;
  AgencyId about;  // whom it would like to ask
  Digest code{};   // salted hash of what was asked, which stays at the asker's
  Instant at;
  friend bool operator==(const QuestionRecord&, const QuestionRecord&) = default;
};

using ReferralRecord =
    std::variant<MoveRecord, RequestRecord, DeletionRecord, ExceptionRecord, ExclusionRecord,
                 CapacityRecord, UnmetNeedRecord, QuestionRecord, ServiceProfileRecord>;

[[nodiscard]] Bytes encode(const MoveRecord& record);
[[nodiscard]] Bytes encode(const RequestRecord& record);
[[nodiscard]] Bytes encode(const DeletionRecord& record);
[[nodiscard]] Bytes encode(const ExceptionRecord& record);
[[nodiscard]] Bytes encode(const ExclusionRecord& record);
[[nodiscard]] Bytes encode(const CapacityRecord& record);
[[nodiscard]] Bytes encode(const UnmetNeedRecord& record);
[[nodiscard]] Bytes encode(const QuestionRecord& record);

[[nodiscard]] RecordKind kind_of(const ReferralRecord& record);
[[nodiscard]] Bytes encode(const ReferralRecord& record);
// In whose name it speaks.
[[nodiscard]] const AgencyId& author_of(const ReferralRecord& record);
// Errors: kInvalid, kUnsupported; kInvalid for a kind that is none of these.
[[nodiscard]] Result<ReferralRecord> decode_referral_record(RecordKind kind, ByteView bytes);

}  // namespace safeconduct::wire
