#include "schemas/wire/envelope.h"

namespace safeconduct::wire {
namespace {

// Sealed text is at most a padded plaintext and its tag.
constexpr std::size_t kCiphertextBytesMax = 2 * limits::kSlotPlaintextBytesMax;

void put_slot(schema::Slot::Builder out, const Slot& slot) {
  out.setNumber(slot.number);
  out.setCommitment(to_data(slot.commitment));
  out.setWrap(to_data(slot.wrap));
  out.setCiphertext(to_data(slot.ciphertext));
}

Slot get_slot(schema::Slot::Reader in, FixedFields& fields) {
  Slot slot;
  slot.number = in.getNumber();
  fields.require(slot.number < kSlots && in.getCiphertext().size() <= kCiphertextBytesMax);
  fields.copy(in.getCommitment(), slot.commitment);
  fields.copy(in.getWrap(), slot.wrap);
  if (fields.ok()) slot.ciphertext = to_bytes(in.getCiphertext());
  return slot;
}

}  // namespace

unsigned words_of(const Sealed& sealed) {
  constexpr std::size_t kFixed = 320;  // header, leaves, signature, pointers
  constexpr std::size_t kPerSlot = 20;
  std::size_t words = kFixed;
  for (const Slot& slot : sealed.slots) words += kPerSlot + slot.ciphertext.size() / 8;
  return static_cast<unsigned>(words);
}

void put(schema::BatchSignature::Builder out, const BatchSignature& signature) {
  out.setPlace(signature.place);
  out.setSalt(to_data(signature.salt));
  auto siblings = out.initSiblings(kSiblings * 32);
  for (std::size_t i = 0; i < kSiblings; ++i) {
    std::memcpy(siblings.begin() + i * 32, signature.siblings[i].data(), 32);
  }
  out.setSignature(to_data(signature.signature));
}

void get(schema::BatchSignature::Reader in, BatchSignature& out, FixedFields& fields) {
  out.place = in.getPlace();
  fields.copy(in.getSalt(), out.salt);
  fields.copy(in.getSignature(), out.signature);
  const auto siblings = in.getSiblings();
  fields.require(siblings.size() == kSiblings * 32);
  if (!fields.ok()) return;
  for (std::size_t i = 0; i < kSiblings; ++i) {
    std::memcpy(out.siblings[i].data(), siblings.begin() + i * 32, 32);
  }
}

void put(schema::Sealed::Builder out, const Sealed& sealed) {
  out.setHeader(to_data(sealed.header));
  auto leaves = out.initLeaves(kSlots * 32);
  for (std::size_t i = 0; i < kSlots; ++i) {
    std::memcpy(leaves.begin() + i * 32, sealed.leaves[i].data(), 32);
  }
  out.setOfferedDigest(to_data(sealed.offered_digest));
  out.setEncapsulated(to_data(sealed.encapsulated));
  put(out.initSignature(), sealed.signature);
  auto slots = out.initSlots(static_cast<unsigned>(sealed.slots.size()));
  for (unsigned i = 0; i < slots.size(); ++i) put_slot(slots[i], sealed.slots[i]);
}

Result<Sealed> get(schema::Sealed::Reader in) {
  Sealed sealed;
  FixedFields fields;
  const auto leaves = in.getLeaves();
  const auto slots = in.getSlots();
  fields.require(in.getHeader().size() <= limits::kHeaderBytesMax && leaves.size() == kSlots * 32 &&
                 slots.size() <= kSlots);
  fields.copy(in.getOfferedDigest(), sealed.offered_digest);
  fields.copy(in.getEncapsulated(), sealed.encapsulated);
  get(in.getSignature(), sealed.signature, fields);
  if (!fields.ok()) return invalid("sealed message has a field of the wrong size");
  sealed.header = to_bytes(in.getHeader());
  for (std::size_t i = 0; i < kSlots; ++i) {
    std::memcpy(sealed.leaves[i].data(), leaves.begin() + i * 32, 32);
  }
  sealed.slots.reserve(slots.size());
  for (const auto& slot : slots) {
    sealed.slots.push_back(get_slot(slot, fields));
    const std::size_t n = sealed.slots.size();
    fields.require(n < 2 || sealed.slots[n - 2].number < sealed.slots[n - 1].number);
    if (!fields.ok()) return invalid("sealed message has a malformed or misplaced slot");
  }
  return sealed;
}

Bytes encode_sealed(const Sealed& sealed) {
  capnp::MallocMessageBuilder message(words_of(sealed));
  put(message.initRoot<schema::Sealed>(), sealed);
  return flatten(message);
}

Result<Sealed> decode_sealed(ByteView bytes) {
  return read_frame<schema::Sealed>(bytes, [](schema::Sealed::Reader in) { return get(in); });
}

}  // namespace safeconduct::wire
