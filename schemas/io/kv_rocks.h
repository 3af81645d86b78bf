// RocksDB's options and status values as this room uses them. Included by kv*.cc only.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/status.h>
#include <rocksdb/write_buffer_manager.h>

#include <memory>
#include <string>

#include "schemas/io/kv.h"
#include "schemas/io/kv_fault.h"

namespace safeconduct::io {

[[nodiscard]] inline rocksdb::Slice slice_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline ByteView view_of_slice(const rocksdb::Slice& slice) {
  return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}

// The sentence for a status that is not ok after `what` ("open", "write to") was tried.
[[nodiscard]] Error rocks_error(const rocksdb::Status& status, const std::string& what,
                                const std::string& path);

// What the families of one store share.
struct RocksShared {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
  std::unique_ptr<rocksdb::Env> env;  // set when a FaultyDisk stands below
};
[[nodiscard]] RocksShared shared_of(const KvOptions& options);
[[nodiscard]] rocksdb::DBOptions db_options_of(const KvOptions& options, const RocksShared& shared);
[[nodiscard]] rocksdb::ColumnFamilyOptions family_options_of(const KvFamily& family,
                                                             const KvOptions& options,
                                                             const RocksShared& shared);

// The default environment with `disk` in between.
[[nodiscard]] std::unique_ptr<rocksdb::Env> env_over(const FaultyDisk& disk);

}  // namespace safeconduct::io
