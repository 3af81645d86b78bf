#include "broker/store/head_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "schemas/base/codec.h"
#include "schemas/io/kv_fault.h"
#include "schemas/seal/hash.h"

// File := page x 2, written in turn, so that one that a crash cut short leaves the other
// page (4096 bytes) := "safeconduct/1 published head" NUL, version u8 = 1, writes u64,
//                      size u64, root[32], note blob, zeros, SHA-256 of all before it [32]
//                      or zeros: not written yet

namespace safeconduct::store {
namespace {

constexpr std::string_view kLabel = "safeconduct/1 published head";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kSumBytes = 32;
constexpr std::size_t kNoteMax = 3072;

struct Page {
  std::uint64_t writes = 0;
  PublishedHead head;
};

Bytes encode(const Page& page) {
  ByteWriter out;
  out.label(kLabel).u8(kVersion).u64(page.writes).u64(page.head.head.size);
  out.raw(page.head.head.root).blob(view_of(page.head.note));
  Bytes bytes = out.take();
  bytes.resize(kPageBytes - kSumBytes);
  const Digest sum = seal::sha256(bytes);
  bytes.insert(bytes.end(), sum.begin(), sum.end());
  return bytes;
}

Result<Page> decode(ByteView bytes) {
  if (seal::sha256(bytes.first(kPageBytes - kSumBytes)) !=
      *fixed<kSumBytes>(bytes.last(kSumBytes), "sum")) {
    return corrupt("the page is damaged");
  }
  ByteReader in(bytes);
  in.label(kLabel);
  const std::uint8_t version = in.u8();
  if (!in.failed() && version > kVersion) {
    return Error{ErrorCode::kUnsupported,
                 "the file of the published head is of a newer version; install the newer version "
                 "of this program"};
  }
  Page page;
  page.writes = in.u64();
  page.head.head.size = in.u64();
  page.head.head.root = in.array<32>();
  page.head.note = std::string(text_of(in.blob(kNoteMax)));
  if (in.failed()) return corrupt("the page is of another form");
  return page;
}

bool empty(ByteView page) {
  return std::all_of(page.begin(), page.end(), [](std::uint8_t b) { return b == 0; });
}

Result<Page> newest(ByteView file, const std::string& path) {
  Page out;
  std::optional<Error> damage;
  for (std::size_t i = 0; i < 2; ++i) {
    const ByteView bytes = file.subspan(i * kPageBytes, kPageBytes);
    if (empty(bytes)) continue;
    const auto page = decode(bytes);
    if (!page && page.error().code == ErrorCode::kUnsupported) return page.error();
    if (page && page->writes > out.writes) out = *page;
    if (!page) damage = page.error();
  }
  if (out.writes == 0 && damage) {
    return corrupt("`" + path +
                   "`, which names the head that was published last, cannot be read (" +
                   damage->message +
                   "); without it nobody can say whether this store is the newest: restore the "
                   "file, or open a new log with --recover");
  }
  return out;
}

Result<Bytes> read_pages(const std::string& path) {
  TRY(bytes, io::read_file(path, 2 * kPageBytes));
  if (bytes.size() != 2 * kPageBytes) {
    return corrupt("`" + path +
                   "` is not the file of a published head; restore it, do not edit it");
  }
  return bytes;
}

}  // namespace

Result<HeadFile> HeadFile::open(const std::string& path, bool create, io::FaultyDisk* disk) {
  const auto open_file = [&] {
    return io::FileDescriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  };
  io::FileDescriptor file = open_file();
  if (!file.valid() && errno == ENOENT && create) {
    TRY_OK(io::write_new(path, Bytes(2 * kPageBytes)));
    file = open_file();
  }
  if (!file.valid()) return io::os_error(errno, "open", path);
  HeadFile out(path, std::move(file), disk);
  TRY_OK(out.load());
  return out;
}

Result<std::optional<PublishedHead>> HeadFile::read(const std::string& path) {
  TRY(bytes, read_pages(path));
  TRY(page, newest(bytes, path));
  if (page.writes == 0) return std::optional<PublishedHead>();
  return std::optional(std::move(page.head));
}

Status HeadFile::load() {
  TRY(bytes, read_pages(path_));
  TRY(page, newest(bytes, path_));
  writes_ = page.writes;
  if (writes_ > 0) last_ = std::move(page.head);
  return {};
}

Status HeadFile::write(const ledger::TreeHead& head, std::string_view note) {
  Page page{writes_ + 1, {head, note.size() <= kNoteMax ? std::string(note) : std::string()}};
  const Bytes bytes = encode(page);
  const std::uint64_t offset = kPageBytes * (page.writes % 2);
  if (disk_ != nullptr) {
    TRY(before, read_pages(path_));
    TRY_OK(disk_->writing(path_, offset, ByteView(before).subspan(offset, kPageBytes)));
  }
  ssize_t n = 0;
  do {
    n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  } while (n < 0 && errno == EINTR);
  if (n < 0) return io::os_error(errno, "write", path_);
  if (n != static_cast<ssize_t>(bytes.size())) return io::os_error(EIO, "write", path_);
  if (disk_ != nullptr) {
    TRY_OK(disk_->syncing(path_));
  } else if (::fdatasync(file_.get()) != 0) {
    return io::os_error(errno, "sync", path_);
  }
  writes_ = page.writes;
  last_ = std::move(page.head);
  return {};
}

}  // namespace safeconduct::store
