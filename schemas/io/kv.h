// An ordered key-value store on one directory (RocksDB inside): batches that are whole or absent,
// durable when committed with sync, bounded in memory.
//
// Threads: get, visit, scan and checkpoint from any thread; commit from one thread at a time. A
// WriteBatch that is cleared and filled again keeps its memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schemas/base/bytes.h"

namespace safeconduct::io {

class FaultyDisk;

// Position of a column family in KvOptions::families.
using Family = std::size_t;

struct KvFamily {
  std::string name;
  // Values of about 1 KiB and more that live briefly (mailboxes, outboxes): they go to blob files,
  // so that compaction moves keys only and a drained queue is dropped file by file.
  bool large_values = false;
  // Keys only ever grow and values do not compress (a log, hashes): what is written once is moved
  // between levels as it is and never rewritten.
  bool append_only = false;
  // Keys that were never there are asked for (is this id new?): filters answer that without a read.
  bool asked_in_vain = true;
};

struct KvOptions {
  std::vector<KvFamily> families;
  // Whose store it is and in which format; stamped at creation and checked at every open.
  std::string owner;
  std::uint32_t format = 1;
  std::uint32_t oldest_format = 1;  // that this program still reads
  bool create_if_missing = true;
  bool compress = true;  // off in tests that search the files for content

  // Memory. The defaults keep a broker with 100,000 queued bodies of 4 KiB within 64 MiB.
  std::size_t write_buffer_bytes = 8 * 1024 * 1024;  // of all families together
  std::size_t block_cache_bytes = 4 * 1024 * 1024;   // blocks, indexes and filters
  int open_files_max = 64;
  std::size_t wal_bytes_max = 64 * 1024 * 1024;  // bounds the time of a restart

  FaultyDisk* disk = nullptr;  // tests only (kv_fault.h); outlives the store
};

class KvStore;

// Changes that take effect together. Made for one store, which it must not outlive.
class WriteBatch {
 public:
  explicit WriteBatch(const KvStore& store);
  ~WriteBatch();
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) noexcept;

  void put(Family family, ByteView key, ByteView value);
  void erase(Family family, ByteView key);
  // Every key in [from, to). For many keys; each leaves a mark that later reads step over.
  void erase_range(Family family, ByteView from, ByteView to);
  void clear();
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class KvStore;
  struct State;
  std::unique_ptr<State> state_;
};

enum class Sync : bool { kNo, kYes };
enum class Scan : bool { kStop, kContinue };

class KvStore {
 public:
  // Errors: kUnavailable (another process has it open), kUnsupported (written by a newer format or
  // for another owner), kNotFound (missing and not to be created), kCorrupt, kIo. A record at the
  // very end of the log that a crash cut short was never synced and is dropped; damage anywhere
  // else is kCorrupt.
  [[nodiscard]] static Result<KvStore> open(const std::string& path, const KvOptions& options);
  // For auditors on a copy or checkpoint: creates, changes and locks nothing. commit() is refused.
  [[nodiscard]] static Result<KvStore> open_read_only(const std::string& path,
                                                      const KvOptions& options);
  ~KvStore();
  KvStore(KvStore&&) noexcept;
  KvStore& operator=(KvStore&&) noexcept;

  // A copy of the value; nullopt when the key is absent. Errors: kIo, kCorrupt.
  [[nodiscard]] Result<std::optional<Bytes>> get(Family family, ByteView key) const;
  // Shows the value without copying it, valid during the call only. False when the key is absent.
  [[nodiscard]] Result<bool> visit(Family family, ByteView key,
                                   const std::function<void(ByteView value)>& show) const;

  using Visitor = std::function<Scan(ByteView key, ByteView value)>;
  // Keys in [from, to) in ascending order, at most `limit`, as of one instant; an empty `to` means
  // to the end. Views are valid during the call only. Returns how many were shown.
  [[nodiscard]] Result<std::size_t> scan(Family family, ByteView from, ByteView to,
                                         std::size_t limit, const Visitor& visit) const;
  // The same keys in descending order: the newest of a sequence comes first.
  [[nodiscard]] Result<std::size_t> scan_back(Family family, ByteView from, ByteView to,
                                              std::size_t limit, const Visitor& visit) const;

  // All or nothing. With Sync::kYes the batch, and every batch before it, is on the disk when this
  // returns ok. Errors: kIo. After an error what is on the disk is unknown: every later commit is
  // refused until the store is opened anew.
  [[nodiscard]] Status commit(const WriteBatch& batch, Sync sync);

  // A consistent copy in a new directory `path` (which must not exist), by hard links where the
  // file system allows. Errors: kConflict, kIo.
  [[nodiscard]] Status checkpoint(const std::string& path) const;

  // Bytes held in memory: write buffers, cache, open tables.
  [[nodiscard]] std::size_t memory_bytes() const;
  [[nodiscard]] const std::string& path() const;

 private:
  friend class WriteBatch;
  struct State;
  explicit KvStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct::io
