#include "schemas/io/kv.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/io/kv_rocks.h"

namespace safeconduct::io {
namespace {

// In the default family: u32 format, then the owner's name.
constexpr std::string_view kStampKey = "safeconduct/1 store";

using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;

bool holds_a_store(const std::string& path) {
  return ::access((path + "/CURRENT").c_str(), F_OK) == 0;
}

Error missing_store(const std::string& path) {
  return not_found("there is no store at `" + path + "`; check the path");
}

}  // namespace

struct KvStore::State {
  State(std::string where, const KvOptions& opts)
      : path(std::move(where)), options(opts), shared(shared_of(opts)) {}
  ~State() {
    if (!db) return;
    rocksdb::CancelAllBackgroundWork(db.get(), /*wait=*/true);
    for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
    (void)db->Close();
  }

  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    SC_CHECK(family < options.families.size());
    return handles[family];
  }

  [[nodiscard]] Result<std::vector<rocksdb::ColumnFamilyDescriptor>> families() const;
  [[nodiscard]] Status open_db(bool read_only);
  [[nodiscard]] Status check_stamp(bool read_only);
  [[nodiscard]] Status check_families() const;

  std::string path;
  KvOptions options;
  RocksShared shared;
  std::unique_ptr<rocksdb::DB> db;
  Handles handles;  // as options.families, then what else the store holds
  std::vector<std::string> unknown;
  std::optional<Error> failed;  // INVARIANT: once set, nothing is committed any more
  bool read_only = false;
};

// The families asked for and, so that the format stamp of a newer store can be read, those that
// only the store knows.
Result<std::vector<rocksdb::ColumnFamilyDescriptor>> KvStore::State::families() const {
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  for (const KvFamily& family : options.families) {
    all.emplace_back(family.name, family_options_of(family, options, shared));
  }
  std::vector<std::string> present;
  if (holds_a_store(path)) {
    const auto status = rocksdb::DB::ListColumnFamilies(
        rocksdb::DBOptions(db_options_of(options, shared)), path, &present);
    if (!status.ok()) return rocks_error(status, "open", path);
  }
  present.push_back(rocksdb::kDefaultColumnFamilyName);
  for (const std::string& name : present) {
    const auto known =
        std::find_if(all.begin(), all.end(), [&](const auto& cf) { return cf.name == name; });
    if (known == all.end()) all.emplace_back(name, family_options_of({name}, options, shared));
  }
  return all;
}

Status KvStore::State::open_db(bool as_read_only) {
  read_only = as_read_only;
  TRY(descriptors, families());
  rocksdb::DB* raw = nullptr;
  const rocksdb::DBOptions db_options = db_options_of(options, shared);
  const auto status =
      read_only ? rocksdb::DB::OpenForReadOnly(db_options, path, descriptors, &handles, &raw)
                : rocksdb::DB::Open(db_options, path, descriptors, &handles, &raw);
  if (!status.ok()) return rocks_error(status, "open", path);
  db.reset(raw);
  for (std::size_t i = options.families.size(); i < descriptors.size(); ++i) {
    if (descriptors[i].name != rocksdb::kDefaultColumnFamilyName) {
      unknown.push_back(descriptors[i].name);
    }
  }
  return {};
}

Status KvStore::State::check_stamp(bool as_read_only) {
  const rocksdb::Slice key(kStampKey.data(), kStampKey.size());
  std::string stamp;
  const auto status = db->Get({}, key, &stamp);
  if (status.IsNotFound()) {
    // A crash between the making of the store and its stamp leaves it empty; finish the work.
    if (as_read_only || db->GetLatestSequenceNumber() != 0) {
      return corrupt("`" + path +
                     "` is a database, but not a store of this program; check the path");
    }
    ByteWriter writer;
    writer.u32(options.format).raw(view_of(options.owner));
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto written = db->Put(durable, key, slice_of(writer.bytes()));
    return written.ok() ? Status{} : rocks_error(written, "write to", path);
  }
  if (!status.ok()) return rocks_error(status, "read", path);
  ByteReader reader(view_of(stamp));
  const std::uint32_t format = reader.u32();
  const std::string_view owner = text_of(reader.raw(reader.remaining()));
  if (owner != options.owner) {
    return Error{ErrorCode::kUnsupported, "the store at `" + path + "` belongs to `" +
                                              std::string(owner) + "`, not to `" + options.owner +
                                              "`; check the path"};
  }
  if (format > options.format) {
    return Error{ErrorCode::kUnsupported,
                 "the store at `" + path + "` has format " + std::to_string(format) +
                     ", this program reads up to " + std::to_string(options.format) +
                     "; install the newer version"};
  }
  return {};
}

Status KvStore::State::check_families() const {
  if (unknown.empty()) return {};
  return Error{ErrorCode::kUnsupported, "the store at `" + path + "` holds `" + unknown.front() +
                                            "`, which this program does not know; install the "
                                            "version that wrote it"};
}

KvStore::KvStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
KvStore::~KvStore() = default;
KvStore::KvStore(KvStore&&) noexcept = default;
KvStore& KvStore::operator=(KvStore&&) noexcept = default;

Result<KvStore> KvStore::open(const std::string& path, const KvOptions& options) {
  if (!options.create_if_missing && !holds_a_store(path)) return missing_store(path);
  TRY_OK(make_private_directory(path));
  auto state = std::make_unique<State>(path, options);
  TRY_OK(state->open_db(/*read_only=*/false));
  TRY_OK(state->check_stamp(/*read_only=*/false));
  TRY_OK(state->check_families());
  return KvStore(std::move(state));
}

