#include "schemas/io/kv_fault.h"

#include <fcntl.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "schemas/io/file.h"
#include "schemas/io/kv_rocks.h"

namespace safeconduct::io {

using rocksdb::IOStatus;

struct FaultyDisk::State {
  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  struct Overwrite {
    std::string path;
    std::uint64_t offset;
    Bytes before;
  };
  struct Trap {
    std::uint64_t from = 0;  // 0: not set
    DiskFault fault = DiskFault::kBroken;
    std::uint64_t seen = 0;
    bool springs() { return ++seen, from != 0 && seen >= from; }
  };

  std::mutex mutex;
  std::map<std::string, Extent> appended;
  std::set<std::string> nameless;      // files whose directory was not synced since
  std::vector<Overwrite> overwritten;  // oldest first
  Trap write_trap, sync_trap;
  std::uint64_t writes = 0, syncs = 0;
  bool power = true;

  static IOStatus status_of(DiskFault fault) {
    return fault == DiskFault::kFull ? IOStatus::NoSpace("injected")
                                     : IOStatus::IOError("injected");
  }
  IOStatus alive() const { return power ? IOStatus::OK() : IOStatus::IOError("power is cut"); }
  IOStatus write() {
    ++writes;
    if (!power) return alive();
    return write_trap.springs() ? status_of(write_trap.fault) : IOStatus::OK();
  }
  IOStatus sync() {
    ++syncs;
    if (!power) return alive();
    return sync_trap.springs() ? status_of(sync_trap.fault) : IOStatus::OK();
  }
};

namespace {

using DiskState = std::shared_ptr<FaultyDisk::State>;

class TrackedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, std::string path, DiskState disk)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        disk_(std::move(disk)) {}

  using FSWritableFileOwnerWrapper::Append;
  using FSWritableFileOwnerWrapper::PositionedAppend;

  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  rocksdb::IODebugContext* dbg) override {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->write(); !status.ok()) return status;
    disk_->appended[path_].written += data.size();
    return target()->Append(data, options, dbg);
  }
  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* dbg) override {
    const std::scoped_lock lock(disk_->mutex);
    auto& extent = disk_->appended[path_];
    extent.written = size;
    extent.synced = std::min(extent.synced, size);
    return target()->Truncate(size, options, dbg);
  }
  // The real disk is not asked: what counts as synced is what this one remembers, and a simulation
  // of years would spend them waiting.
  IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return synced(); }
  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return synced(); }

 private:
  IOStatus synced() {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->sync(); !status.ok()) return status;
    auto& extent = disk_->appended[path_];
    extent.synced = extent.written;
    return IOStatus::OK();
  }

  std::string path_;
  DiskState disk_;
};

class TrackedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  TrackedDirectory(std::unique_ptr<rocksdb::FSDirectory>&& directory, std::string path,
                   DiskState disk)
      : FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), disk_(std::move(disk)) {}

  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return named(); }
  IOStatus FsyncWithDirOptions(const rocksdb::IOOptions&, rocksdb::IODebugContext*,
                               const rocksdb::DirFsyncOptions&) override {
    return named();
  }

 private:
  IOStatus named() {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->sync(); !status.ok()) return status;
    std::erase_if(disk_->nameless, [&](const auto& file) { return directory_of(file) == path_; });
    return IOStatus::OK();
  }

  std::string path_;
  DiskState disk_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(DiskState disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(disk)) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           rocksdb::IODebugContext* dbg) override {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->write(); !status.ok()) return status;
    if (IOStatus s = target()->NewWritableFile(path, options, file, dbg); !s.ok()) return s;
    disk_->appended[path] = {};
    disk_->nameless.insert(path);
    *file = std::make_unique<TrackedFile>(std::move(*file), path, disk_);
    return IOStatus::OK();
  }
  IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        rocksdb::IODebugContext* dbg) override {
    if (IOStatus s = target()->NewDirectory(path, options, directory, dbg); !s.ok()) return s;
    *directory = std::make_unique<TrackedDirectory>(std::move(*directory), path, disk_);
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to,
                      const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->alive(); !status.ok()) return status;
    if (IOStatus s = target()->RenameFile(from, to, options, dbg); !s.ok()) return s;
    disk_->nameless.erase(from);  // the renamed file may not vanish: renames are not taken back
    disk_->nameless.erase(to);
    disk_->appended.erase(to);
    if (auto moved = disk_->appended.extract(from)) {
      moved.key() = to;
      disk_->appended.insert(std::move(moved));
    }
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                      rocksdb::IODebugContext* dbg) override {
    const std::scoped_lock lock(disk_->mutex);
    if (IOStatus status = disk_->alive(); !status.ok()) return status;
    if (IOStatus s = target()->DeleteFile(path, options, dbg); !s.ok()) return s;
    disk_->appended.erase(path);
    disk_->nameless.erase(path);
    return IOStatus::OK();
  }

 private:
  DiskState disk_;
};

