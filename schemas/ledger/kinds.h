// What an entry of the ledger is, and the parts that it may have. The numbers stand in leaves for
// ever: never renumber, never reuse.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace safeconduct::ledger {

enum class EntryKind : std::uint8_t {
  kGenesis = 1,        // position 0: the network, its authority's key, the log's origin
  kDirectory = 2,      // a new directory came into force
  kPolicy = 3,         // a new policy came into force
  kSealingCard = 4,    // an agency published a sealing key
  kConsent = 5,        // a version of a consent was recorded
  kWithdrawal = 6,     // a consent was withdrawn or narrowed
  kSubmission = 7,     // a message was admitted or refused
  kDelivery = 8,       // a message was decided again, and given to its recipient or withheld
  kReceipt = 9,        // the recipient signed what it keeps
  kRejection = 10,     // the recipient signed that it could not accept it
  kExpiry = 11,        // a message's transport ended undelivered
  kRecall = 12,        // the sender ended its own message
  kRefusedFrame = 13,  // an authenticated agency sent what is malformed or does not verify
  kHeartbeat = 14,     // nothing happened; says so
  kRecovery = 15,      // position 0 of a log opened after a restored backup: both heads and the gap
  kAccess = 16,        // an operator or a reader looked or acted
  kRetention = 17,     // the retention times in force
  kPruning = 18,       // parts were destroyed, and by which rule
  kHold = 19,          // a legal hold blocks pruning
  kHoldLifted = 20,    // two persons lifted it
  // The referral's life (schemas/wire/referral_parts.h).
  kRequest = 32,         // a request for help: one entry for each agency that may be asked
  kReferral = 33,        // a referral moved
  kClock = 34,           // the broker's clock: reminder, next candidate, escalation, expiry
  kOnward = 35,          // a further hop was bound to the one before; the origin is told
  kDeletion = 36,        // a recipient owes a deletion receipt, or signed one
  kException = 37,       // a step of break-glass, child safeguarding, risk conference, notice
  kExclusion = 38,       // somebody must never learn of a person
  kCapacity = 39,        // what an agency has now
  kUnmetNeed = 40,       // a need that nobody met
  kAlarm = 41,           // a duty was missed
  kQuestion = 42,        // somebody asked where a person is; nobody was told
  kServiceProfile = 43,  // what an agency offers, for whom
};
inline constexpr std::array kEntryKinds = {
    EntryKind::kGenesis,      EntryKind::kDirectory,      EntryKind::kPolicy,
    EntryKind::kSealingCard,  EntryKind::kConsent,        EntryKind::kWithdrawal,
    EntryKind::kSubmission,   EntryKind::kDelivery,       EntryKind::kReceipt,
    EntryKind::kRejection,    EntryKind::kExpiry,         EntryKind::kRecall,
    EntryKind::kRefusedFrame, EntryKind::kHeartbeat,      EntryKind::kRecovery,
    EntryKind::kAccess,       EntryKind::kRetention,      EntryKind::kPruning,
    EntryKind::kHold,         EntryKind::kHoldLifted,     EntryKind::kRequest,
    EntryKind::kReferral,     EntryKind::kClock,          EntryKind::kOnward,
    EntryKind::kDeletion,     EntryKind::kException,      EntryKind::kExclusion,
    EntryKind::kCapacity,     EntryKind::kUnmetNeed,      EntryKind::kAlarm,
    EntryKind::kQuestion,     EntryKind::kServiceProfile,
};

// Its routing, sender's and recipient's parts are a wire::ReferralPart.
[[nodiscard]] constexpr bool has_referral_part(EntryKind kind) {
  return (kind >= EntryKind::kRequest && kind <= EntryKind::kException) ||
         kind == EntryKind::kAlarm;
}

// By reader. In the order of their commitments in the leaf.
enum class PartKind : std::uint8_t {
  kNetwork = 1,     // everyone admitted
  kRouting = 2,     // coordinators
  kSender = 3,      // the sending agency
  kRecipient = 4,   // the receiving agency
  kRestricted = 5,  // auditors
};
inline constexpr std::size_t kParts = 5;
inline constexpr std::array<PartKind, kParts> kPartKinds = {PartKind::kNetwork, PartKind::kRouting,
                                                            PartKind::kSender, PartKind::kRecipient,
                                                            PartKind::kRestricted};

// 0..4.
[[nodiscard]] constexpr std::size_t place_of(PartKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}

// Parts as bits: bit place_of(kind).
using PartSet = std::uint8_t;
inline constexpr PartSet kNoParts = 0;
inline constexpr PartSet kAllParts = (1U << kParts) - 1;
[[nodiscard]] constexpr PartSet set_of(PartKind kind) {
  return static_cast<PartSet>(1U << place_of(kind));
}

// `submission`, `refused frame`…
[[nodiscard]] std::string_view name(EntryKind kind);
// `network`, `routing`, `sender`, `recipient`, `restricted`.
[[nodiscard]] std::string_view name(PartKind kind);
// Nothing for a number that this version does not know.
[[nodiscard]] std::optional<EntryKind> entry_kind(std::uint8_t number);
[[nodiscard]] std::optional<EntryKind> entry_kind_named(std::string_view word);

}  // namespace safeconduct::ledger
