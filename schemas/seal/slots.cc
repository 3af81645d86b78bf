#include "schemas/seal/slots.h"

#include <algorithm>

#include "schemas/base/limits.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/padding.h"
#include "schemas/seal/slot_crypto.h"

namespace safeconduct::seal {
namespace {

constexpr SlotSet kAllSlots = (SlotSet{1} << kSlots) - 1;

SlotSet bit(std::uint8_t number) {
  return SlotSet{1} << number;
}

Error slot_invalid(std::uint8_t number, std::string_view why) {
  return invalid("slot `" + std::to_string(number) + "` " + std::string(why));
}

std::size_t body_bytes(ByteView ciphertext) {
  return ciphertext.size() + sizeof(Digest) + sizeof(WrappedKey);
}

Status check_header(ByteView header) {
  if (!header.empty() && header.size() <= limits::kHeaderBytesMax) return {};
  return invalid("header has `" + std::to_string(header.size()) + "` bytes, at most " +
                 std::to_string(limits::kHeaderBytesMax) + " are allowed");
}

// Known numbers, each once, with texts within their limit.
Status check_plaintexts(std::span<const SlotPlaintext> slots) {
  SlotSet seen = 0;
  for (const SlotPlaintext& slot : slots) {
    if (slot.number >= kSlots) return slot_invalid(slot.number, "does not exist");
    if ((seen & bit(slot.number)) != 0) return slot_invalid(slot.number, "is there twice");
    if (slot.text.size() > limits::kSlotPlaintextBytesMax) {
      return slot_invalid(slot.number, "holds more than a slot may; shorten it or refer to a file");
    }
    seen |= bit(slot.number);
  }
  return {};
}

struct SlotForm {
  SlotSet present = 0;
  std::size_t body_bytes = 0;
};

// Known numbers, ascending, each once, of a padded size, all within the body's limit.
Result<SlotForm> check_form(std::span<const SlotView> slots) {
  SlotForm form;
  for (const SlotView& slot : slots) {
    if (slot.number >= kSlots) return slot_invalid(slot.number, "does not exist");
    if ((form.present & bit(slot.number)) != 0) return slot_invalid(slot.number, "is there twice");
    if (form.present >= bit(slot.number)) return slot_invalid(slot.number, "is out of order");
    const std::size_t size = slot.ciphertext.size();
    if (size < kTagBytes || !is_padded_size(size - kTagBytes)) {
      return slot_invalid(slot.number, "has a ciphertext of no padded size");
    }
    form.present |= bit(slot.number);
    form.body_bytes += body_bytes(slot.ciphertext);
  }
  if (form.body_bytes > limits::kBodyBytesMax) {
    return invalid("body has `" + std::to_string(form.body_bytes) + "` bytes, at most " +
                   std::to_string(limits::kBodyBytesMax) + " are allowed");
  }
  return form;
}

// `listed` is what the offered list or the ledger says of the slots that are there.
Status check_listed(SlotSet present, SlotSet listed, std::string_view missing,
                    std::string_view unlisted) {
  for (std::uint8_t number = 0; number < kSlots; ++number) {
    const bool is_there = (present & bit(number)) != 0;
    const bool is_listed = (listed & bit(number)) != 0;
    if (is_listed && !is_there) return slot_invalid(number, missing);
    if (is_there && !is_listed) return slot_invalid(number, unlisted);
  }
  return {};
}

Status check_leaves(const Digest& header, std::span<const SlotView> slots, const Leaves& leaves) {
  for (const SlotView& slot : slots) {
    if (slot_leaf(header, slot) == leaves[slot.number]) continue;
    return unauthentic("slot `" + std::to_string(slot.number) + "` is not the one its leaf names");
  }
  return {};
}

void seal_slots(SealedMessage& message, const Digest& header, const HpkeSender& hpke,
                std::span<const SlotPlaintext> slots, Random& random) {
  SecretKey<32> message_key;
  random.fill(message_key.expose_mutable());
  const SecretKey<32> prk = hkdf_extract(header, {message_key.expose()});
  for (const SlotPlaintext& slot : slots) {
    message.slots.push_back(seal_slot({header, slot.number}, slot_key(prk, slot.number),
                                      wrap_key(hpke, slot.number), slot));
    message.offered |= bit(slot.number);
  }
  std::sort(message.slots.begin(), message.slots.end(),
            [](const SealedSlot& a, const SealedSlot& b) { return a.number < b.number; });
}

}  // namespace

Result<SealedMessage> seal_message(ByteView header, const SealingPublicKey& recipient,
                                   std::span<const SlotPlaintext> slots, Random& random) {
  TRY_OK(check_header(header));
  TRY_OK(check_plaintexts(slots));
  const Digest hd = header_digest(header);
  SecretKey<32> ephemeral;
  random.fill(ephemeral.expose_mutable());
  TRY(hpke, HpkeSender::start(Aead::kAes256Gcm, recipient, hpke_info(hd), ephemeral));
  SealedMessage message;
  message.encapsulated = hpke.encapsulated();
  seal_slots(message, hd, hpke, slots, random);
  TRY_OK(check_form(std::vector<SlotView>(message.slots.begin(), message.slots.end())));

  // All at once: a system call costs more than its bytes.
  static_assert(sizeof(Leaves) == kSlots * sizeof(Digest));
  random.fill({message.leaves[0].data(), sizeof(Leaves)});
  for (const SealedSlot& slot : message.slots) message.leaves[slot.number] = slot_leaf(hd, slot);
  random.fill(message.offered_salt);
  message.offered_digest = offered_digest(message.offered_salt, message.offered);
  message.digest = digest_of(hd, slots_root(message.leaves), message.offered_digest);
  return message;
}

Digest header_digest(ByteView header) {
  return labelled_hash("safeconduct/1 header", {header});
}

Digest message_digest(ByteView header, const Leaves& leaves, const Digest& offered) {
  return digest_of(header_digest(header), slots_root(leaves), offered);
}

Result<CheckedOffer> check_offered(const OfferedMessage& message) {
  TRY_OK(check_header(message.header));
  if ((message.offered & ~kAllSlots) != 0) {
    return invalid("offered list names a slot that does not exist");
  }
  TRY(form, check_form(message.slots));
  TRY_OK(check_listed(form.present, message.offered, "is offered but missing",
                      "is there but not in the offered list"));
  CheckedOffer checked;
  checked.header_digest = header_digest(message.header);
  checked.body_bytes = form.body_bytes;
  TRY_OK(check_leaves(checked.header_digest, message.slots, message.leaves));
  if (offered_digest(message.offered_salt, message.offered) != message.offered_digest) {
    return unauthentic("offered list is not the one its digest names");
  }
  checked.root = slots_root(message.leaves);
  checked.digest = digest_of(checked.header_digest, checked.root, message.offered_digest);
  return checked;
}

Result<CheckedOffer> check_offered_elsewhere(const OfferedMessage& message) {
  TRY_OK(check_header(message.header));
  if ((message.offered & ~kAllSlots) != 0) {
    return invalid("offered list names a slot that does not exist");
  }
  if (!message.slots.empty()) return invalid("the message holds slots");
  if (offered_digest(message.offered_salt, message.offered) != message.offered_digest) {
    return unauthentic("offered list is not the one its digest names");
  }
  CheckedOffer checked;
  checked.header_digest = header_digest(message.header);
  checked.root = slots_root(message.leaves);
  checked.digest = digest_of(checked.header_digest, checked.root, message.offered_digest);
  return checked;
}

Result<VerifiedMessage> verify_message(const DeliveredMessage& message,
                                       const BatchSignature& signature, const VerifyKey& sender) {
  TRY_OK(check_header(message.header));
  const Digest digest = message_digest(message.header, message.leaves, message.offered_digest);
  TRY_OK(verify_batch(sender, BatchKind::kMessages, digest, signature));
  return VerifiedMessage(message, digest);
}

Result<std::vector<OpenedSlot>> open_message(const VerifiedMessage& verified, SlotSet kept,
                                             const SealingKey& key) {
  const DeliveredMessage& message = verified.message();
  TRY(form, check_form(message.slots));
  TRY_OK(check_listed(form.present, kept, "was delivered by the log's word but is missing",
                      "is there but was not delivered by the log's word"));
  if ((kept & ~kAllSlots) != 0) return invalid("the log names a slot that does not exist");
  const Digest hd = header_digest(message.header);
  TRY_OK(check_leaves(hd, message.slots, message.leaves));
  TRY(hpke, HpkeReceiver::start(Aead::kAes256Gcm, key, message.encapsulated, hpke_info(hd)));
  std::vector<OpenedSlot> opened;
  for (const SlotView& slot : message.slots) {
    TRY(text, open_slot({hd, slot.number}, wrap_key(hpke, slot.number), slot));
    opened.push_back({slot.number, std::move(text)});
  }
  return opened;
}

}  // namespace safeconduct::seal
