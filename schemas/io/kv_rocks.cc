#include "schemas/io/kv_rocks.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <cstdarg>

namespace safeconduct::io {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

// RocksDB's own log would hold boundary keys of tables and grow beside the store; what goes wrong
// reaches the caller as a status.
class SilentLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::string detail_of(const rocksdb::Status& status) {
  constexpr std::size_t kShown = 200;
  std::string text = status.ToString();
  if (text.size() > kShown) text.resize(kShown);
  return text;
}

bool is_lock(const rocksdb::Status& status) {
  const char* state = status.getState();
  if (!status.IsIOError() || state == nullptr) return false;
  const std::string_view text(state);
  return text.find("While lock file") != std::string_view::npos ||  // another process
         text.find("lock hold by current process") != std::string_view::npos;
}

Error io_failure(const rocksdb::Status& status, const std::string& what, const std::string& path) {
  if (is_lock(status)) {
    return {ErrorCode::kUnavailable, "the store at `" + path +
                                         "` is in use by another program; stop that one first or "
                                         "name another store"};
  }
  const std::string head = "cannot " + what + " the store at `" + path + "`: ";
  if (status.IsNoSpace()) return io_error(head + "the disk is full; free space and start again");
  return io_error(head + detail_of(status) + "; check the disk, then start again");
}

rocksdb::BlockBasedTableOptions table_options(const KvFamily& family, const RocksShared& shared) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = shared.cache;
  table.block_size = 8 * kKiB;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;  // Debian's RocksDB counts CRC32C by table, not by instruction
  if (family.asked_in_vain) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Indexes and filters of a ledger of millions of entries do not fit the memory of the broker:
  // they are cached like the rest. Not in partitions: tables are small, and whether a new message's
  // id was seen before is asked of every one of them, at one look into the cache each.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  // Those of new tables, which are few, stay where no look-up is needed.
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
  return table;
}

}  // namespace

Error rocks_error(const rocksdb::Status& status, const std::string& what, const std::string& path) {
  if (status.IsIOError() || status.IsNoSpace()) return io_failure(status, what, path);
  if (status.IsNotSupported() || status.IsInvalidArgument()) {
    return {ErrorCode::kUnsupported, "cannot " + what + " the store at `" + path +
                                         "`: " + detail_of(status) +
                                         "; use the version of the program that wrote it"};
  }
  if (status.IsCorruption()) {
    return corrupt("the store at `" + path + "` is damaged (" + detail_of(status) +
                   "); copy it aside and restore a backup");
  }
  if (status.IsBusy() || status.IsTryAgain() || status.IsIncomplete() ||
      status.IsShutdownInProgress()) {
    return {ErrorCode::kUnavailable,
            "cannot " + what + " the store at `" + path + "` now; try again"};
  }
  return io_error("cannot " + what + " the store at `" + path + "`: " + detail_of(status) +
                  "; check the disk, then start again");
}

RocksShared shared_of(const KvOptions& options) {
  RocksShared shared;
  shared.cache = rocksdb::NewLRUCache(options.block_cache_bytes, /*num_shard_bits=*/1);
  shared.write_buffers = std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes);
  if (options.disk != nullptr) {
    shared.env = env_over(*options.disk);
  }
  return shared;
}

rocksdb::DBOptions db_options_of(const KvOptions& options, const RocksShared& shared) {
  rocksdb::DBOptions db;
  db.create_if_missing = options.create_if_missing;
  db.paranoid_checks = true;
  if (shared.env) db.env = shared.env.get();

  // A crash can leave only the record cut short that was being appended; it was never synced, so
  // it is dropped. Anything else that does not check is damage and is refused. kAbsoluteConsistency
  // would refuse the former too; kPointInTimeRecovery would silently drop what follows the latter.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;  // a lost or shortened older log is noticed
  db.max_total_wal_size = options.wal_bytes_max;
  db.max_bgerror_resume_count = 0;  // after a failed write the caller decides, at a new start

  db.write_buffer_manager = shared.write_buffers;
  db.max_open_files = options.open_files_max;
  db.max_file_opening_threads = 1;
  db.max_background_jobs = 2;
  db.writable_file_max_buffer_size = 256 * kKiB;
  db.compaction_readahead_size = 256 * kKiB;
  db.bytes_per_sync = kMiB;
  db.max_manifest_file_size = 4 * kMiB;
  db.allow_concurrent_memtable_write = false;  // one writer
  db.enable_write_thread_adaptive_yield = false;

  db.info_log = std::make_shared<SilentLog>();
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

rocksdb::ColumnFamilyOptions family_options_of(const KvFamily& family, const KvOptions& options,
                                               const RocksShared& shared) {
  rocksdb::ColumnFamilyOptions cf;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(family, shared)));
  // The largest family, one buffer being filled and one being written, stays within the whole.
  cf.write_buffer_size = options.write_buffer_bytes / 2;
  cf.max_write_buffer_number = 2;
  cf.arena_block_size = 64 * kKiB;  // the default, an eighth of the buffer, is paid per family
  cf.target_file_size_base = 8 * kMiB;
  cf.max_bytes_for_level_base = 32 * kMiB;
  cf.level_compaction_dynamic_level_bytes = true;
  if (family.asked_in_vain) {
    cf.memtable_whole_key_filtering = true;
    cf.memtable_prefix_bloom_size_ratio = 0.02;
  }
  // What is new is mostly digests and signatures and is soon moved again: only what has come to
  // rest is compressed.
  cf.compression = rocksdb::kNoCompression;
  if (options.compress && !family.append_only) cf.bottommost_compression = rocksdb::kLZ4Compression;
  if (family.large_values) {
    cf.bottommost_compression = rocksdb::kNoCompression;  // sealed bytes do not compress
    cf.enable_blob_files = true;
    cf.min_blob_size = kKiB;
    cf.blob_file_size = 32 * kMiB;
    cf.enable_blob_garbage_collection = true;
  }
  return cf;
}

}  // namespace safeconduct::io
