// A message in the core's state: where it is in its life, and what a later decision about it needs.
#pragma once

#include <optional>

#include "broker/core/state_view.h"
#include "schemas/wire/header.h"

namespace safeconduct::core {

enum class Phase : std::uint8_t {
  kWaiting = 1,     // in its recipient's mailbox, never given
  kGiven = 2,       // given at least once, no receipt yet
  kReceived = 3,    // the recipient signed what it keeps
  kRejected = 4,    // the recipient signed that it could not accept it
  kRefused = 5,     // refused at submission
  kWithheld = 6,    // refused when it was to be given
  kExpired = 7,     // its transport ended first
  kWithdrawn = 8,   // the person's consent ended first
  kSuperseded = 9,  // another message took its place before this one came
  kSilent = 10,     // it goes nowhere, and to its sender looks as if it waited
};

struct MessageRecord {
  Phase phase = Phase::kWaiting;
  std::uint8_t verdict = 0;  // of a refusal
  std::uint64_t submission = 0;
  std::int64_t forget_ms = 0;  // when the core may forget it
  std::uint64_t first_delivery = 0;
  std::uint64_t last_delivery = 0;
  Digest digest{};
  std::uint64_t kept = 0;        // slots that the mailbox holds; after a receipt, what was received
  std::uint64_t given = 0;       // slots of all deliveries so far
  std::uint64_t last_given = 0;  // of the last one
  std::uint64_t receipt = 0;     // position of the receipt or rejection; 0 for none
  std::uint32_t sealed_bytes = 0;
  std::uint32_t notices = 0;  // that were given with it (Duty bits); every further hop has them
  std::int64_t content_end_ms = 0;  // as the recipient was told it; 0: as in the header
  ConsentId consent;                // zero: none named
  MessageId superseded_by;
  Bytes header;

  [[nodiscard]] bool in_mailbox() const {
    return phase == Phase::kWaiting || phase == Phase::kGiven;
  }
  // The recipient has, or may have, the content.
  [[nodiscard]] bool disclosed() const { return first_delivery != 0; }
  // To its sender it still waits.
  [[nodiscard]] bool seems_waiting() const { return in_mailbox() || phase == Phase::kSilent; }
  // INVARIANT: what is forgotten at `now` decides nothing any more, erased already or not; so that
  // the moment of erasing, which no entry names, changes no decision.
  [[nodiscard]] bool forgotten(Instant now) const {
    return !seems_waiting() && forget_ms <= now.ms;
  }
};

[[nodiscard]] Bytes encode(const MessageRecord& record);
// As it lies in the state, forgotten or not.
[[nodiscard]] std::optional<MessageRecord> find_message(const StateView& state,
                                                        const MessageId& id);
// What decisions may read.
[[nodiscard]] std::optional<MessageRecord> remembered(const StateView& state, const MessageId& id,
                                                      Instant now);
void put_message(Overlay& tick, const MessageId& id, const MessageRecord& record);

// When a message may no more be given: its transport, or the content itself, has ended.
[[nodiscard]] Instant ends_at(const wire::Header& header);
// How long the core must know of it: for replays, for onward hops and for withdrawals.
[[nodiscard]] Instant forget_at(const wire::Header& header);

}  // namespace safeconduct::core
