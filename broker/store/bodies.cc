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

std::size_t Bodies::IdHash::operator()(const MessageId& id) const {
  std::size_t out;
  std::memcpy(&out, id.bytes.data(), sizeof out);
  return out;
}

Result<Bodies> Bodies::open(const io::KvStore& db, io::KeySlotFile slots, Random& random) {
  TRY(live, live_slots(db));
  TRY_OK(slots.keep_only(live));
  return Bodies(db, std::move(slots), random);
}

Status Bodies::put(io::WriteBatch& batch, const MessageId& message, ByteView sealed) {
  const SecretKey<32> key(random_->array<32>());
  TRY(slot, slots_.allocate(key));
  const Bytes at_rest = seal::rest_seal(key, message.bytes, sealed, random_->array<12>());
  ByteWriter value(kSlotBytes + at_rest.size());
  value.u32(slot).raw(at_rest);
  batch.put(kBodies, message.bytes, value.bytes());
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
