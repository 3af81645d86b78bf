#include "schemas/io/kv.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

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

  [[nodiscard]] Result<std::vector<std::string>> present_families() const;
  [[nodiscard]] rocksdb::ColumnFamilyOptions options_of(const std::string& name) const;
  [[nodiscard]] Status open_db();
  [[nodiscard]] Status check_stamp();
  [[nodiscard]] Status arrange_families();
  [[nodiscard]] Result<rocksdb::ColumnFamilyHandle*> create_family(const KvFamily& family);

  std::string path;
  KvOptions options;
  RocksShared shared;
  std::unique_ptr<rocksdb::DB> db;
  Handles handles;              // as options.families, then what else the store holds
  std::optional<Error> failed;  // INVARIANT: once set, nothing is committed any more
  bool read_only = false;
};

Result<std::vector<std::string>> KvStore::State::present_families() const {
  std::vector<std::string> present;
  if (!holds_a_store(path)) return std::vector<std::string>{rocksdb::kDefaultColumnFamilyName};
  const auto status = rocksdb::DB::ListColumnFamilies(
      rocksdb::DBOptions(db_options_of(options, shared)), path, &present);
  if (!status.ok()) return rocks_error(status, "open", path);
  return present;
}

rocksdb::ColumnFamilyOptions KvStore::State::options_of(const std::string& name) const {
  for (const KvFamily& family : options.families) {
    if (family.name == name) return family_options_of(family, options, shared);
  }
  return family_options_of({name}, options, shared);
}

// Opens what is there and creates no family yet: it may turn out to be somebody else's store.
Status KvStore::State::open_db() {
  TRY(present, present_families());
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : present) descriptors.emplace_back(name, options_of(name));
  rocksdb::DB* raw = nullptr;
  const rocksdb::DBOptions db_options = db_options_of(options, shared);
  const auto status =
      read_only ? rocksdb::DB::OpenForReadOnly(db_options, path, descriptors, &handles, &raw)
                : rocksdb::DB::Open(db_options, path, descriptors, &handles, &raw);
  if (!status.ok()) return rocks_error(status, "open", path);
  db.reset(raw);
  return {};
}

Status KvStore::State::check_stamp() {
  const rocksdb::Slice key(kStampKey.data(), kStampKey.size());
  std::string stamp;
  const auto status = db->Get({}, key, &stamp);
  if (status.IsNotFound()) {
    // A crash between the making of the store and its stamp leaves it empty; finish the work.
    if (read_only || db->GetLatestSequenceNumber() != 0) {
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
  if (format < options.oldest_format) {
    return Error{ErrorCode::kUnsupported,
                 "the store at `" + path + "` has format " + std::to_string(format) +
                     ", this program reads from " + std::to_string(options.oldest_format) +
                     " on; open it with the version that wrote it, or name a new store"};
  }
  return {};
}

Result<rocksdb::ColumnFamilyHandle*> KvStore::State::create_family(const KvFamily& family) {
  if (read_only) {
    return Error{ErrorCode::kUnsupported, "the store at `" + path + "` lacks `" + family.name +
                                              "`; it was written by an older version, read it "
                                              "with that one"};
  }
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  const auto status =
      db->CreateColumnFamily(family_options_of(family, options, shared), family.name, &handle);
  if (!status.ok()) return rocks_error(status, "write to", path);
  return handle;
}

// Puts the handles into the order of options.families and creates those that are missing.
Status KvStore::State::arrange_families() {
  for (std::size_t i = 0; i < options.families.size(); ++i) {
    const auto found = std::find_if(handles.begin() + i, handles.end(), [&](const auto* handle) {
      return handle->GetName() == options.families[i].name;
    });
    if (found != handles.end()) {
      std::iter_swap(handles.begin() + i, found);
      continue;
    }
    TRY(made, create_family(options.families[i]));
    handles.insert(handles.begin() + i, made);
  }
  for (std::size_t i = options.families.size(); i < handles.size(); ++i) {
    const std::string& name = handles[i]->GetName();
    if (name == rocksdb::kDefaultColumnFamilyName) continue;
    return Error{ErrorCode::kUnsupported, "the store at `" + path + "` holds `" + name +
                                              "`, which this program does not know; install the "
                                              "version that wrote it"};
  }
  return {};
}

KvStore::KvStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
KvStore::~KvStore() = default;
KvStore::KvStore(KvStore&&) noexcept = default;
KvStore& KvStore::operator=(KvStore&&) noexcept = default;

Result<KvStore> KvStore::open(const std::string& path, const KvOptions& options) {
  if (!options.create_if_missing && !holds_a_store(path)) return missing_store(path);
  TRY_OK(make_private_directory(path));
  auto state = std::make_unique<State>(path, options);
  TRY_OK(state->open_db());
  TRY_OK(state->check_stamp());
  TRY_OK(state->arrange_families());
  return KvStore(std::move(state));
}

Result<KvStore> KvStore::open_read_only(const std::string& path, const KvOptions& options) {
  if (!holds_a_store(path)) return missing_store(path);
  KvOptions reading = options;
  reading.create_if_missing = false;
  auto state = std::make_unique<State>(path, reading);
  state->read_only = true;
  TRY_OK(state->open_db());
  TRY_OK(state->check_stamp());
  TRY_OK(state->arrange_families());
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

// RocksDB makes directories that others may enter, so it copies into one that they may not.
Status KvStore::checkpoint(const std::string& path) const {
  namespace fs = std::filesystem;
  if (::access(path.c_str(), F_OK) == 0) {
    return Error{ErrorCode::kConflict, "`" + path + "` exists already; choose another name"};
  }
  const std::string shell = path + ".copying";
  const std::string inner = shell + "/store";
  std::error_code ignored;
  fs::remove_all(shell, ignored);  // of a copy that was interrupted
  TRY_OK(make_private_directory(shell));
  rocksdb::Checkpoint* raw = nullptr;
  auto status = rocksdb::Checkpoint::Create(state_->db.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (status.ok()) status = checkpoint->CreateCheckpoint(inner);
  Status done = status.ok() ? Status{} : rocks_error(status, "copy", state_->path);
  if (done && (::chmod(inner.c_str(), 0700) != 0 || ::rename(inner.c_str(), path.c_str()) != 0)) {
    done = os_error(errno, "create", path);
  }
  fs::remove_all(shell, ignored);
  return done ? sync_directory(directory_of(path)) : done;
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
