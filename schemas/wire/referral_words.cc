#include "schemas/wire/referral_words.h"

#include <array>

namespace safeconduct::wire {
namespace {

constexpr std::array<std::string_view, 19> kStates = {
    "draft",    "inquiry_open", "capacity_offered", "consent_pending", "sent",    "received",
    "accepted", "declined",     "scheduled",        "active",          "waiting", "no_show",
    "done",     "not_done",     "withdrawn",        "recalled",        "expired", "redirected",
    "closed"};
constexpr std::array<std::string_view, 15> kMoves = {
    "offer",   "waitlist", "ask_more", "accept",   "decline", "schedule", "start", "wait",
    "no_show", "done",     "not_done", "redirect", "recall",  "withdraw", "close"};
constexpr std::array<std::string_view, 15> kReasons = {"none",
                                                       "no_capacity",
                                                       "waitlist",
                                                       "out_of_area",
                                                       "age",
                                                       "gender",
                                                       "language",
                                                       "accessibility",
                                                       "not_our_service",
                                                       "cannot_meet_time",
                                                       "safety",
                                                       "more_information_needed",
                                                       "person_declined",
                                                       "already_served",
                                                       "service_closed"};
constexpr std::array<std::string_view, 25> kEvents = {"requested",
                                                      "moved",
                                                      "accepted_elsewhere",
                                                      "reminder",
                                                      "next_candidate",
                                                      "escalation",
                                                      "expired",
                                                      "closed",
                                                      "onward",
                                                      "deletion_owed",
                                                      "deletion_receipt",
                                                      "deletion_late",
                                                      "exception_requested",
                                                      "second_approved",
                                                      "second_refused",
                                                      "reviewed",
                                                      "person_told",
                                                      "person_not_told",
                                                      "second_missing",
                                                      "review_missing",
                                                      "telling_missing",
                                                      "access_ended",
                                                      "no_safe_recipient",
                                                      "stopped",
                                                      "stop_late"};

template <class Word, std::size_t N>
std::string_view at(const std::array<std::string_view, N>& names, Word word, std::size_t first) {
  const auto index = static_cast<std::size_t>(word) - first;
  return index < N ? names[index] : std::string_view("unknown");
}

template <class Word, std::size_t N>
std::optional<Word> find(const std::array<std::string_view, N>& names, std::string_view word,
                         std::size_t first) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == word) return static_cast<Word>(i + first);
  }
  return std::nullopt;
}

bool is_answered_inquiry(State state) {
  return state == State::kInquiryOpen || state == State::kCapacityOffered;
}

bool is_in_work(State state) {
  return state == State::kAccepted || state == State::kScheduled || state == State::kActive ||
         state == State::kWaiting || state == State::kNoShow;
}

std::optional<State> when(bool legal, State to) {
  return legal ? std::optional(to) : std::nullopt;
}

}  // namespace

std::string_view name(State state) {
  return at(kStates, state, 1);
}
std::string_view name(Move move) {
  return at(kMoves, move, 1);
}
std::string_view name(DeclineReason reason) {
  return at(kReasons, reason, 0);
}
std::string_view name(Event event) {
  return at(kEvents, event, 1);
}
std::optional<State> state_named(std::string_view word) {
  return find<State>(kStates, word, 1);
}
std::optional<Move> move_named(std::string_view word) {
  return find<Move>(kMoves, word, 1);
}
std::optional<DeclineReason> decline_reason_named(std::string_view word) {
  return find<DeclineReason>(kReasons, word, 0);
}

bool is_final(State state) {
  switch (state) {
    case State::kDeclined:
    case State::kDone:
    case State::kNotDone:
    case State::kWithdrawn:
    case State::kRecalled:
    case State::kExpired:
    case State::kRedirected:
    case State::kClosed:
      return true;
    case State::kDraft:
    case State::kInquiryOpen:
    case State::kCapacityOffered:
    case State::kConsentPending:
    case State::kSent:
    case State::kReceived:
    case State::kAccepted:
    case State::kScheduled:
    case State::kActive:
    case State::kWaiting:
    case State::kNoShow:
      return false;
  }
  return false;
}

bool made_by_sender(Move move) {
  return move == Move::kRecall || move == Move::kWithdraw || move == Move::kClose;
}

