// What the agent remembers of each thing it sent, received, recorded or still has to say. Plain
// values and their stored form; what a person wrote lies beside them as a secret (store.h).
#pragma once

#include <string>
#include <vector>

#include "schemas/wire/parts.h"

namespace safeconduct::agent {

// Where a referral that we sent is. The last five are final.
enum class SentState : std::uint8_t {
  kQueued = 1,     // in the outbox: not sealed yet, or not decided yet
  kSubmitted = 2,  // the broker admitted it; it waits for its recipient
  kDelivered = 3,  // the recipient's agent was given it
  kReceived = 4,   // the recipient signed for it
  kRefused = 5,    // the broker refused it, at submission or at delivery
  kRejected = 6,   // the recipient's agent could not accept it
  kExpired = 7,    // its content ended before it was received
  kWithdrawn = 8,  // the person took the consent back
};
[[nodiscard]] std::string_view name(SentState state);
[[nodiscard]] std::optional<SentState> sent_state_named(std::string_view word);
[[nodiscard]] bool is_final(SentState state);

struct Sent {
  MessageId first;    // as told to whoever sent it; stays when it is sealed again
  MessageId current;  // as it is sealed now; zero while it is not sealed
  std::uint64_t seq = 0;
  ReferralId referral;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t stage = 0;
  std::uint8_t basis = 0;
  std::uint16_t circumstances = 0;
  std::uint8_t hop = 1;
  MessageId prior;
  ConsentId consent;
  Instant queued_at;
  Instant content_end;

  SentState state = SentState::kQueued;
  Instant changed_at;
  // Of the message as sealed now.
  Digest digest{};
  KeyId sealed_to;
  std::uint64_t offered = 0;
  MessageId supersedes;        // what the next sealing supersedes; zero: nothing
  Digest superseded_digest{};  // its digest: a late receipt may still come for it
  KeyId avoid;                 // the broker no longer accepts this sealing key
  std::uint8_t retries = 0;    // sealed again after a refusal that asks for it
  std::uint32_t expiries = 0;
  // Of the broker's decision.
  std::uint64_t position = 0;
  std::uint8_t verdict = 0;
  std::uint64_t kept = 0;
  wire::CategoryOutcome outcome;
  std::vector<std::string> rules;
  std::vector<wire::Obligation> obligations;
  // Of the recipient's receipt.
  std::uint64_t received_kept = 0;
  std::uint8_t rejection = 0;
  Instant
      delivered_at;  // the bytes left for the recipient: from then on it counts as told; 0: never
  bool differs = false;  // the recipient signed for other slots than the broker says it delivered

  friend bool operator==(const Sent&, const Sent&) = default;
};

struct Received {
  MessageId message;
  std::uint64_t seq = 0;
  ReferralId referral;
  AgencyId from;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t stage = 0;
  std::uint8_t hop = 1;
  Instant received_at;
  Instant content_end;
  std::uint64_t kept = 0;
  std::uint8_t rejection = 0;  // not 0: it was refused; nothing of it is kept
  bool stopped = false;        // withdrawn: not to be used further; its content is destroyed
  bool ended = false;          // its content end passed; its content is destroyed
  std::vector<wire::Obligation> obligations;  // what the recipient is to do
  Bytes receipt;                              // as it was sent first, and is sent again

  friend bool operator==(const Received&, const Received&) = default;
};

enum class ConsentState : std::uint8_t {
  kQueued = 1,
  kRecorded = 2,
  kRefused = 3,
  kWithdrawing = 4,
  kWithdrawn = 5,
};
[[nodiscard]] std::string_view name(ConsentState state);

struct Consent {
  ConsentId id;
  ConsentState state = ConsentState::kQueued;
  std::uint64_t position = 0;
  Digest evidence_salt{};
  Bytes body;          // encoded wire::ConsentRecord, newest version
  std::string reason;  // why the broker refused it
  Instant withdrawn_at;
  std::uint32_t taken_back = 0;  // categories withdrawn from this version since

  friend bool operator==(const Consent&, const Consent&) = default;
};

// A signed record on its way: the same bytes until the broker has recorded them.
struct Outgoing {
  std::uint64_t seq = 0;
  wire::RecordKind kind = wire::RecordKind::kConsent;
  Bytes body;
  KeyId key;
  ByteArray<64> signature{};
  ConsentId consent;          // consent and withdrawal: whose state follows
  MessageId message;          // withdrawal by a recipient
  std::uint64_t counter = 0;  // sealing card

  friend bool operator==(const Outgoing&, const Outgoing&) = default;
};

[[nodiscard]] Bytes encode(const Sent& item);
[[nodiscard]] Bytes encode(const Received& item);
[[nodiscard]] Bytes encode(const Consent& item);
[[nodiscard]] Bytes encode(const Outgoing& item);
// Errors: kCorrupt.
[[nodiscard]] Result<Sent> decode_sent(ByteView bytes);
[[nodiscard]] Result<Received> decode_received(ByteView bytes);
[[nodiscard]] Result<Consent> decode_stored_consent(ByteView bytes);
[[nodiscard]] Result<Outgoing> decode_outgoing(ByteView bytes);

}  // namespace safeconduct::agent
