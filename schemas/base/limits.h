// Every bound of the system in one place: name, unit, reason. What is not bounded here is bounded
// by one of these.
#pragma once

#include <cstddef>
#include <cstdint>

#include "schemas/base/instant.h"

namespace safeconduct::limits {

// --- a sealed message
inline constexpr std::size_t kSlotPlaintextBytesMax =
    64 * 1024;  // a long account; photographs go as references
inline constexpr std::size_t kBodyBytesMax = 256 * 1024;  // all slots of one message, sealed
inline constexpr std::size_t kHeaderBytesMax = 512;       // fixed part + two agency ids
inline constexpr std::size_t kSignBatchMax = 64;          // six siblings make 2^6 places

// --- frames
inline constexpr std::size_t kFrameBytesMax = 512 * 1024;     // the largest document or body
inline constexpr std::size_t kDocumentBytesMax = 448 * 1024;  // a signed directory or policy
inline constexpr std::uint64_t kTraversalWordsMax = kFrameBytesMax / 8 * 2;  // Cap'n Proto reader
inline constexpr int kNestingMax = 12;                                       // the schema needs 5

// --- the broker's loop
inline constexpr std::size_t kTickFramesMax = 256;         // bounds the batch and the answer time
inline constexpr std::size_t kTickBytesMax = 1024 * 1024;  // memory of one tick's frames
inline constexpr std::uint32_t kCreditMax = 1024;          // deliveries in flight per agency
inline constexpr std::uint32_t kMailboxMessagesMax =
    200'000;                                         // waiting per recipient; then push-back
inline constexpr std::size_t kFeedEntriesMax = 256;  // entries per feed answer

// --- the network
inline constexpr std::size_t kAgenciesMax = 1024;  // their longest lines fit one document
inline constexpr std::size_t kRolesPerAgencyMax = 8;
inline constexpr std::size_t kScopesPerConsentMax = 32;    // purposes of one consent
inline constexpr std::size_t kRecipientsPerScopeMax = 32;  // agencies named for one purpose
inline constexpr std::size_t kConsentHeadsMax = 8;         // concurrent versions of one consent
inline constexpr std::uint32_t kUsesPerConsentMax = 4096;  // bounds the work of a withdrawal

// --- times
inline constexpr Duration kBodyLifetimeMax = hours(72);   // DESIGN §4: a body's life at the broker
inline constexpr Duration kInquiryLifetimeMax = days(7);  // DOMAIN §4.3
inline constexpr Duration kContentLifeMax = days(1096);   // as long as the disclosure list is kept
inline constexpr Duration kClockSkew = minutes(5);  // between an agency's clock and the broker's
inline constexpr Duration kSealingCardPublished = days(7);  // a sealing key's time in the directory
inline constexpr Duration kSealingCardAccepted = days(14);  // then destroyed
inline constexpr Duration kConsentDefault = days(30);       // DOMAIN §3.7
inline constexpr Duration kConsentMax = days(90);
inline constexpr Duration kRoutingKept = days(90);  // DOMAIN §4.3, after a referral's last word
inline constexpr Duration kFinalUntilClosed = days(30);  // so that a late word finds it
inline constexpr Duration kDeletionDue = days(7);  // a deletion receipt, after the word to stop
inline constexpr Duration kSecondPersonDue = hours(1);  // break-glass, life at risk
inline constexpr Duration kReviewDue = hours(72);
inline constexpr Duration kTellingDue = hours(72);  // the person is told, when that is safe
inline constexpr Duration kTellingPutOff = days(7);
inline constexpr Duration kBreakGlassAccess = hours(72);

}  // namespace safeconduct::limits
