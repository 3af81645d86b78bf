// What the parts of a ledger entry say (DESIGN §7). An entry is a digest record; its parts lie
// beside it, each salted and committed to, each for its own readers. Byte grammar:
// schemas/FORMATS.md, "Parts".
//
//   network     everyone admitted: directories, policies, sealing cards (the document itself)
//   routing     coordinators: who, to whom, for what, by pseudonymous referral id; no reasons
//   sender      the sender: level and reason per category, kept slots, the recipient's receipt
//   recipient   the recipient: what it was given and until when; never a reason
//   restricted  auditors: observed facts and everything the decision rested on
#pragma once

#include <string>
#include <vector>

#include "schemas/wire/header.h"
#include "schemas/wire/messages.h"

namespace safeconduct::wire {

inline constexpr std::size_t kCategories = 19;
inline constexpr std::size_t kRulesMax =
    64;  // deciding rules of one decision; policies bounds them
inline constexpr std::uint8_t kFirstBusVerdict = 100;

// What became of a message at one step. 1..99 are withholding reasons of the vocabulary
// (policies::Reason); 0 means that it went on; from 100 on the bus itself refuses, whatever policy
// says.
enum class Verdict : std::uint8_t {
  kAdmitted = 0,
  kWrongClock = 100,  // created too far from the broker's time
  kExpired = 101,     // transport expiry is past, or too long a life was asked
  kUnknownWord =
      102,  // a role, purpose, stage, basis, urgency or circumstance that the vocabulary lacks
  kSigningKey = 103,    // the signing key is not the sender's key in force
  kSealingKey = 104,    // sealed to a key that the recipient no longer accepts: seal again
  kSender = 105,        // the sender is not in good standing or does not hold the role it acts in
  kRecipient = 106,     // no such recipient in good standing with that role
  kPriorMessage = 107,  // names a prior message that this sender did not receive
  kSuperseded = 108,    // the message that it re-seals took effect, or was re-sealed already
  kUsedId = 109,        // the message id was used for other bytes
  kNoPolicy = 110,      // no policy is in force yet
  kMalformed = 111,     // not decodable, or its leaves, signature or commitment do not fit
  kRecalled = 112,      // ended by its sender
  kReferral = 113,      // its referral is not where this may be sent
  kException = 114,     // on another ground than consent, and no exception stands for it
  kDirectOnly = 115,    // the policy in force keeps content from the broker, and this holds some
  kNoContent = 116,     // names slots that it does not hold, and no policy asks for that
};
[[nodiscard]] bool known_bus_verdict(std::uint8_t code);
// In plain words, with what to do next; only for codes of this enumeration from 100 on.
[[nodiscard]] std::string_view sentence(Verdict verdict);

// Per category: level (0 withheld, 1 generalised, 2 full) and, where it is below full, the reason's
// number (else 0).
struct CategoryOutcome {
  std::array<std::uint8_t, kCategories> level{};
  std::array<std::uint8_t, kCategories> reason{};
  friend bool operator==(const CategoryOutcome&, const CategoryOutcome&) = default;
};

// What is to be done with what goes, or because of it (policies/duties.h has the words).
struct Obligation {
  std::uint8_t duty = 0;
  std::uint32_t hours = 0;  // 0: no time
  std::string by;           // the statement that asks for it; empty: the hop before
  friend bool operator==(const Obligation&, const Obligation&) = default;
};
inline constexpr std::size_t kObligationsMax = 32;

struct RoutingPart {
  MessageId message;
  ReferralId referral;
  AgencyId from;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t stage = 0;
  std::uint8_t basis = 0;
  std::uint16_t circumstances = 0;
  std::uint8_t hop = 1;
  bool went_on = false;  // admitted, delivered, received: else it ended here; no reason
  std::uint32_t sealed_bytes = 0;
  // Submission and delivery: the day (its start, UTC) on which the consent that it rests on ends;
  // 0: it rests on none. A day, so that an instant does not tie two referrals of one person
  // together.
  Instant consent_until;
  friend bool operator==(const RoutingPart&, const RoutingPart&) = default;
};

struct SenderPart {
  MessageId message;
  std::uint8_t verdict = 0;  // 0, a policies::Reason, or a Verdict from 100 on
  std::uint64_t kept = 0;    // slots that go on, as bits
  CategoryOutcome outcome;
  std::vector<std::string> rules;       // ids of the deciding rules, ascending
  std::vector<Obligation> obligations;  // of sender and recipient, ascending by duty
  Bytes receipt;  // receipt and rejection entries: the signed receipt, encoded with its signature
  friend bool operator==(const SenderPart&, const SenderPart&) = default;
};

struct RecipientPart {
  MessageId message;
  ReferralId referral;
  AgencyId from;
  Digest digest{};  // d
  std::uint64_t kept = 0;
  Instant content_end;
  bool stop = false;  // withdrawn or expired: do not use it further, delete what you hold
  std::vector<Obligation> obligations;  // the recipient's own, ascending by duty
  friend bool operator==(const RecipientPart&, const RecipientPart&) = default;
};

// The positions of what was in force when a decision was made. kNone where nothing was.
struct InForce {
  static constexpr std::uint64_t kNone = UINT64_MAX;
  std::uint64_t directory = kNone;
  std::uint64_t policy = kNone;
  std::vector<std::uint64_t> consent;  // positions of the versions that counted, ascending
  friend bool operator==(const InForce&, const InForce&) = default;
};

// Submission entries: everything observed about the message but its ciphertext.
struct SubmissionFacts {
  Bytes header;
  std::array<Digest, kSlots> leaves{};
  Digest offered_digest{};
  std::uint64_t offered = 0;
  Digest offered_salt{};
  BatchSignature signature;
  ConsentId consent;
  Digest consent_salt{};
  std::uint32_t sealed_bytes = 0;
  friend bool operator==(const SubmissionFacts&, const SubmissionFacts&) = default;
};

struct RestrictedSubmission {
  SubmissionFacts facts;
  InForce in_force;
  bool silent = false;  // it goes nowhere, and its sender was not told: an exclusion binds
  friend bool operator==(const RestrictedSubmission&, const RestrictedSubmission&) = default;
};

struct RestrictedDelivery {
  std::uint64_t submission = 0;  // position of the submission entry
  InForce in_force;
  friend bool operator==(const RestrictedDelivery&, const RestrictedDelivery&) = default;
};

// Refused frames of an authenticated agency, coalesced per agency and minute.
struct RestrictedRefusal {
  AgencyId agency;
  std::uint8_t verdict = 0;
  std::uint32_t count = 1;
  std::string what;  // the sentence told to the agency; names fields, never values
  friend bool operator==(const RestrictedRefusal&, const RestrictedRefusal&) = default;
};

// A signed record as it came: network part of a sealing card, restricted part of consent and
// withdrawal.
struct RecordedRecord {
  AgencyId agency;
  SignedRecord record;
  std::vector<MessageId>
      touched;  // withdrawal: messages that it ended or whose recipients it tells
  friend bool operator==(const RecordedRecord&, const RecordedRecord&) = default;
};

[[nodiscard]] Bytes encode(const RoutingPart& part);
[[nodiscard]] Bytes encode(const SenderPart& part);
[[nodiscard]] Bytes encode(const RecipientPart& part);
[[nodiscard]] Bytes encode(const RestrictedSubmission& part);
[[nodiscard]] Bytes encode_restricted(const SubmissionFacts& facts, const InForce& in_force,
                                      bool silent);
[[nodiscard]] Bytes encode(const RestrictedDelivery& part);
[[nodiscard]] Bytes encode(const RestrictedRefusal& part);
[[nodiscard]] Bytes encode(const RecordedRecord& part);
[[nodiscard]] Bytes encode_receipt(const Receipt& receipt);  // for SenderPart::receipt

[[nodiscard]] Result<RoutingPart> decode_routing(ByteView bytes);
[[nodiscard]] Result<SenderPart> decode_sender(ByteView bytes);
[[nodiscard]] Result<RecipientPart> decode_recipient(ByteView bytes);
[[nodiscard]] Result<RestrictedSubmission> decode_restricted_submission(ByteView bytes);
[[nodiscard]] Result<RestrictedDelivery> decode_restricted_delivery(ByteView bytes);
[[nodiscard]] Result<RestrictedRefusal> decode_restricted_refusal(ByteView bytes);
[[nodiscard]] Result<RecordedRecord> decode_recorded(ByteView bytes);
[[nodiscard]] Result<Receipt> decode_receipt_frame(ByteView bytes);

}  // namespace safeconduct::wire
