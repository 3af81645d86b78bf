#include "broker/dashboard/projection/words.h"

namespace safeconduct::dashboard {
namespace {

// By number.
constexpr std::array<std::string_view, kStates + 1> kStateNames = {
    "announced", "inquiry",       "offered",  "consent_pending", "sent",       "received",
    "accepted",  "scheduled",     "waiting",  "no_show",         "done",       "not_done",
    "declined",  "withdrawn",     "recalled", "expired",         "redirected", "closed",
    "refused",   "undeliverable", "active"};

constexpr std::array<std::string_view, 10> kEventNames = {
    "",         "submitted",  "refused",         "delivered", "withheld",
    "received", "unreadable", "transport_ended", "recalled",  "withdrawn"};

constexpr std::array<std::string_view, kTiles> kTileNames = {
    "awaiting", "overdue", "declined", "undeliverable", "escalated", "closed"};

}  // namespace

std::string_view name(State state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

std::optional<State> state_named(std::string_view word) {
  for (std::size_t i = 0; i <= kStates; ++i) {
    if (kStateNames[i] == word) return static_cast<State>(i);
  }
  return std::nullopt;
}

bool awaits_answer(State state) {
  return state == State::kInquiry || state == State::kSent || state == State::kReceived;
}

bool is_final(State state) {
  switch (state) {
    case State::kAnnounced:
    case State::kInquiry:
    case State::kOffered:
    case State::kConsentPending:
    case State::kSent:
    case State::kReceived:
    case State::kAccepted:
    case State::kScheduled:
    case State::kWaiting:
    case State::kNoShow:
    case State::kActive:
      return false;
    case State::kDone:
    case State::kNotDone:
    case State::kDeclined:
    case State::kWithdrawn:
    case State::kRecalled:
    case State::kExpired:
    case State::kRedirected:
    case State::kClosed:
    case State::kRefused:
    case State::kUndeliverable:
      return true;
  }
  return true;
}

State state_of(wire::State state) {
  switch (state) {
    case wire::State::kDraft:
      return State::kAnnounced;
    case wire::State::kSent:
      return State::kSent;
    case wire::State::kInquiryOpen:
      return State::kInquiry;
    case wire::State::kCapacityOffered:
      return State::kOffered;
    case wire::State::kConsentPending:
      return State::kConsentPending;
    case wire::State::kReceived:
      return State::kReceived;
    case wire::State::kAccepted:
      return State::kAccepted;
    case wire::State::kDeclined:
      return State::kDeclined;
    case wire::State::kScheduled:
      return State::kScheduled;
    case wire::State::kActive:
      return State::kActive;
    case wire::State::kWaiting:
      return State::kWaiting;
    case wire::State::kNoShow:
      return State::kNoShow;
    case wire::State::kDone:
      return State::kDone;
    case wire::State::kNotDone:
      return State::kNotDone;
    case wire::State::kWithdrawn:
      return State::kWithdrawn;
    case wire::State::kRecalled:
      return State::kRecalled;
    case wire::State::kExpired:
      return State::kExpired;
    case wire::State::kRedirected:
      return State::kRedirected;
    case wire::State::kClosed:
      return State::kClosed;
  }
  return State::kSent;
}

std::string_view name(EventKind kind) {
  const auto number = static_cast<std::uint8_t>(kind);
  if (number > kFirstLifeEvent)
    return wire::name(static_cast<wire::Event>(number - kFirstLifeEvent));
  return number < kEventNames.size() ? kEventNames[number] : kEventNames[0];
}

bool is_known_event(std::uint8_t number) {
  return (number > 0 && number < kEventNames.size()) ||
         (number > kFirstLifeEvent &&
          number <= static_cast<std::uint8_t>(event_kind(wire::kLastEvent)));
}

std::string_view name(Tile tile) {
  return kTileNames[static_cast<std::size_t>(tile)];
}

std::optional<Tile> tile_named(std::string_view word) {
  for (const Tile tile : kAllTiles) {
    if (name(tile) == word) return tile;
  }
  return std::nullopt;
}

}  // namespace safeconduct::dashboard