std::optional<State> after(State state, Move move) {
  switch (move) {
    case Move::kOffer:
    case Move::kWaitlist:
    case Move::kAskMore:
      return when(is_answered_inquiry(state), State::kCapacityOffered);
    case Move::kAccept:
      if (is_answered_inquiry(state)) return State::kConsentPending;
      return when(state == State::kReceived, State::kAccepted);
    case Move::kDecline:
      return when(is_answered_inquiry(state) || state == State::kReceived, State::kDeclined);
    case Move::kSchedule:
      return when(is_in_work(state) && state != State::kScheduled, State::kScheduled);
    case Move::kStart:
      return when(is_in_work(state) && state != State::kActive, State::kActive);
    case Move::kWait:
      return when(is_in_work(state) && state != State::kWaiting, State::kWaiting);
    case Move::kNoShow:
      return when(state == State::kScheduled || state == State::kActive, State::kNoShow);
    case Move::kDone:
      return when(is_in_work(state), State::kDone);
    case Move::kNotDone:
      return when(is_in_work(state), State::kNotDone);
    case Move::kRedirect:
      return when(is_in_work(state), State::kRedirected);
    case Move::kRecall:
      return when(state == State::kSent, State::kRecalled);
    case Move::kWithdraw:
      return when(!is_final(state) && state != State::kDraft, State::kWithdrawn);
    case Move::kClose:
      return when(is_final(state) && state != State::kClosed, State::kClosed);
  }
  return std::nullopt;
}

std::string_view fhir_status(State state) {
  switch (state) {
    case State::kDraft:
      return "draft";
    case State::kInquiryOpen:
    case State::kCapacityOffered:
    case State::kSent:
      return "requested";
    case State::kConsentPending:
    case State::kWaiting:
      return "on-hold";
    case State::kReceived:
      return "received";
    case State::kAccepted:
      return "accepted";
    case State::kDeclined:
      return "rejected";
    case State::kScheduled:
    case State::kActive:
    case State::kNoShow:
      return "in-progress";
    case State::kDone:
    case State::kRedirected:
      return "completed";
    case State::kNotDone:
    case State::kExpired:
      return "failed";
    case State::kWithdrawn:
    case State::kRecalled:
      return "cancelled";
    case State::kClosed:
      return "completed";  // asked only where the state before it is not known any more
  }
  return "";
}

std::string_view fhir_business_status(State state, DeclineReason reason) {
  if (state == State::kCapacityOffered) {
    if (reason == DeclineReason::kWaitlist) return "waitlist";
    const bool more = reason == DeclineReason::kMoreInformationNeeded;
    return more ? "additional-assessment-required" : "capacity";
  }
  if (state == State::kDeclined && reason == DeclineReason::kNoCapacity) return "no-capacity";
  switch (state) {
    case State::kSent:
      return "2.0";
    case State::kAccepted:
      return "3.0";
    case State::kDeclined:
      return "4.0";
    case State::kScheduled:
    case State::kActive:
      return "5.1.1";
    case State::kNoShow:
      return "5.1.2";
    case State::kRecalled:
      return "5.2";
    case State::kNotDone:
    case State::kWithdrawn:
      return "6.0";
    case State::kDone:
      return "7.0";
    case State::kDraft:
    case State::kInquiryOpen:
    case State::kCapacityOffered:
    case State::kConsentPending:
    case State::kReceived:
    case State::kWaiting:
    case State::kExpired:
    case State::kRedirected:
    case State::kClosed:
      return "";
  }
  return "";
}

std::string_view primero_status(State state) {
  switch (state) {
    case State::kSent:
    case State::kReceived:
      return "in_progress";
    case State::kAccepted:
    case State::kScheduled:
    case State::kActive:
      return "accepted";
    case State::kDeclined:
      return "rejected";
    case State::kDone:
      return "done";
    case State::kNotDone:
      return "not_implemented";
    case State::kWithdrawn:
    case State::kRecalled:
      return "revoked";
    case State::kClosed:
      return "closed";
    case State::kDraft:
    case State::kInquiryOpen:
    case State::kCapacityOffered:
    case State::kConsentPending:
    case State::kWaiting:
    case State::kNoShow:
    case State::kExpired:
    case State::kRedirected:
      return "";
  }
  return "";
}

Duration answer_limit(std::uint8_t urgency) {
  switch (urgency) {
    case 2:
      return hours(3);
    case 3:
      return hours(24);
    case 4:
      return hours(72);
    case 5:
      return days(7);
    default:
      return hours(1);
  }
}

bool asks_next_at_half(std::uint8_t urgency) {
  return urgency <= 2;
}
bool expires_on_silence(std::uint8_t urgency) {
  return urgency == 5;
}

}  // namespace safeconduct::wire
