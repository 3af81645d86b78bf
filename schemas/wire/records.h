// The signed records that agencies hand to the broker: consent scope, withdrawal, sealing card,
// receipt. Each is one byte string in the grammar of schemas/FORMATS.md, "Records"; the signature
// is over that string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::wire {

// What a SignedRecord frame carries. Directory and policy are signed notes, authorised by their own
// signatures.
enum class RecordKind : std::uint8_t {
  kConsent = 1,
  kWithdrawal = 2,
  kSealingCard = 3,
  kDirectory = 4,
  kPolicy = 5,
  kOperatorAction = 16,
  // The referral's own life: schemas/wire/referral_records.h.
  kMove = 32,
  kRequest = 33,
  kDeletion = 34,
  kException = 35,
  kExclusion = 36,
  kCapacity = 37,
  kUnmetNeed = 38,
  kQuestion = 39,
  kServiceProfile = 40,  // schemas/wire/service_records.h
  // Signed notes of officers, see retention.h.
  kRetention = 17,
  kHold = 18,
  kHoldLifted = 19,
};
[[nodiscard]] bool known(RecordKind kind);
[[nodiscard]] constexpr bool is_referral_record(RecordKind kind) {
  return kind >= RecordKind::kMove && kind <= RecordKind::kServiceProfile;
}

// What the person agreed to for one purpose (DOMAIN §3.7), as codes.
struct ConsentScope {
  std::uint8_t purpose = 0;
  std::vector<AgencyId> recipients;  // named organisations, 1..32
  std::uint32_t full = 0;            // category bits
  std::uint32_t generalised = 0;
  std::uint32_t named = 0;  // of the above, those the consent names by themselves
  bool person_initiated = false;

  friend bool operator==(const ConsentScope&, const ConsentScope&) = default;
};

enum class Grantor : std::uint8_t { kSelf = 1, kGuardian = 2, kCourt = 3, kAllegedAbuser = 4 };

// One version of a consent as the broker holds it: scope codes, no personal data. The full record
// stays with the agency.
struct ConsentRecord {
  ConsentId id;
  std::uint32_t version = 1;
  std::vector<Digest> previous;  // hashes of the versions this one replaces; empty for the first
  AgencyId recorded_by;
  Grantor grantor = Grantor::kSelf;
  Digest evidence{};  // salted hash of the full record
  Instant given;
  Instant expires;
  bool fresh_in_reflection = false;  // given inside a reflection period that runs
  bool written = false;              // on paper, signed; else recorded or witnessed
  std::vector<ConsentScope> scopes;  // 1..32, ascending purpose
  std::uint32_t never_categories = 0;
  std::vector<AgencyId> never_agencies;  // exclusions; never sent to anyone
  std::uint8_t onward_depth = 1;         // 1: not onward; 2: one further hop
  std::vector<std::uint8_t> onward_purposes;

  friend bool operator==(const ConsentRecord&, const ConsentRecord&) = default;
};

// The person takes a consent back, wholly or for some categories (a narrowing), through any agency
// that it was used towards. The collector names the consent; a recipient names the message it got
// (it does not know the consent's id).
struct Withdrawal {
  ConsentId consent;  // zero when `message` is named
  MessageId message;  // zero when `consent` is named
  AgencyId recorded_by;
  std::uint32_t categories = 0;  // 0: wholly; else only these category bits are taken back
  Instant at;

  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

// An agency's current sealing key. Published for 7 days, accepted for 14, then destroyed.
struct SealingCard {
  AgencyId agency;
  std::uint64_t counter = 0;  // each card's is higher than the last
  ByteArray<32> key{};        // X25519
  Instant not_before;
  Instant not_after;
  Instant accepted_until;

  friend bool operator==(const SealingCard&, const SealingCard&) = default;
};

// Why a recipient's agent refused a delivery; ends it. Codes only.
enum class Rejection : std::uint8_t {
  kNone = 0,
  kUnknownKey = 1,      // sealed to a key that is gone
  kBroken = 2,          // signature, leaves or slots do not fit
  kAbovePolicy = 3,     // a slot above the policy's ceiling
  kForeignContent = 4,  // a value that does not belong to its category
  kNotForUs = 5,        // another recipient or role
  kStale = 6,           // content end is past
};

// What the recipient's agent says of one delivery, once it lies in its inbox.
struct ReceiptRecord {
  MessageId message;
  std::uint64_t delivery = 0;  // ledger position of the delivery entry
  Digest digest{};             // the message digest d
  std::uint64_t kept = 0;      // slots in the inbox, as bits
  Rejection rejection = Rejection::kNone;
  Instant at;

  friend bool operator==(const ReceiptRecord&, const ReceiptRecord&) = default;
};

// What a person did at a screen of the network: who looked, who acted (DESIGN §8). Codes only;
// the words that somebody typed stay where they were typed.
enum class Action : std::uint8_t {
  kSignIn = 1,
  kSignInRefused = 2,
  kSignOut = 3,
  kListViewed = 4,
  kReferralViewed = 5,  // names the referral
  kEntryViewed = 6,     // names the position
  kReportViewed = 7,
  kExport = 8,
  kAcknowledge = 9,  // names the position of what was acknowledged
  kAccountChanged = 10,
};
[[nodiscard]] std::string_view name(Action action);  // `sign in`, `list viewed`...

// Written through the broker by whoever serves the screen, under its own signing key. Sent again
// as often as it takes: `id` makes it one entry.
struct OperatorAction {
  static constexpr std::uint64_t kNoPosition = UINT64_MAX;
  RandomId<struct ActionTag> id;  // random
  AgencyId recorded_by;           // the observer or agency whose key signs
  std::string who;                // the person's operator id, in the form of an AgencyId; no name
  Action what = Action::kSignIn;
  std::uint64_t position = kNoPosition;  // the entry that it is about, if one
  ReferralId referral;                   // the referral that it is about; zero: none
  Instant at;

  friend bool operator==(const OperatorAction&, const OperatorAction&) = default;
};

[[nodiscard]] Bytes encode(const OperatorAction& record);
[[nodiscard]] Bytes encode(const ConsentRecord& record);
[[nodiscard]] Bytes encode(const Withdrawal& record);
[[nodiscard]] Bytes encode(const SealingCard& record);
[[nodiscard]] Bytes encode(const ReceiptRecord& record);

// Errors: kInvalid for anything malformed or out of bounds.
[[nodiscard]] Result<ConsentRecord> decode_consent(ByteView bytes);
[[nodiscard]] Result<Withdrawal> decode_withdrawal(ByteView bytes);
[[nodiscard]] Result<SealingCard> decode_sealing_card(ByteView bytes);
[[nodiscard]] Result<ReceiptRecord> decode_receipt(ByteView bytes);
[[nodiscard]] Result<OperatorAction> decode_operator_action(ByteView bytes);

// Labels: the bytes that are signed are label NUL body; for a receipt the batch item is SHA-256 of
// label NUL body.
inline constexpr std::string_view kRecordSignatureLabel = "safeconduct/1 record";
inline constexpr std::string_view kReceiptDigestLabel = "safeconduct/1 receipt digest";
[[nodiscard]] Bytes signed_bytes(std::string_view label, ByteView body);

}  // namespace safeconduct::wire
