#include "schemas/io/key_slot_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <map>
#include <optional>
#include <span>

#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/io/kv_fault.h"

// File := header page, slot page*
// header page (4096 bytes) := "safeconduct/1 key slots" NUL, version u8 = 1, zeros
// slot page   (4096 bytes) := 128 slots of 32 bytes; a free slot is all zeros
// Slot s lies at 4096 + 32 * s. Pages come in extents; one that a crash cut short is completed when
// its slots are used up.

namespace safeconduct::io {
namespace {

constexpr std::string_view kLabel = "safeconduct/1 key slots";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kKeyBytes = 32;
constexpr std::uint32_t kSlotsPerPage = kPageBytes / kKeyBytes;

// A page on its way between memory and file; wiped, because it holds keys.
struct Page {
  std::array<std::uint8_t, kPageBytes> bytes{};
  Page() = default;
  Page(const Page&) = default;
  Page& operator=(const Page&) = default;
  ~Page() { wipe(bytes.data(), bytes.size()); }
  std::uint8_t* slot(KeySlot index) { return bytes.data() + kKeyBytes * (index % kSlotsPerPage); }
};

constexpr off_t page_offset(std::size_t page) {
  return static_cast<off_t>(kPageBytes * (1 + page));
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

Bytes header_page() {
  ByteWriter writer;
  writer.label(kLabel).u8(kVersion);
  Bytes page = writer.take();
  page.resize(kPageBytes);
  return page;
}

}  // namespace

struct KeySlotFile::State {
  std::string path;
  KeySlotOptions options;
  FileDescriptor file;
  std::vector<std::uint64_t> taken;  // one bit per slot of the file
  std::size_t used = 0;
  std::size_t first_open_word = 0;  // no free slot lies in a word before this one
  std::map<std::size_t, Page> staged;
  std::optional<Error> failed;  // INVARIANT: once set, nothing is written any more

  std::size_t slots() const { return 64 * taken.size(); }
  bool is_taken(KeySlot slot) const {
    return slot < slots() && ((taken[slot / 64] >> (slot % 64)) & 1) != 0;
  }
  void mark(KeySlot slot, bool in_use) {
    const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
    if (in_use) {
      taken[slot / 64] |= bit;
      ++used;
    } else {
      taken[slot / 64] &= ~bit;
      --used;
      first_open_word = std::min<std::size_t>(first_open_word, slot / 64);
    }
  }

