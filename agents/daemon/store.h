// What the agent keeps on its own disk, all of it encrypted. Two kinds of things lie here:
//
//   records   states, ids, codes, signed bytes on their way: under one key that the rest key gives
//   secrets   referral documents, consent documents, opened content: each under a key of its own,
//             half of which lies in the key-slot file, so that erasing a secret really ends it
//
// A record's key is one letter (what it is) and an id; it is the AAD of its value. Thread: one at a
// time (the agent's mutex).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schemas/base/clock.h"
#include "schemas/base/secret.h"
#include "schemas/io/key_slot_file.h"
#include "schemas/io/kv.h"
#include "schemas/seal/keys.h"

namespace safeconduct::agent {

inline constexpr std::uint32_t kStoreFormat = 1;

class Store {
 public:
  // Opens (or creates) the store in the folder `path` and destroys the keys that no secret names.
  // Errors: as KvStore::open and KeySlotFile::open; kCorrupt also for another rest key.
  [[nodiscard]] static Result<Store> open(const std::string& path, const seal::RestKey& rest,
                                          Random& random, io::FaultyDisk* disk = nullptr);

  [[nodiscard]] Result<std::optional<Bytes>> get(ByteView key) const;
  // nullopt when there is no such secret (never was, or erased).
  [[nodiscard]] Result<std::optional<SecretBytes>> secret(ByteView key) const;

  // Records whose key begins with `prefix`, from `from` on (inclusive; empty: the first),
  // ascending; at most `limit`. The callback must not change the store. Returns how many were
  // shown.
  using Visit = std::function<Status(ByteView key, ByteView value)>;
  [[nodiscard]] Result<std::size_t> each(ByteView prefix, ByteView from, std::size_t limit,
                                         const Visit& visit) const;
  // The same, newest first, from before `before` (empty: the last).
  [[nodiscard]] Result<std::size_t> each_back(ByteView prefix, ByteView before, std::size_t limit,
                                              const Visit& visit) const;

 private:
  friend class Change;
  Store(io::KvStore kv, io::KeySlotFile slots, const seal::RestKey& rest, Random& random);
  [[nodiscard]] Status destroy_unnamed_keys();
  [[nodiscard]] Status check_rest_key();
  [[nodiscard]] Result<std::optional<io::KeySlot>> slot_of(ByteView key) const;
  [[nodiscard]] Bytes seal_record(ByteView key, ByteView value);
  [[nodiscard]] Result<Bytes> open_record(ByteView key, ByteView sealed) const;
  // A secret's own key: of the rest key and the slot's key, either of which alone is nothing.
  [[nodiscard]] SecretKey<32> secret_key(const SecretKey<32>& slot_key) const;

  io::KvStore kv_;
  io::KeySlotFile slots_;
  SecretKey<32> rest_;
  SecretKey<32> record_key_;
  Random* random_;
};

// Changes that take effect together, durable when commit() returns ok. Reads see them before that.
// After a failed commit the store must be opened anew.
class Change {
 public:
  explicit Change(Store& store) : store_(store) {}
  ~Change();
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

  [[nodiscard]] Result<std::optional<Bytes>> get(ByteView key) const;
  void put(ByteView key, Bytes value);
  void erase(ByteView key);
  // Replaces a secret of the same key, whose old key is then destroyed too.
  [[nodiscard]] Status put_secret(ByteView key, ByteView plaintext);
  [[nodiscard]] Status erase_secret(ByteView key);

  [[nodiscard]] bool empty() const { return records_.empty() && secrets_.empty(); }
  // New keys are synced before the batch that names them; keys of erased secrets are overwritten
  // after it.
  [[nodiscard]] Status commit();

 private:
  struct NewSecret {
    std::optional<io::KeySlot> slot;  // none: erased
    Bytes sealed;
  };
  Store& store_;
  std::map<Bytes, std::optional<Bytes>> records_;
  std::map<Bytes, NewSecret> secrets_;
  std::vector<io::KeySlot> fresh_;
  std::vector<io::KeySlot> ended_;
};

}  // namespace safeconduct::agent
