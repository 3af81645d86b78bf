#include "broker/store/bodies.h"

#include "broker/store/layout.h"
#include "schemas/seal/aead.h"

namespace safeconduct::store {
namespace {

constexpr std::size_t kRecentMax = 8192;
constexpr std::size_t kSlotBytes = 4;

io::KeySlot slot_in(ByteView value) {
  return ByteReader(value).u32();
}

Result<std::vector<bool>> live_slots(const io::KvStore& db) {
  std::vector<bool> live;
  bool sound = true;
  TRY_OK(db.scan(kBodies, {}, {}, SIZE_MAX, [&](ByteView, ByteView value) {
    sound = sound && value.size() > kSlotBytes;
    if (!sound) return io::Scan::kStop;
    const io::KeySlot slot = slot_in(value);
    if (slot >= live.size()) live.resize(slot + 1);
    live[slot] = true;
    return io::Scan::kContinue;
  }));
  if (!sound) return corrupt("a body in the store is cut short; restore the store from a backup");
  return live;
}

}  // namespace

Result<Bodies> Bodies::open(const io::KvStore& db, io::KeySlotFile slots, Random& random) {
  TRY(live, live_slots(db));
  TRY_OK(slots.keep_only(live));
  return Bodies(db, std::move(slots), random);
}

Bodies::Drawn Bodies::draw() {
  if (draws_left_ == 0) {
    random_->fill(drawn_.expose_mutable());
    draws_left_ = kDrawnAtOnce;
  }
  std::uint8_t* const at = drawn_.expose_mutable().data() + kDrawnBytes * --draws_left_;
  Drawn out;
  std::memcpy(out.key.expose_mutable().data(), at, 32);
  std::memcpy(out.nonce.data(), at + 32, out.nonce.size());
  wipe(at, kDrawnBytes);
  return out;
}

Status Bodies::put(io::WriteBatch& batch, const MessageId& message, ByteView sealed) {
  const Drawn drawn = draw();
  TRY(slot, slots_.allocate(drawn.key));
  value_.clear();
  for (int shift = 24; shift >= 0; shift -= 8) {
    value_.push_back(static_cast<std::uint8_t>(slot >> shift));
  }
  seal::rest_seal_behind(value_, drawn.key, message.bytes, sealed, drawn.nonce);
  batch.put(kBodies, message.bytes, value_);
  if (recent_.size() >= kRecentMax) recent_.clear();
  recent_[message] = slot;
  return {};
}

Result<std::optional<io::KeySlot>> Bodies::slot_of(const MessageId& message) {
  const auto known = recent_.find(message);
  if (known != recent_.end()) {
    const io::KeySlot slot = known->second;
    recent_.erase(known);
    return std::optional(slot);
  }
  std::optional<io::KeySlot> slot;
  TRY_OK(db_->visit(kBodies, message.bytes, [&](ByteView value) { slot = slot_in(value); }));
  return slot;
}

Status Bodies::drop(io::WriteBatch& batch, const MessageId& message) {
  TRY(slot, slot_of(message));
  if (!slot) return {};
  dropped_.push_back(*slot);
  batch.erase(kBodies, message.bytes);
  return {};
}

Result<std::optional<Bytes>> Bodies::read(const MessageId& message) const {
  TRY(value, db_->get(kBodies, message.bytes));
  if (!value) return std::optional<Bytes>();
  TRY(key, slots_.read(slot_in(*value)));
  TRY(sealed, seal::rest_open(key, message.bytes, ByteView(*value).subspan(kSlotBytes)));
  return std::optional(std::move(sealed.expose_mutable()));
}

Status Bodies::sync_keys() {
  unsynced_ends_ = false;
  return slots_.sync();
}

Status Bodies::end_dropped() {
  for (const io::KeySlot slot : dropped_) {
    TRY_OK(slots_.erase(slot));
    unsynced_ends_ = true;
  }
  dropped_.clear();
  return {};
}

}  // namespace safeconduct::store
