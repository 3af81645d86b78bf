// The words of a referral's life (DOMAIN §3.4-§3.6): states, moves, reasons, events, clocks. Codes
// only; no word here says anything about the person. Words and numbers are for good: add, never
// change.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/base/instant.h"

namespace safeconduct::wire {

enum class State : std::uint8_t {
  kDraft = 1,  // at its sender's; the bus never sees it
  kInquiryOpen = 2,
  kCapacityOffered = 3,  // answered: a place, a wait list, or a question
  kConsentPending = 4,   // accepted before identity; waits for the release under live consent
  kSent = 5,
  kReceived = 6,
  kAccepted = 7,
  kDeclined = 8,
  kScheduled = 9,
  kActive = 10,
  kWaiting = 11,
  kNoShow = 12,
  kDone = 13,
  kNotDone = 14,
  kWithdrawn = 15,
  kRecalled = 16,
  kExpired = 17,
  kRedirected = 18,
  kClosed = 19,
};

// What an agency says of a referral. Its recipient: kOffer .. kRedirect; its sender: kRecall ..
// kClose.
enum class Move : std::uint8_t {
  kOffer = 1,     // we have a place
  kWaitlist = 2,  // we have a wait list
  kAskMore = 3,   // we need more information: names categories; asks a new consent
  kAccept = 4,    // we take it; before identity: the first acceptance wins
  kDecline = 5,   // with a reason
  kSchedule = 6,
  kStart = 7,
  kWait = 8,
  kNoShow = 9,
  kDone = 10,
  kNotDone = 11,
  kRedirect = 12,  // the recipient referred it on; a child referral goes further
  kRecall = 13,
  kWithdraw = 14,  // on the person's word
  kClose = 15,
};

// Why a recipient declines, or could not do it (DOMAIN §3.6). Free text is not allowed: it leaks.
enum class DeclineReason : std::uint8_t {
  kNone = 0,
  kNoCapacity = 1,
  kWaitlist = 2,
  kOutOfArea = 3,
  kAge = 4,
  kGender = 5,
  kLanguage = 6,
  kAccessibility = 7,
  kNotOurService = 8,
  kCannotMeetTime = 9,
  kSafety = 10,
  kMoreInformationNeeded = 11,
  kPersonDeclined = 12,
  kAlreadyServed = 13,
  kServiceClosed = 14,
};

// What happened, in the parts of entries (referral_parts.h).
enum class Event : std::uint8_t {
  kRequested = 1,          // a request for help was recorded: one entry for each candidate
  kMoved = 2,              // by an agency's word
  kAcceptedElsewhere = 3,  // the candidate is told "withdrawn", no more
  kReminder = 4,           // half of the time to answer is over
  kNextCandidate = 5,      // silence or no place: the next one may be asked
  kEscalation = 6,         // the time to answer is over: a coordinator must act
  kExpired = 7,            // nobody answered in time
  kClosed = 8,             // final for long enough; what is known of it goes when retention ends
  kOnward = 9,             // referred on: told to the origin
  kDeletionOwed = 10,      // the recipient was told to stop and owes a deletion receipt
  kDeletionReceipt = 11,   // it came
  kDeletionLate = 12,      // it did not come in time
  kExceptionRequested = 13,
  kSecondApproved = 14,
  kSecondRefused = 15,
  kReviewed = 16,
  kPersonTold = 17,
  kPersonNotTold = 18,  // not safe; the reason stays at the agency
  kSecondMissing = 19,  // life was at risk, and no second person within the hour: access closes
  kReviewMissing = 20,
  kTellingMissing = 21,
  kAccessEnded = 22,      // 72 hours are over
  kNoSafeRecipient = 23,  // nobody is left to ask; only a coordinator is told
  kStopped = 24,          // the recipient signed that it has stopped; its deletion receipt follows
  kStopLate = 25,         // told to stop, it did not say so within the hour
};

// The bits of what an exception says besides its codes.
enum class ExceptionFlag : std::uint16_t {
  kLifeAtRisk = 1,
  kChildTold = 2,
  kChildView = 4,            // the child's own view was asked and is on file
  kCaregiverImplicated = 8,  // caregivers are not told
  kMinor = 16,               // a minor, or presumed one
};
inline constexpr std::uint16_t kExceptionFlags = 31;

// What narrows down who somebody is, though none of it is a name (DOMAIN §4.3). Kinds only.
enum class QuasiIdentifier : std::uint16_t {
  kAgeBand = 1,
  kGender = 2,
  kRegion = 4,
  kLanguage = 8,
  kDistrict = 16,
  kChildren = 32,
  kAccessibility = 64,
  kExploitation = 128,
  kDate = 256,
};
inline constexpr std::uint16_t kQuasiIdentifiers = 511;

inline constexpr State kFirstState = State::kDraft;
inline constexpr State kLastState = State::kClosed;
inline constexpr Move kFirstMove = Move::kOffer;
inline constexpr Move kLastMove = Move::kClose;
inline constexpr Event kFirstEvent = Event::kRequested;
inline constexpr Event kLastEvent = Event::kStopLate;
inline constexpr DeclineReason kLastDeclineReason = DeclineReason::kServiceClosed;

// `capacity_offered`, `accept`, `no_capacity`, `next_candidate`.
[[nodiscard]] std::string_view name(State state);
[[nodiscard]] std::string_view name(Move move);
[[nodiscard]] std::string_view name(DeclineReason reason);
[[nodiscard]] std::string_view name(Event event);
[[nodiscard]] std::optional<State> state_named(std::string_view word);
[[nodiscard]] std::optional<Move> move_named(std::string_view word);
[[nodiscard]] std::optional<DeclineReason> decline_reason_named(std::string_view word);

// declined, done, not_done, withdrawn, recalled, expired, redirected, closed.
[[nodiscard]] bool is_final(State state);
[[nodiscard]] bool made_by_sender(Move move);
// Where a move leads from a state; nothing when it is not legal there (DOMAIN §3.5).
[[nodiscard]] std::optional<State> after(State state, Move move);

// HL7 FHIR R4 Task.status and Task.businessStatus of a state; the reason tells one answer of an
// inquiry from another. No business status: empty.
[[nodiscard]] std::string_view fhir_status(State state);
[[nodiscard]] std::string_view fhir_business_status(State state, DeclineReason reason);
// Primero's word for it; empty where it has none.
[[nodiscard]] std::string_view primero_status(State state);

// How long a recipient has to answer, by the number of the urgency (policies/words.h): 1 h, 3 h,
// 24 h, 72 h, 7 days; an unknown number has the shortest.
[[nodiscard]] Duration answer_limit(std::uint8_t urgency);
// On silence: the next candidate is asked at half time (immediate, tonight); nobody is called and
// it expires (routine); a coordinator is called (all others).
[[nodiscard]] bool asks_next_at_half(std::uint8_t urgency);
[[nodiscard]] bool expires_on_silence(std::uint8_t urgency);

}  // namespace safeconduct::wire
