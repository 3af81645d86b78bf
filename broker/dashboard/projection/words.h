// What a coordinator is told of a referral: the states of the closed loop (DOMAIN §3.5), what can
// happen to one, and the tiles that count them. The numbers stand in snapshots: never renumber.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/wire/referral_words.h"

namespace safeconduct::dashboard {

enum class State : std::uint8_t {
  kAnnounced = 0,  // a request or an exception named it; nobody was asked yet
  kInquiry = 1,
  kOffered = 2,
  kConsentPending = 3,
  kSent = 4,
  kReceived = 5,
  kAccepted = 6,
  kScheduled = 7,
  kWaiting = 8,
  kNoShow = 9,
  kDone = 10,
  kNotDone = 11,
  kDeclined = 12,
  kWithdrawn = 13,
  kRecalled = 14,
  kExpired = 15,
  kRedirected = 16,
  kClosed = 17,
  kRefused = 18,        // by policy or consent, at submission
  kUndeliverable = 19,  // admitted, and then withheld at delivery or refused by the other agent
  kActive = 20,
};
inline constexpr std::size_t kStates = 20;
[[nodiscard]] State state_of(wire::State state);

// `sent`, `no_show`…
[[nodiscard]] std::string_view name(State state);
[[nodiscard]] std::optional<State> state_named(std::string_view word);
// Somebody has still to answer whether the person gets help.
[[nodiscard]] bool awaits_answer(State state);
// Nothing more is expected to happen.
[[nodiscard]] bool is_final(State state);

// What happened to a referral. From 32 on: wire::Event, said by an agency or by the broker's clock.
enum class EventKind : std::uint8_t {
  kSubmitted = 1,
  kRefused = 2,
  kDelivered = 3,
  kWithheld = 4,
  kReceived = 5,
  kUnreadable = 6,
  kTransportEnded = 7,
  kRecalled = 8,
  kWithdrawn = 9,
};
inline constexpr std::uint8_t kFirstLifeEvent = 32;
[[nodiscard]] constexpr EventKind event_kind(wire::Event event) {
  return static_cast<EventKind>(kFirstLifeEvent + static_cast<std::uint8_t>(event));
}
// `submitted`, `escalation`…
[[nodiscard]] std::string_view name(EventKind kind);
[[nodiscard]] bool is_known_event(std::uint8_t number);

enum class Tile : std::uint8_t {
  kAwaiting = 0,
  kOverdue = 1,
  kDeclined = 2,
  kUndeliverable = 3,
  kEscalated = 4,
  kClosedThisWeek = 5,
};
inline constexpr std::size_t kTiles = 6;
inline constexpr std::array kAllTiles = {Tile::kAwaiting,  Tile::kOverdue,
                                         Tile::kDeclined,  Tile::kUndeliverable,
                                         Tile::kEscalated, Tile::kClosedThisWeek};
// `awaiting`, `overdue`, `declined`, `undeliverable`, `escalated`, `closed`.
[[nodiscard]] std::string_view name(Tile tile);
[[nodiscard]] std::optional<Tile> tile_named(std::string_view word);

}  // namespace safeconduct::dashboard
