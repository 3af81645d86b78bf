// A sealed message where it lies: in a frame that came, or in a body that was read. The broker
// passes these bytes on as they came, so it takes them apart without copying a slot.
#pragma once

#include "schemas/wire/messages.h"

namespace safeconduct::wire {

struct SlotView {
  std::uint8_t number = 0;
  ByteView commitment;  // 32 bytes
  ByteView wrap;        // 48 bytes
  ByteView ciphertext;
};

// Views `bytes`, which must outlive it.
struct SealedView {
  ByteView bytes;
  std::array<Digest, kSlots> leaves{};
  Digest offered_digest{};
  BatchSignature signature;
  ByteView header;
  std::array<SlotView, kSlots> slot{};  // ascending number
  std::size_t slots = 0;

  [[nodiscard]] std::span<const SlotView> present() const { return {slot.data(), slots}; }
};

// Errors: kInvalid, kUnsupported (a later form).
[[nodiscard]] Result<SealedView> view_sealed(ByteView bytes);

// The slots of a sealed message, as bits.
[[nodiscard]] std::uint64_t slots_of(const SealedView& sealed);
// The same message with the slots of `kept` only: what is not kept is gone, ciphertext and wrap.
[[nodiscard]] Bytes only_kept(const SealedView& sealed, std::uint64_t kept);

// A submission as it came.
struct SubmissionView {
  SealedView sealed;
  std::uint64_t offered = 0;
  Digest offered_salt{};
  ConsentId consent;
  Digest consent_salt{};
};
struct ReceivedMessage {
  std::uint64_t request = 0;
  std::variant<Hello, SubmissionView, SignedRecord, Credit, Receipt, Subscribe> body;
};
// As decode_to_broker; a submission views the message, which begins at a whole word of memory and
// must outlive it.
[[nodiscard]] Result<ReceivedMessage> view_to_broker(ByteView message);

// The sender's number of a message that could not be decoded; 0 when even that is not there.
[[nodiscard]] std::uint64_t request_of(ByteView message);

}  // namespace safeconduct::wire
