// Files that must survive a crash whole: bounded reads, writes that are durable when they return.
#pragma once

#include <string>
#include <utility>

#include "schemas/base/bytes.h"

namespace safeconduct::io {

// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

// The sentence for errno after `what` was tried on `path`, with what to do next; code kIo, or
// kNotFound when the file does not exist.
[[nodiscard]] Error os_error(int code, const std::string& what, const std::string& path);

// A regular file of at most `bytes_max` bytes. All checks are made on the open file, never on the
// name. Errors: kNotFound, kInvalid (too large, not a regular file), kIo.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);

// The same for a file with secrets: refused (kForbidden) when its group or others have any right to
// it or when it belongs to another user. Symbolic links are not followed.
[[nodiscard]] Result<Bytes> read_private_file(const std::string& path, std::size_t bytes_max);

// Replaces `path` in one step: a temporary file beside it, fsync, rename, fsync of the directory.
// A reader sees the old bytes or the new ones. Errors: kIo; then the old file is untouched.
[[nodiscard]] Status write_durably(const std::string& path, ByteView bytes, unsigned mode = 0600);

// As write_durably, but never replaces. Errors also: kConflict when `path` exists.
[[nodiscard]] Status write_new(const std::string& path, ByteView bytes, unsigned mode = 0600);

// Creates `path` with mode 0700 when it is missing (its parent must exist) and refuses (kForbidden)
// one that others may enter or that belongs to another user.
[[nodiscard]] Status make_private_directory(const std::string& path);

// fsync of a directory, so that names created or removed in it are durable.
[[nodiscard]] Status sync_directory(const std::string& path);

// The directory part of a path; "." when there is none.
[[nodiscard]] std::string directory_of(const std::string& path);

}  // namespace safeconduct::io
