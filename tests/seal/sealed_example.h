// One sealed and signed message with everything that its three readers need, for tests to spoil.
#pragma once

#include "schemas/seal/slots.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::seal {

// The kinds of slots that a text of this size makes; numbers ascending.
struct Plain {
  std::uint8_t number = 0;
  Bytes text;
  bool free_text = false;
};

struct SealedExample {
  SealedExample(std::uint64_t seed, const std::vector<Plain>& plain_slots)
      : random(seed),
        sender(SigningKey::generate(random)),
        recipient(SealingKey::generate(random)),
        header(300),
        plain(plain_slots) {
    random.fill(header);
    seal();
  }

  void seal() {
    std::vector<SlotPlaintext> slots;
    for (const Plain& p : plain) slots.push_back({p.number, SecretBytes(p.text), p.free_text});
    message = seal_message(header, recipient.public_key(), slots, random).value();
    sign(message.digest);
  }
  // What a sender does who signs whatever it has made.
  void sign(const Digest& digest) {
    signature = sign_batch(sender, BatchKind::kMessages, std::span(&digest, 1), random)[0];
  }
  void sign_as_it_is() { sign(message_digest(header, message.leaves, message.offered_digest)); }

  [[nodiscard]] std::vector<SlotView> views() const {
    return {message.slots.begin(), message.slots.end()};
  }

  // The broker's checks, signature included.
  [[nodiscard]] Status admit() const {
    const std::vector<SlotView> slots = views();
    TRY(checked, check_offered({header, message.leaves, message.offered_digest, message.offered,
                                message.offered_salt, slots}));
    return verify_batch(sender.verify_key(), BatchKind::kMessages, checked.digest, signature);
  }

  // The recipient's checks; `kept` is what the log says was delivered.
  [[nodiscard]] Result<std::vector<OpenedSlot>> open(SlotSet kept) const {
    const std::vector<SlotView> slots = views();
    TRY(verified, verify_message(
                      {header, message.leaves, message.offered_digest, message.encapsulated, slots},
                      signature, sender.verify_key()));
    return open_message(verified, kept, recipient);
  }
  [[nodiscard]] Result<std::vector<OpenedSlot>> open() const { return open(message.offered); }

  // What the broker does with slots that it withholds.
  void keep(SlotSet kept) {
    std::erase_if(message.slots,
                  [&](const SealedSlot& slot) { return (kept >> slot.number & 1u) == 0; });
  }

  SeededRandom random;
  SigningKey sender;
  SealingKey recipient;
  Bytes header;
  std::vector<Plain> plain;
  SealedMessage message;
  BatchSignature signature;
};

// Three coded slots and one free text.
inline SealedExample example(std::uint64_t seed = 7) {
  return {seed,
          {{1, Bytes(12, 'a'), false},
           {4, Bytes(30, 'b'), false},
           {23, Bytes(100, 'c'), true},
           {37, Bytes(1, 'd'), false}}};
}

inline bool says(const Error& error, std::string_view words) {
  return error.message.find(words) != std::string::npos;
}

}  // namespace safeconduct::seal
