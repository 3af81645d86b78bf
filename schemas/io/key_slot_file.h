// Keys that can be destroyed (DESIGN §5): one 32-byte key per message in a preallocated file that
// is written in place. A store of appended and compacted files cannot promise that an erased key is
// gone; overwriting the same 4096-byte page and syncing it can, as far as the device allows.
//
// Order, which the caller keeps:
//   new message:  allocate, sync, then commit the batch that names the slot
//   end of life:  commit the entry, then erase, sync; only then is the body gone
//   start:        keep_only(the slots that the store names)
// Never part of a backup.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schemas/base/secret.h"

namespace safeconduct::io {

class FaultyDisk;

using KeySlot = std::uint32_t;

struct KeySlotOptions {
  // The file grows by this many slots at a time: 4 MiB, whole and synced before a slot of it is
  // used. A multiple of 128.
  std::uint32_t extent_slots = 128 * 1024;
  // 32 extents: 128 MiB of file, 512 KiB of memory (one bit per slot).
  std::uint32_t slots_max = 32 * 128 * 1024;
  FaultyDisk* disk = nullptr;  // tests only (kv_fault.h)
};

class KeySlotFile {
 public:
  // Creates the file (0600, with its first extent) when it is missing and locks it. Errors:
  // kUnavailable (another process has it open), kUnsupported (newer version), kCorrupt, kForbidden
  // (others may read it), kIo.
  [[nodiscard]] static Result<KeySlotFile> open(const std::string& path,
                                                const KeySlotOptions& options = {});
  ~KeySlotFile();
  KeySlotFile(KeySlotFile&&) noexcept;
  KeySlotFile& operator=(KeySlotFile&&) noexcept;

  // Puts a key into the lowest free slot: neighbours share pages, and a tick writes few. Readable
  // at once, durable after sync(). Errors: kOverloaded (slots_max reached), kInvalid (a key of
  // zeros), kIo.
  [[nodiscard]] Result<KeySlot> allocate(const SecretKey<32>& key);
  // kNotFound when the slot is free.
  [[nodiscard]] Result<SecretKey<32>> read(KeySlot slot) const;
  // Zeros over the key; free at once, gone from the file after sync(). A free slot: no effect.
  [[nodiscard]] Status erase(KeySlot slot);
  // Writes the staged pages in place, each once, and one fdatasync; nothing when nothing is staged.
  // After an error every later call is refused until the file is opened anew.
  [[nodiscard]] Status sync();

  // Erases and syncs every key whose slot is not set in `live` (indexed by slot; slots past its end
  // are not live). Returns how many keys it destroyed: those of messages that ended, or were never
  // committed, when the program was killed.
  [[nodiscard]] Result<std::size_t> keep_only(const std::vector<bool>& live);

  [[nodiscard]] std::size_t used() const;
  [[nodiscard]] std::size_t capacity() const;  // slots in the file now

 private:
  struct State;
  explicit KeySlotFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct::io
