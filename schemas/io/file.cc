#include "schemas/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace safeconduct::io {
namespace {

Error last_error(const std::string& what, const std::string& path) {
  return os_error(errno, what, path);
}

Result<Bytes> read_open_file(int fd, const struct stat& state, const std::string& path,
                             std::size_t bytes_max) {
  if (!S_ISREG(state.st_mode)) {
    return invalid("`" + path + "` is not a regular file; name a file");
  }
  Bytes bytes(std::min(static_cast<std::size_t>(state.st_size), bytes_max) + 1);
  std::size_t filled = 0;
  // One byte beyond the announced size is asked for, so that a file that grows is noticed too.
  while (filled <= bytes_max) {
    if (filled == bytes.size()) bytes.resize(std::min(2 * filled, bytes_max + 1));
    const ssize_t n = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error("read", path);
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  if (filled > bytes_max) {
    return invalid("`" + path + "` is larger than " + std::to_string(bytes_max) +
                   " bytes; check that it is the right file");
  }
  bytes.resize(filled);
  return bytes;
}

Status write_all(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

bool belongs_to_us(const struct stat& state) {
  return state.st_uid == ::geteuid() || state.st_uid == 0;
}

// A synced temporary file beside `path`, in the same file system so that it can take its name.
Result<std::string> write_beside(const std::string& path, ByteView bytes, unsigned mode) {
  std::string beside = path + ".XXXXXX";
  const FileDescriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file.valid()) return last_error("create a file beside", path);
  Status written = write_all(file.get(), bytes, path);
  if (written && ::fchmod(file.get(), static_cast<mode_t>(mode)) != 0) {
    written = last_error("set the mode of", path);
  }
  if (written && ::fsync(file.get()) != 0) written = last_error("sync", path);
  if (!written) {
    ::unlink(beside.c_str());
    return std::move(written).error();
  }
  return beside;
}

}  // namespace

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Error os_error(int code, const std::string& what, const std::string& path) {
  const std::string head = "cannot " + what + " `" + path + "`: ";
  switch (code) {
    case ENOENT:
      return not_found(head + "it does not exist; check the path");
    case ENOSPC:
    case EDQUOT:
      return io_error(head + "the disk is full; free space and start again");
    case EACCES:
    case EPERM:
      return io_error(head + "permission denied; check owner and mode");
    case EROFS:
      return io_error(head + "the file system is read-only; check its mount");
    default:
      return io_error(head + std::strerror(code) + "; check the disk");
  }
}

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  // O_NONBLOCK: a FIFO in the file's place must not hang the program before it is refused.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return last_error("open", path);
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) return last_error("examine", path);
  return read_open_file(file.get(), state, path, bytes_max);
}

Result<Bytes> read_private_file(const std::string& path, std::size_t bytes_max) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (!file.valid() && errno == ELOOP) {
    return Error{ErrorCode::kForbidden,
                 "`" + path + "` is a symbolic link; a file with secrets must be a plain file"};
  }
  if (!file.valid()) return last_error("open", path);
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) return last_error("examine", path);
  if (!belongs_to_us(state)) {
    return Error{ErrorCode::kForbidden,
                 "`" + path + "` belongs to another user; `chown` it to the one who runs this"};
  }
  if ((state.st_mode & 077) != 0) {
    return Error{ErrorCode::kForbidden, "`" + path +
                                            "` can be read or changed by others; run `chmod 600 " +
                                            path + "` and consider its keys known"};
  }
  return read_open_file(file.get(), state, path, bytes_max);
}

Status write_durably(const std::string& path, ByteView bytes, unsigned mode) {
  TRY(beside, write_beside(path, bytes, mode));
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const Error error = last_error("replace", path);
    ::unlink(beside.c_str());
    return error;
  }
  return sync_directory(directory_of(path));
}

Status write_new(const std::string& path, ByteView bytes, unsigned mode) {
  TRY(beside, write_beside(path, bytes, mode));
  // link(2) is the one rename that never replaces, on every file system with hard links.
  const int linked = ::link(beside.c_str(), path.c_str());
  const int code = errno;
  ::unlink(beside.c_str());
  if (linked != 0 && code == EEXIST) {
    return Error{ErrorCode::kConflict, "`" + path + "` exists already; choose another name"};
  }
  if (linked != 0) return os_error(code, "create", path);
  return sync_directory(directory_of(path));
}

Status make_private_directory(const std::string& path) {
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return last_error("create the directory", path);
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return last_error("open the directory", path);
  struct stat state {};
  if (::fstat(directory.get(), &state) != 0) return last_error("examine", path);
  if (!belongs_to_us(state)) {
    return Error{ErrorCode::kForbidden, "the directory `" + path +
                                            "` belongs to another user; `chown` it to the one "
                                            "who runs this"};
  }
  if ((state.st_mode & 077) != 0) {
    return Error{ErrorCode::kForbidden,
                 "the directory `" + path + "` is open to others; run `chmod 700 " + path + "`"};
  }
  return made ? sync_directory(directory_of(path)) : Status{};
}

Status sync_directory(const std::string& path) {
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return last_error("open the directory", path);
  if (::fsync(directory.get()) != 0) return last_error("sync the directory", path);
  return {};
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace safeconduct::io