  Status fail(Error error) {
    failed = std::move(error);
    return *failed;
  }
  Status read_at(off_t offset, std::span<std::uint8_t> into) const {
    ssize_t n = 0;
    do {
      n = ::pread(file.get(), into.data(), into.size(), offset);
    } while (n < 0 && errno == EINTR);
    if (n == static_cast<ssize_t>(into.size())) return {};
    return os_error(n < 0 ? errno : EIO, "read", path);
  }
  Status read_page(std::size_t page, Page& into) const {
    return read_at(page_offset(page), into.bytes);
  }
  // The page as it will be after the next sync.
  Result<Page*> stage(KeySlot slot) {
    if (failed) return *failed;
    const std::size_t number = slot / kSlotsPerPage;
    const auto [at, fresh] = staged.try_emplace(number);
    if (fresh) {
      if (Status read = read_page(number, at->second); !read) {
        staged.erase(at);
        return std::move(read).error();
      }
    }
    return &at->second;
  }
  Status write_page(std::size_t number, const Page& page) const;
  Status check_header() const;
  Status grow();
  Status load();
};

Status KeySlotFile::State::write_page(std::size_t number, const Page& page) const {
  if (options.disk != nullptr) {
    Page before;
    TRY_OK(read_page(number, before));
    TRY_OK(
        options.disk->writing(path, static_cast<std::uint64_t>(page_offset(number)), before.bytes));
  }
  // A page cut short by a crash is harmless: its other slots are rewritten with what they held.
  ssize_t n = 0;
  do {
    n = ::pwrite(file.get(), page.bytes.data(), kPageBytes, page_offset(number));
  } while (n < 0 && errno == EINTR);
  if (n < 0) return os_error(errno, "write", path);
  if (n != static_cast<ssize_t>(kPageBytes)) return os_error(EIO, "write", path);
  return {};
}

Status KeySlotFile::State::check_header() const {
  Bytes page(kPageBytes);
  const ssize_t n = ::pread(file.get(), page.data(), kPageBytes, 0);
  if (n < 0) return os_error(errno, "read", path);
  page.resize(static_cast<std::size_t>(n));
  ByteReader reader(page);
  reader.label(kLabel);
  const std::uint8_t version = reader.u8();
  if (!reader.failed() && version > kVersion) {
    return Error{ErrorCode::kUnsupported, "the key slots in `" + path + "` have version " +
                                              std::to_string(version) +
                                              "; install the newer version of this program"};
  }
  if (page != header_page()) {
    return corrupt("`" + path + "` is not a file of key slots; check the path, do not replace it");
  }
  return {};
}

// Real zeros rather than a hole: a later write of a page then changes no metadata and cannot meet a
// full disk.
Status KeySlotFile::State::grow() {
  if (slots() >= options.slots_max) {
    return Error{ErrorCode::kOverloaded,
                 "all " + std::to_string(options.slots_max) +
                     " key slots are in use; try again when messages have been received"};
  }
  if (options.disk != nullptr) TRY_OK(options.disk->writing(path, 0, {}));
  const Bytes zeros(kPageBytes * 64);
  const std::size_t target = (slots() / options.extent_slots + 1) * options.extent_slots;
  const off_t end = page_offset(target / kSlotsPerPage);
  for (off_t at = page_offset(slots() / kSlotsPerPage); at < end;) {
    const std::size_t size = std::min(zeros.size(), static_cast<std::size_t>(end - at));
    const ssize_t n = ::pwrite(file.get(), zeros.data(), size, at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(errno, "enlarge", path);
    at += n;
  }
  if (::fsync(file.get()) != 0) return os_error(errno, "sync", path);
  taken.resize(target / 64);
  return {};
}

Status KeySlotFile::State::load() {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return os_error(errno, "examine", path);
  if ((info.st_mode & 077) != 0) {
    return Error{ErrorCode::kForbidden,
                 "`" + path + "` can be read by others; run `chmod 600 " + path + "`"};
  }
  TRY_OK(check_header());
  const std::size_t pages = static_cast<std::size_t>(info.st_size) / kPageBytes - 1;
  if (pages > options.slots_max / kSlotsPerPage) {
    return corrupt("`" + path + "` has more key slots than this program uses; check the path");
  }
  taken.resize(pages * (kSlotsPerPage / 64));
  Page page;
  for (KeySlot slot = 0; slot < slots(); ++slot) {
    if (slot % kSlotsPerPage == 0) TRY_OK(read_page(slot / kSlotsPerPage, page));
    if (!all_zero({page.slot(slot), kKeyBytes})) mark(slot, true);
  }
  return slots() == 0 ? grow() : Status{};
}

KeySlotFile::KeySlotFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeySlotFile::~KeySlotFile() = default;
KeySlotFile::KeySlotFile(KeySlotFile&&) noexcept = default;
KeySlotFile& KeySlotFile::operator=(KeySlotFile&&) noexcept = default;

Result<KeySlotFile> KeySlotFile::open(const std::string& path, const KeySlotOptions& options) {
  SC_CHECK(options.extent_slots > 0 && options.extent_slots % kSlotsPerPage == 0);
  auto state = std::make_unique<State>();
  state->path = path;
  state->options = options;
  const auto open_file = [&] {
    return FileDescriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  };
  state->file = open_file();
  if (!state->file.valid() && errno == ENOENT) {
    const Status made = write_new(path, header_page());
    if (!made && made.error().code != ErrorCode::kConflict) return made.error();
    state->file = open_file();
  }
  if (!state->file.valid()) return os_error(errno, "open", path);
  if (::flock(state->file.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kUnavailable, "the key slots in `" + path +
                                              "` are in use by another program; stop that one "
                                              "first"};
  }
  TRY_OK(state->load());
  return KeySlotFile(std::move(state));
}

Result<KeySlot> KeySlotFile::allocate(const SecretKey<32>& key) {
  State& s = *state_;
  if (s.failed) return *s.failed;
  if (all_zero(key.expose())) return invalid("a key of zeros cannot be kept");
  auto& word = s.first_open_word;
  while (word < s.taken.size() && s.taken[word] == ~std::uint64_t{0}) ++word;
  if (word == s.taken.size()) TRY_OK(s.grow());
  const auto slot = static_cast<KeySlot>(64 * word + std::countr_one(s.taken[word]));
  TRY(page, s.stage(slot));
  std::copy_n(key.expose().data(), kKeyBytes, page->slot(slot));
  s.mark(slot, true);
  return slot;
}

Result<SecretKey<32>> KeySlotFile::read(KeySlot slot) const {
  State& s = *state_;
  if (!s.is_taken(slot)) return not_found("key slot " + std::to_string(slot) + " is free");
  SecretKey<32> key;
  auto& bytes = key.expose_mutable();
  if (const auto at = s.staged.find(slot / kSlotsPerPage); at != s.staged.end()) {
    std::copy_n(at->second.slot(slot), kKeyBytes, bytes.data());
    return key;
  }
  const off_t offset = page_offset(0) + static_cast<off_t>(kKeyBytes) * slot;
  TRY_OK(s.read_at(offset, bytes));
  return key;
}

Status KeySlotFile::erase(KeySlot slot) {
  if (state_->failed) return *state_->failed;
  if (!state_->is_taken(slot)) return {};
  TRY(page, state_->stage(slot));
  wipe(page->slot(slot), kKeyBytes);
  state_->mark(slot, false);
  return {};
}

Status KeySlotFile::sync() {
  State& s = *state_;
  if (s.failed) return *s.failed;
  if (s.staged.empty()) return {};
  for (const auto& [number, page] : s.staged) {
    if (Status written = s.write_page(number, page); !written) return s.fail(written.error());
  }
  if (s.options.disk != nullptr) {
    if (Status synced = s.options.disk->syncing(s.path); !synced) return s.fail(synced.error());
  } else if (::fdatasync(s.file.get()) != 0) {
    return s.fail(os_error(errno, "sync", s.path));
  }
  s.staged.clear();
  return {};
}

Result<std::size_t> KeySlotFile::keep_only(const std::vector<bool>& live) {
  std::size_t destroyed = 0;
  for (KeySlot slot = 0; slot < state_->slots(); ++slot) {
    if (!state_->is_taken(slot) || (slot < live.size() && live[slot])) continue;
    TRY_OK(erase(slot));
    ++destroyed;
  }
  TRY_OK(sync());
  return destroyed;
}

std::size_t KeySlotFile::used() const {
  return state_->used;
}
std::size_t KeySlotFile::capacity() const {
  return state_->slots();
}

}  // namespace safeconduct::io