Result<KvStore> KvStore::open_read_only(const std::string& path, const KvOptions& options) {
  if (!holds_a_store(path)) return missing_store(path);
  KvOptions reading = options;
  reading.create_if_missing = false;
  auto state = std::make_unique<State>(path, reading);
  TRY_OK(state->open_db(/*read_only=*/true));
  TRY_OK(state->check_stamp(/*read_only=*/true));
  TRY_OK(state->check_families());
  return KvStore(std::move(state));
}

Result<std::optional<Bytes>> KvStore::get(Family family, ByteView key) const {
  std::optional<Bytes> value;
  TRY_OK(visit(family, key, [&](ByteView bytes) { value = to_bytes(bytes); }));
  return value;
}

Result<bool> KvStore::visit(Family family, ByteView key,
                            const std::function<void(ByteView)>& show) const {
  rocksdb::PinnableSlice value;
  const auto status = state_->db->Get({}, state_->handle(family), slice_of(key), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return rocks_error(status, "read", state_->path);
  show(view_of_slice(value));
  return true;
}

Result<std::size_t> KvStore::scan(Family family, ByteView from, ByteView to, std::size_t limit,
                                  const Visitor& visit) const {
  rocksdb::ReadOptions reading;
  const rocksdb::Slice end = slice_of(to);
  if (!to.empty()) reading.iterate_upper_bound = &end;
  std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(reading, state_->handle(family)));
  std::size_t shown = 0;
  for (at->Seek(slice_of(from)); shown < limit && at->Valid(); at->Next()) {
    ++shown;
    if (visit(view_of_slice(at->key()), view_of_slice(at->value())) == Scan::kStop) break;
  }
  if (!at->status().ok()) return rocks_error(at->status(), "read", state_->path);
  return shown;
}

Result<std::size_t> KvStore::scan_back(Family family, ByteView from, ByteView to, std::size_t limit,
                                       const Visitor& visit) const {
  rocksdb::ReadOptions reading;
  const rocksdb::Slice begin = slice_of(from);
  const rocksdb::Slice end = slice_of(to);
  if (!from.empty()) reading.iterate_lower_bound = &begin;
  if (!to.empty()) reading.iterate_upper_bound = &end;
  std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(reading, state_->handle(family)));
  std::size_t shown = 0;
  for (at->SeekToLast(); shown < limit && at->Valid(); at->Prev()) {
    ++shown;
    if (visit(view_of_slice(at->key()), view_of_slice(at->value())) == Scan::kStop) break;
  }
  if (!at->status().ok()) return rocks_error(at->status(), "read", state_->path);
  return shown;
}

struct WriteBatch::State {
  const KvStore::State* store;
  rocksdb::WriteBatch batch;
};

WriteBatch::WriteBatch(const KvStore& store)
    : state_(std::make_unique<State>(State{store.state_.get(), rocksdb::WriteBatch()})) {}
WriteBatch::~WriteBatch() = default;
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch& WriteBatch::operator=(WriteBatch&&) noexcept = default;

// A batch in memory has no way to fail: its size is not limited and its families exist.
void WriteBatch::put(Family family, ByteView key, ByteView value) {
  const auto status =
      state_->batch.Put(state_->store->handle(family), slice_of(key), slice_of(value));
  SC_CHECK(status.ok());
}

void WriteBatch::erase(Family family, ByteView key) {
  SC_CHECK(state_->batch.Delete(state_->store->handle(family), slice_of(key)).ok());
}

void WriteBatch::erase_range(Family family, ByteView from, ByteView to) {
  const auto status =
      state_->batch.DeleteRange(state_->store->handle(family), slice_of(from), slice_of(to));
  SC_CHECK(status.ok());
}

void WriteBatch::clear() {
  state_->batch.Clear();
}
bool WriteBatch::empty() const {
  return state_->batch.Count() == 0;
}
std::size_t WriteBatch::bytes() const {
  return state_->batch.GetDataSize();
}

Status KvStore::commit(const WriteBatch& batch, Sync sync) {
  if (state_->failed) return *state_->failed;
  if (state_->read_only) {
    return Error{ErrorCode::kForbidden, "the store at `" + state_->path + "` is open for reading"};
  }
  SC_CHECK(batch.state_->store == state_.get());
  rocksdb::WriteOptions writing;
  writing.sync = sync == Sync::kYes;
  const auto status = state_->db->Write(writing, &batch.state_->batch);
  if (status.ok()) return {};
  // The record may or may not be in the log, and a second fsync after a failed one proves nothing.
  state_->failed = rocks_error(status, "write to", state_->path);
  return *state_->failed;
}

Status KvStore::checkpoint(const std::string& path) const {
  rocksdb::Checkpoint* raw = nullptr;
  auto status = rocksdb::Checkpoint::Create(state_->db.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (status.ok() && ::access(path.c_str(), F_OK) == 0) {
    return Error{ErrorCode::kConflict, "`" + path + "` exists already; choose another name"};
  }
  if (status.ok()) status = checkpoint->CreateCheckpoint(path);
  return status.ok() ? Status{} : rocks_error(status, "copy", state_->path);
}

std::size_t KvStore::memory_bytes() const {
  std::size_t bytes =
      state_->shared.cache->GetUsage() + state_->shared.write_buffers->memory_usage();
  for (auto* handle : state_->handles) {
    std::uint64_t tables = 0;
    state_->db->GetIntProperty(handle, rocksdb::DB::Properties::kEstimateTableReadersMem, &tables);
    bytes += tables;
  }
  return bytes;
}

const std::string& KvStore::path() const {
  return state_->path;
}

}  // namespace safeconduct::io