// RocksDB pauses for a second after a table could not be written; a simulation that cuts the power
// a thousand times would do nothing else.
class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  explicit ImpatientClock(const std::shared_ptr<rocksdb::SystemClock>& clock)
      : SystemClockWrapper(clock) {}
  const char* Name() const override { return "ImpatientClock"; }
  void SleepForMicroseconds(int us) override { target_->SleepForMicroseconds(std::min(us, 1000)); }
};

class ImpatientEnv final : public rocksdb::EnvWrapper {
 public:
  explicit ImpatientEnv(std::unique_ptr<rocksdb::Env> env) : EnvWrapper(std::move(env)) {
    system_clock_ = std::make_shared<ImpatientClock>(system_clock_);
  }
  const char* Name() const override { return "ImpatientEnv"; }
};

Status to_status(const IOStatus& status, const std::string& what, const std::string& path) {
  if (status.ok()) return {};
  return os_error(status.IsNoSpace() ? ENOSPC : EIO, what, path);
}

Status put_back(const FaultyDisk::State::Overwrite& change) {
  const FileDescriptor file(::open(change.path.c_str(), O_WRONLY | O_CLOEXEC));
  const ssize_t size = static_cast<ssize_t>(change.before.size());
  if (!file.valid() || ::pwrite(file.get(), change.before.data(), change.before.size(),
                                static_cast<off_t>(change.offset)) != size) {
    return os_error(errno, "put back", change.path);
  }
  return {};
}

}  // namespace

FaultyDisk::FaultyDisk() : state_(std::make_shared<State>()) {}
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::fail_writes_from(std::uint64_t n, DiskFault fault) {
  const std::scoped_lock lock(state_->mutex);
  state_->write_trap = {n, fault, 0};
}

void FaultyDisk::fail_syncs_from(std::uint64_t n, DiskFault fault) {
  const std::scoped_lock lock(state_->mutex);
  state_->sync_trap = {n, fault, 0};
}

void FaultyDisk::heal() {
  const std::scoped_lock lock(state_->mutex);
  state_->write_trap = {};
  state_->sync_trap = {};
}

void FaultyDisk::cut_power() {
  const std::scoped_lock lock(state_->mutex);
  state_->power = false;
}

Status FaultyDisk::drop_unsynced(std::uint64_t torn_bytes) {
  const std::scoped_lock lock(state_->mutex);
  for (const auto& [path, extent] : state_->appended) {
    const std::uint64_t size = std::min(extent.written, extent.synced + torn_bytes);
    if (size < extent.written && ::truncate(path.c_str(), static_cast<off_t>(size)) != 0) {
      return os_error(errno, "shorten", path);
    }
  }
  for (const std::string& path : state_->nameless) ::unlink(path.c_str());
  for (auto change = state_->overwritten.rbegin(); change != state_->overwritten.rend(); ++change) {
    TRY_OK(put_back(*change));
  }
  state_->appended.clear();
  state_->nameless.clear();
  state_->overwritten.clear();
  state_->power = true;
  return {};
}

std::uint64_t FaultyDisk::writes() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->writes;
}

std::uint64_t FaultyDisk::syncs() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->syncs;
}

Status FaultyDisk::writing(const std::string& path, std::uint64_t offset, ByteView before) {
  const std::scoped_lock lock(state_->mutex);
  TRY_OK(to_status(state_->write(), "write", path));
  state_->overwritten.push_back({path, offset, to_bytes(before)});
  return {};
}

Status FaultyDisk::syncing(const std::string& path) {
  const std::scoped_lock lock(state_->mutex);
  TRY_OK(to_status(state_->sync(), "sync", path));
  std::erase_if(state_->overwritten, [&](const auto& change) { return change.path == path; });
  return {};
}

std::unique_ptr<rocksdb::Env> env_over(const FaultyDisk& disk) {
  return std::make_unique<ImpatientEnv>(
      rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(disk.state())));
}

}  // namespace safeconduct::io
