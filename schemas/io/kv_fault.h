// A disk that forgets and fails on demand, for the tests and the simulator: what was not synced is
// gone after drop_unsynced(), as after a loss of power. Given to KvOptions::disk and
// KeySlotOptions::disk; the same one for both keeps their order observable.
//
// It forgets: bytes appended to a store's file since its last sync, pages of a key-slot file
// written since its last sync, and files whose directory was not synced since they were made. It
// does not take back renames and removals.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "schemas/base/bytes.h"

namespace safeconduct::io {

enum class DiskFault { kFull, kBroken };  // ENOSPC, EIO

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The n-th write (sync) from now, counted from 1, and all after it fail, until heal().
  void fail_writes_from(std::uint64_t n, DiskFault fault);
  void fail_syncs_from(std::uint64_t n, DiskFault fault);
  void heal();

  // The power goes: every write, sync, rename and removal fails from now on, so that closing what
  // is open changes nothing more. drop_unsynced() ends it.
  void cut_power();
  // Brings the files back to what was synced. Of bytes appended since, the first `torn_bytes` of
  // each file stay, as a write cut short leaves them. Call when nothing is open on the files.
  [[nodiscard]] Status drop_unsynced(std::uint64_t torn_bytes = 0);

  [[nodiscard]] std::uint64_t writes() const;
  [[nodiscard]] std::uint64_t syncs() const;

  // For files written in place, outside the store. `before` holds the bytes that the write at
  // `offset` replaces; the error, if any, is what the write (sync) must report.
  [[nodiscard]] Status writing(const std::string& path, std::uint64_t offset, ByteView before);
  [[nodiscard]] Status syncing(const std::string& path);

  struct State;
  [[nodiscard]] const std::shared_ptr<State>& state() const { return state_; }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace safeconduct::io
