#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/base/limits.h"
#include "schemas/wire/batch_signature.h"
#include "schemas/wire/sealed_view.h"

// sealed = form u8 = 1 | leaf[32] x 38 | offered digest[32] | encapsulated key[32]
//        | batch signature | header blob | count u8 (0..38) | slot each, ascending number
// slot   = number u8 | commitment[32] | wrap[48] | ciphertext blob

namespace safeconduct::wire {
namespace {

constexpr std::uint8_t kForm = 1;
// Sealed text is at most a padded plaintext and its tag.
constexpr std::size_t kCiphertextBytesMax = 2 * limits::kSlotPlaintextBytesMax;
constexpr std::size_t kSlotFrameBytes = 1 + 32 + 48 + 4;
constexpr std::size_t kFixedBytes = 1 + kSlots * 32 + 32 + 32 + kBatchSignatureBytes + 4 + 1;

struct Heading {
  ByteArray<32> encapsulated{};
  SealedView view;
};

SlotView read_slot(ByteReader& in) {
  SlotView slot;
  slot.number = in.u8();
  slot.commitment = in.raw(32);
  slot.wrap = in.raw(48);
  slot.ciphertext = in.blob(kCiphertextBytesMax);
  return slot;
}

Result<Heading> read(ByteView bytes) {
  ByteReader in(bytes);
  Heading out;
  SealedView& view = out.view;
  view.bytes = bytes;
  const std::uint8_t form = in.u8();
  if (!in.failed() && form > kForm) {
    return Error{ErrorCode::kUnsupported,
                 "sealed message has form `" + std::to_string(form) + "`; upgrade to read it"};
  }
  const ByteView leaves = in.raw(sizeof view.leaves);
  if (!in.failed()) std::memcpy(view.leaves.data(), leaves.data(), leaves.size());
  view.offered_digest = in.array<32>();
  out.encapsulated = in.array<32>();
  view.signature = read_batch_signature(in);
  view.header = in.blob(limits::kHeaderBytesMax);
  view.slots = in.u8();
  bool sound = form == kForm && view.slots <= kSlots;
  if (!sound || in.failed()) view.slots = 0;
  for (std::size_t i = 0; i < view.slots && !in.failed(); ++i) {
    view.slot[i] = read_slot(in);
    sound = sound && view.slot[i].number < kSlots &&
            (i == 0 || view.slot[i - 1].number < view.slot[i].number);
  }
  if (!sound && !in.failed()) return invalid("sealed message has an unknown or misplaced slot");
  TRY_OK(in.finish("sealed message"));
  return out;
}

void write_slot(ByteWriter& out, const SlotView& slot) {
  out.u8(slot.number).raw(slot.commitment).raw(slot.wrap).blob(slot.ciphertext);
}

}  // namespace

Result<SealedView> view_sealed(ByteView bytes) {
  TRY(heading, read(bytes));
  return heading.view;
}

std::uint64_t slots_of(const SealedView& sealed) {
  std::uint64_t out = 0;
  for (const SlotView& slot : sealed.present()) out |= std::uint64_t{1} << slot.number;
  return out;
}

Bytes only_kept(const SealedView& sealed, std::uint64_t kept) {
  const auto is_kept = [&](const SlotView& slot) { return (kept >> slot.number & 1) != 0; };
  const auto present = sealed.present();
  const auto count = std::count_if(present.begin(), present.end(), is_kept);
  const std::size_t head = kFixedBytes - 1 + sealed.header.size();
  ByteWriter out(sealed.bytes.size());
  out.raw(sealed.bytes.first(head)).u8(static_cast<std::uint8_t>(count));
  for (const SlotView& slot : present) {
    if (is_kept(slot)) write_slot(out, slot);
  }
  return out.take();
}

Bytes encode_sealed(const Sealed& sealed) {
  SC_CHECK(sealed.slots.size() <= UINT8_MAX);
  std::size_t size = kFixedBytes + sealed.header.size();
  for (const Slot& slot : sealed.slots) size += kSlotFrameBytes + slot.ciphertext.size();
  ByteWriter out(size);
  out.u8(kForm);
  for (const Digest& leaf : sealed.leaves) out.raw(leaf);
  out.raw(sealed.offered_digest).raw(sealed.encapsulated);
  put(out, sealed.signature);
  out.blob(sealed.header).u8(static_cast<std::uint8_t>(sealed.slots.size()));
  for (const Slot& slot : sealed.slots) {
    write_slot(out, {slot.number, slot.commitment, slot.wrap, slot.ciphertext});
  }
  return out.take();
}

Result<Sealed> decode_sealed(ByteView bytes) {
  TRY(heading, read(bytes));
  const SealedView& view = heading.view;
  Sealed out;
  out.header = to_bytes(view.header);
  out.leaves = view.leaves;
  out.offered_digest = view.offered_digest;
  out.encapsulated = heading.encapsulated;
  out.signature = view.signature;
  out.slots.reserve(view.slots);
  for (const SlotView& slot : view.present()) {
    Slot& to = out.slots.emplace_back();
    to.number = slot.number;
    std::memcpy(to.commitment.data(), slot.commitment.data(), to.commitment.size());
    std::memcpy(to.wrap.data(), slot.wrap.data(), to.wrap.size());
    to.ciphertext = to_bytes(slot.ciphertext);
  }
  return out;
}

}  // namespace safeconduct::wire
