// Sealed bodies at rest: each under a random key of its own in the key-slot file, so that ending
// the key ends the body, whatever copies the database keeps (DESIGN §5).
#pragma once

#include <unordered_map>

#include "schemas/base/clock.h"
#include "schemas/base/ids.h"
#include "schemas/io/key_slot_file.h"
#include "schemas/io/kv.h"

namespace safeconduct::store {

// Ids are random: any part of one is a hash of it.
struct IdHash {
  std::size_t operator()(const MessageId& id) const {
    std::size_t out;
    std::memcpy(&out, id.bytes.data(), sizeof out);
    return out;
  }
};

class Bodies {
 public:
  // Destroys every key that no body names. Errors: kIo, kCorrupt.
  [[nodiscard]] static Result<Bodies> open(const io::KvStore& db, io::KeySlotFile slots,
                                           Random& random);

  // Stages the body under a new key. `sealed`: wire::encode_sealed.
  [[nodiscard]] Status put(io::WriteBatch& batch, const MessageId& message, ByteView sealed);
  // Stages the removal; the key ends with settle() after the batch is committed.
  [[nodiscard]] Status drop(io::WriteBatch& batch, const MessageId& message);
  // Nothing when there is none. Errors: kCorrupt, kIo.
  [[nodiscard]] Result<std::optional<Bytes>> read(const MessageId& message) const;

  // Before the batch: new keys are on the disk. (Ended ones of earlier batches too.)
  [[nodiscard]] Status sync_keys();
  // After the batch: overwrites the keys of dropped bodies. On the disk after the next
  // sync_keys().
  [[nodiscard]] Status end_dropped();
  [[nodiscard]] bool has_unsynced_ends() const { return unsynced_ends_; }
  [[nodiscard]] std::size_t keys_used() const { return slots_.used(); }

 private:
  Bodies(const io::KvStore& db, io::KeySlotFile slots, Random& random)
      : db_(&db), slots_(std::move(slots)), random_(&random) {}
  [[nodiscard]] Result<std::optional<io::KeySlot>> slot_of(const MessageId& message);

  // A fresh key and nonce. Drawn for many bodies at once: a system call for each would be felt.
  struct Drawn {
    SecretKey<32> key;
    ByteArray<12> nonce{};
  };
  [[nodiscard]] Drawn draw();
  static constexpr std::size_t kDrawnBytes = 32 + 12;
  static constexpr std::size_t kDrawnAtOnce = 64;

  const io::KvStore* db_;
  io::KeySlotFile slots_;
  Random* random_;
  SecretKey<kDrawnBytes * kDrawnAtOnce> drawn_;
  std::size_t draws_left_ = 0;
  Bytes value_;  // keeps its memory
  std::vector<io::KeySlot> dropped_;
  bool unsynced_ends_ = false;
  std::unordered_map<MessageId, io::KeySlot, IdHash> recent_;  // bounded; saves a read per drop
};

}  // namespace safeconduct::store
