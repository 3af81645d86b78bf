// Sealed slots: one message of up to 38 slots, each under its own key, so that the broker can drop
// any of them without reading and the recipient still proves the rest. Byte grammar and the list of
// tamperings: schemas/FORMATS.md, "Sealing". What a slot number means is the policies' affair.
#pragma once

#include <span>
#include <vector>

#include "schemas/base/clock.h"
#include "schemas/base/secret.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/x25519.h"

namespace safeconduct::seal {

inline constexpr std::size_t kSlots = 38;
using Leaves = std::array<Digest, kSlots>;
using WrappedKey = ByteArray<48>;
// Slot numbers as bits: bit c is slot c.
using SlotSet = std::uint64_t;

struct SlotPlaintext {
  std::uint8_t number = 0;
  SecretBytes text;        // 0..limits::kSlotPlaintextBytesMax
  bool free_text = false;  // padded by its size; coded values go to a fixed bucket
};

struct SealedSlot {
  std::uint8_t number = 0;
  Digest commitment{};
  WrappedKey wrap{};
  Bytes ciphertext;
};

// A slot as it came in, still where the frame is.
struct SlotView {
  SlotView(std::uint8_t number_, std::span<const std::uint8_t, sizeof(Digest)> commitment_,
           std::span<const std::uint8_t, sizeof(WrappedKey)> wrap_, ByteView ciphertext_)
      : number(number_), commitment(commitment_), wrap(wrap_), ciphertext(ciphertext_) {}
  SlotView(const SealedSlot& slot)  // NOLINT: implicit
      : SlotView(slot.number, slot.commitment, slot.wrap, slot.ciphertext) {}

  std::uint8_t number;
  std::span<const std::uint8_t, sizeof(Digest)> commitment;
  std::span<const std::uint8_t, sizeof(WrappedKey)> wrap;
  ByteView ciphertext;
};

// --- the sender

struct SealedMessage {
  ByteArray<32> encapsulated{};
  Leaves leaves{};                // all 38; a random one for a slot that is not offered
  std::vector<SealedSlot> slots;  // ascending number
  SlotSet offered = 0;            // this and the salt: for the broker alone
  Digest offered_salt{};
  Digest offered_digest{};
  Digest digest{};  // d, what the batch signature signs
};

// Header: 1..limits::kHeaderBytesMax bytes. Errors: kInvalid (a slot twice, an unknown slot, a text
// or the whole body above its limit), kUnauthentic (a recipient's key of small order).
[[nodiscard]] Result<SealedMessage> seal_message(ByteView header, const SealingPublicKey& recipient,
                                                 std::span<const SlotPlaintext> slots,
                                                 Random& random);

// --- everyone

// H("safeconduct/1 header" NUL || header).
[[nodiscard]] Digest header_digest(ByteView header);
// d of a message, from what every reader has.
[[nodiscard]] Digest message_digest(ByteView header, const Leaves& leaves,
                                    const Digest& offered_digest);

// --- the broker

struct OfferedMessage {
  ByteView header;
  const Leaves& leaves;
  Digest offered_digest;
  SlotSet offered = 0;
  Digest offered_salt;
  std::span<const SlotView> slots;
};

struct CheckedOffer {
  Digest header_digest{};  // hd
  Digest root{};
  Digest digest{};             // d, for batch_root
  std::size_t body_bytes = 0;  // ciphertexts, wraps and commitments
};

// That what is offered, what is there and what is signed are the same; the signature itself is the
// caller's next step. Errors: kInvalid (form, order, sizes, offered list and slots differ),
// kUnauthentic (a leaf or the offered digest does not fit).
[[nodiscard]] Result<CheckedOffer> check_offered(const OfferedMessage& message);
// The same of a message whose slots go to the recipient directly: header, leaves and offered list
// alone. Errors: kInvalid (slots are there after all), kUnauthentic.
[[nodiscard]] Result<CheckedOffer> check_offered_elsewhere(const OfferedMessage& message);

// --- the recipient

struct DeliveredMessage {
  ByteView header;
  const Leaves& leaves;
  Digest offered_digest;
  ByteArray<32> encapsulated;
  std::span<const SlotView> slots;
};

// A delivered message whose sender's signature holds; only verify_message makes one. Views what the
// DeliveredMessage viewed, which must outlive it.
class VerifiedMessage {
 public:
  [[nodiscard]] const DeliveredMessage& message() const { return message_; }
  [[nodiscard]] const Digest& digest() const { return digest_; }

 private:
  friend Result<VerifiedMessage> verify_message(const DeliveredMessage&, const BatchSignature&,
                                                const VerifyKey&);
  VerifiedMessage(const DeliveredMessage& message, const Digest& digest)
      : message_(message), digest_(digest) {}
  DeliveredMessage message_;
  Digest digest_;
};

// Errors: kInvalid, kUnauthentic.
[[nodiscard]] Result<VerifiedMessage> verify_message(const DeliveredMessage& message,
                                                     const BatchSignature& signature,
                                                     const VerifyKey& sender);

struct OpenedSlot {
  std::uint8_t number = 0;
  SecretBytes text;
};

// All kept slots or nothing. `kept`: the slots that the ledger's delivery entry names; more or
// fewer are refused. Errors: kInvalid (form), kUnauthentic (anything that does not fit).
[[nodiscard]] Result<std::vector<OpenedSlot>> open_message(const VerifiedMessage& message,
                                                           SlotSet kept, const SealingKey& key);

}  // namespace safeconduct::seal
