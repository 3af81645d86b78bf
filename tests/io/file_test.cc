#include "schemas/io/file.h"

#include <fcntl.h>

#include "tests/io/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

std::size_t entries_of(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

ErrorCode code_of(const Status& status) {
  REQUIRE_FALSE(status);
  return status.error().code;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

bool is_root() {
  return ::geteuid() == 0;
}

}  // namespace

TEST_CASE("write_durably replaces a file in one step and leaves nothing beside it") {
  TempFolder folder;
  const std::string path = folder.file("state");
  REQUIRE(write_durably(path, view_of("one")));
  CHECK(content_of(path) == "one");
  CHECK(mode_of(path) == 0600);
  REQUIRE(write_durably(path, view_of("two"), 0644));
  CHECK(content_of(path) == "two");
  CHECK(mode_of(path) == 0644);
  CHECK(entries_of(folder.path()) == 1);
}

TEST_CASE("write_durably replaces a link's name and never what it points at") {
  TempFolder folder;
  put_content(folder.file("target"), "precious");
  std::filesystem::create_symlink(folder.file("target"), folder.file("state"));
  REQUIRE(write_durably(folder.file("state"), view_of("new")));
  CHECK(content_of(folder.file("target")) == "precious");
  CHECK(content_of(folder.file("state")) == "new");
}

TEST_CASE("write_durably that cannot replace leaves the old and nothing beside it") {
  TempFolder folder;
  std::filesystem::create_directory(folder.file("state"));
  CHECK(code_of(write_durably(folder.file("state"), view_of("x"))) == ErrorCode::kIo);
  CHECK(entries_of(folder.path()) == 1);
  CHECK(code_of(write_durably(folder.file("none/state"), view_of("x"))) == ErrorCode::kNotFound);
}

TEST_CASE("write_new never replaces") {
  TempFolder folder;
  REQUIRE(write_new(folder.file("key"), view_of("first")));
  const Status again = write_new(folder.file("key"), view_of("second"));
  CHECK(code_of(again) == ErrorCode::kConflict);
  CHECK(says(again.error(), "exists already; choose another name"));
  CHECK(content_of(folder.file("key")) == "first");
  CHECK(entries_of(folder.path()) == 1);
  std::filesystem::create_symlink("nowhere", folder.file("dangling"));
  CHECK(code_of(write_new(folder.file("dangling"), view_of("x"))) == ErrorCode::kConflict);
}

TEST_CASE("read_file reads up to its bound and refuses more") {
  TempFolder folder;
  const std::string path = folder.file("text");
  put_content(path, std::string(1000, 'x'));
  CHECK(read_file(path, 1000)->size() == 1000);
  const auto larger = read_file(path, 999);
  CHECK(code_of(larger) == ErrorCode::kInvalid);
  CHECK(says(larger.error(), "is larger than 999 bytes"));
  put_content(path, "");
  CHECK(read_file(path, 10)->empty());
  CHECK(code_of(read_file(folder.file("none"), 10)) == ErrorCode::kNotFound);
}

TEST_CASE("read_file refuses what is not a regular file, without waiting for it") {
  TempFolder folder;
  CHECK(code_of(read_file(folder.path(), 10)) == ErrorCode::kInvalid);
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(code_of(read_file(folder.file("pipe"), 10)) == ErrorCode::kInvalid);
  CHECK(code_of(read_file("/dev/zero", 10)) == ErrorCode::kInvalid);
}

TEST_CASE("read_private_file refuses a file that others have any right to") {
  TempFolder folder;
  const std::string path = folder.file("secret");
  put_content(path, "key");
  for (const unsigned mode : {0640u, 0604u, 0620u, 0601u, 0666u}) {
    ::chmod(path.c_str(), mode);
    const auto refused = read_private_file(path, 10);
    CHECK(code_of(refused) == ErrorCode::kForbidden);
    CHECK(says(refused.error(), "chmod 600"));
    CHECK_FALSE(says(refused.error(), "key of"));
  }
  ::chmod(path.c_str(), 0600);
  CHECK(text_of(*read_private_file(path, 10)) == "key");
  ::chmod(path.c_str(), 0400);
  CHECK(text_of(*read_private_file(path, 10)) == "key");
}

TEST_CASE("read_private_file refuses links and files of other users") {
  TempFolder folder;
  put_content(folder.file("secret"), "key");
  ::chmod(folder.file("secret").c_str(), 0600);
  std::filesystem::create_symlink(folder.file("secret"), folder.file("link"));
  CHECK(code_of(read_private_file(folder.file("link"), 10)) == ErrorCode::kForbidden);
  if (!is_root()) return;  // only root can give a file away
  REQUIRE(::chown(folder.file("secret").c_str(), 12345, 12345) == 0);
  const auto foreign = read_private_file(folder.file("secret"), 10);
  CHECK(code_of(foreign) == ErrorCode::kForbidden);
  CHECK(says(foreign.error(), "belongs to another user"));
}

TEST_CASE("make_private_directory makes one, accepts its own and refuses an open one") {
  TempFolder folder;
  const std::string path = folder.file("store");
  REQUIRE(make_private_directory(path));
  CHECK(mode_of(path) == 0700);
  CHECK(make_private_directory(path));
  ::chmod(path.c_str(), 0711);
  const Status open = make_private_directory(path);
  CHECK(code_of(open) == ErrorCode::kForbidden);
  CHECK(says(open.error(), "chmod 700"));
  CHECK(code_of(make_private_directory(folder.file("a/b"))) == ErrorCode::kNotFound);
  put_content(folder.file("plain"), "x");
  CHECK(code_of(make_private_directory(folder.file("plain"))) == ErrorCode::kIo);
}

TEST_CASE("os_error says what failed, on what, and what to do") {
  const Error full = os_error(ENOSPC, "write", "/var/lib/x");
  CHECK(full.code == ErrorCode::kIo);
  CHECK(full.message == "cannot write `/var/lib/x`: the disk is full; free space and start again");
  CHECK(os_error(ENOENT, "open", "x").code == ErrorCode::kNotFound);
  CHECK(says(os_error(EIO, "sync", "x"), "check the disk"));
}

TEST_CASE("directory_of names the folder of a path") {
  CHECK(directory_of("/a/b") == "/a");
  CHECK(directory_of("/a") == "/");
  CHECK(directory_of("a/b") == "a");
  CHECK(directory_of("a") == ".");
}

TEST_CASE("A file descriptor is closed with its owner, once") {
  TempFolder folder;
  int number = -1;
  {
    FileDescriptor first(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY));
    number = first.get();
    FileDescriptor second(std::move(first));
    CHECK_FALSE(first.valid());  // NOLINT: moved from on purpose
    CHECK(second.get() == number);
    CHECK(::fcntl(number, F_GETFD) >= 0);
  }
  CHECK(::fcntl(number, F_GETFD) < 0);
}
