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

  // From now on nothing written reaches the disk for good and no sync counts, as if power had been
  // cut at this instant; an open store does not notice. drop_unsynced() ends it.
  void cut_power();
  // Brings the files back to what was synced. Call when nothing is open on them.
  [[nodiscard]] Status drop_unsynced();

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
