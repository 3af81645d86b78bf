#include "schemas/io/key_slot_file.h"

#include "schemas/io/kv_fault.h"
#include "tests/io/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

KeySlotOptions small_file(FaultyDisk* disk = nullptr) {
  KeySlotOptions options;
  options.extent_slots = 256;
  options.slots_max = 512;
  options.disk = disk;
  return options;
}

KeySlotFile opened(const std::string& path, const KeySlotOptions& options = small_file()) {
  auto file = KeySlotFile::open(path, options);
  require_ok(file);
  return std::move(file).value();
}

SecretKey<32> key_of(char fill) {
  ByteArray<32> bytes;
  bytes.fill(static_cast<std::uint8_t>(fill));
  return SecretKey<32>(bytes);
}

KeySlot kept(KeySlotFile& file, char fill) {
  const auto slot = file.allocate(key_of(fill));
  require_ok(slot);
  return *slot;
}

bool holds(const KeySlotFile& file, KeySlot slot, char fill) {
  const auto key = file.read(slot);
  return key && equal(key->expose(), key_of(fill).expose());
}

// Whether the bytes of the key lie anywhere in the file.
bool lies_in(const std::string& path, char fill) {
  return content_of(path).find(std::string(32, fill)) != std::string::npos;
}

}  // namespace

TEST_CASE("A key slot gives its key back at once, and after a reopen when synced") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  {
    KeySlotFile file = opened(path);
    const KeySlot first = kept(file, 'a');
    const KeySlot second = kept(file, 'b');
    CHECK(first != second);
    CHECK(holds(file, first, 'a'));
    CHECK_FALSE(lies_in(path, 'a'));  // not before the sync
    REQUIRE(file.sync());
    CHECK(lies_in(path, 'a'));
    CHECK(file.used() == 2);
    CHECK(file.capacity() == 256);
  }
  KeySlotFile file = opened(path);
  CHECK(holds(file, 0, 'a'));
  CHECK(holds(file, 1, 'b'));
  CHECK(file.used() == 2);
  const auto free = file.read(2);
  REQUIRE_FALSE(free);
  CHECK(free.error().code == ErrorCode::kNotFound);
}

TEST_CASE("An erased key is gone from the bytes of the file, its neighbours stay") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  KeySlotFile file = opened(path);
  for (const char fill : {'a', 'b', 'c'}) kept(file, fill);
  REQUIRE(file.sync());
  REQUIRE(file.erase(1));
  CHECK_FALSE(file.read(1).has_value());
  CHECK(lies_in(path, 'b'));
  REQUIRE(file.sync());
  CHECK_FALSE(lies_in(path, 'b'));
  CHECK(lies_in(path, 'a'));
  CHECK(lies_in(path, 'c'));
  CHECK(content_of(path).substr(4096 + 32, 32) == std::string(32, '\0'));
  REQUIRE(file.erase(1));  // a free slot: no effect
  CHECK(file.used() == 2);
}

TEST_CASE("A freed slot is the next to be taken") {
  TempFolder folder;
  KeySlotFile file = opened(folder.file("slots"));
  for (int i = 0; i < 200; ++i) kept(file, 'x');
  REQUIRE(file.sync());
  REQUIRE(file.erase(70));
  CHECK(kept(file, 'y') == 70);
  CHECK(kept(file, 'z') == 200);
  REQUIRE(file.sync());
  CHECK(holds(file, 70, 'y'));
}

TEST_CASE("The file grows by extents up to its bound and then pushes back") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  KeySlotFile file = opened(path);
  CHECK(std::filesystem::file_size(path) == 4096 + 256 * 32);
  for (int i = 0; i < 512; ++i) kept(file, 'x');
  CHECK(file.capacity() == 512);
  const auto more = file.allocate(key_of('x'));
  REQUIRE_FALSE(more);
  CHECK(more.error().code == ErrorCode::kOverloaded);
  REQUIRE(file.erase(300));
  CHECK(kept(file, 'y') == 300);
  const auto zeros = file.allocate(key_of('\0'));
  REQUIRE_FALSE(zeros);
  CHECK(zeros.error().code == ErrorCode::kInvalid);
}

TEST_CASE("keep_only destroys every key that nobody names") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  {
    KeySlotFile file = opened(path);
    for (const char fill : {'a', 'b', 'c', 'd'}) kept(file, fill);
    REQUIRE(file.sync());
  }
  KeySlotFile file = opened(path);
  const auto destroyed = file.keep_only({true, false, true});
  require_ok(destroyed);
  CHECK(*destroyed == 2);
  CHECK(lies_in(path, 'a'));
  CHECK_FALSE(lies_in(path, 'b'));
  CHECK(lies_in(path, 'c'));
  CHECK_FALSE(lies_in(path, 'd'));
  CHECK(*file.keep_only({true, false, true}) == 0);
}

TEST_CASE("A file of key slots is its owner's alone and opens once") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  {
    KeySlotFile file = opened(path);
    CHECK(mode_of(path) == 0600);
    const auto second = KeySlotFile::open(path, small_file());
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::kUnavailable);
  }
  ::chmod(path.c_str(), 0640);
  const auto readable = KeySlotFile::open(path, small_file());
  REQUIRE_FALSE(readable);
  CHECK(readable.error().code == ErrorCode::kForbidden);
  ::chmod(path.c_str(), 0600);
  CHECK(KeySlotFile::open(path, small_file()));
}

TEST_CASE("A file that is not of key slots, or of a newer version, is left alone") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  opened(path);
  std::string newer = content_of(path);
  newer[sizeof("safeconduct/1 key slots")] = 2;
  put_content(path, newer);
  const auto version = KeySlotFile::open(path, small_file());
  REQUIRE_FALSE(version);
  CHECK(version.error().code == ErrorCode::kUnsupported);

  const std::string foreign(10000, 'f');
  put_content(path, foreign);
  const auto other = KeySlotFile::open(path, small_file());
  REQUIRE_FALSE(other);
  CHECK(other.error().code == ErrorCode::kCorrupt);
  CHECK(content_of(path) == foreign);
  std::filesystem::create_symlink(path, folder.file("link"));
  CHECK_FALSE(KeySlotFile::open(folder.file("link"), small_file()).has_value());
}

TEST_CASE("An extent that a crash cut short loses no key and is completed later") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  {
    KeySlotFile file = opened(path);
    for (int i = 0; i < 300; ++i) kept(file, 'x');
    REQUIRE(file.sync());
  }
  std::filesystem::resize_file(path, 4096 + 384 * 32 + 100);  // three pages and a part
  KeySlotFile file = opened(path);
  CHECK(file.used() == 300);
  CHECK(file.capacity() == 384);
  for (int i = 0; i < 212; ++i) kept(file, 'y');
  CHECK(file.capacity() == 512);
  REQUIRE(file.sync());
  CHECK(holds(file, 299, 'x'));
  CHECK(holds(file, 511, 'y'));
  CHECK_FALSE(file.allocate(key_of('z')).has_value());
}

TEST_CASE("Power lost before a sync: new keys are not there, erased ones still are") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  FaultyDisk disk;
  {
    KeySlotFile file = opened(path, small_file(&disk));
    for (const char fill : {'a', 'b'}) kept(file, fill);
    REQUIRE(file.sync());
    REQUIRE(file.erase(0));
    kept(file, 'c');
    disk.cut_power();
    const Status lost = file.sync();
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == ErrorCode::kIo);
  }
  REQUIRE(disk.drop_unsynced());
  KeySlotFile file = opened(path, small_file(&disk));
  CHECK(holds(file, 0, 'a'));
  CHECK(holds(file, 1, 'b'));
  CHECK_FALSE(lies_in(path, 'c'));
  // What the store does at its start: slot 0's message ended, so its key goes now.
  CHECK(*file.keep_only({false, true}) == 1);
  CHECK_FALSE(lies_in(path, 'a'));
}

TEST_CASE("Power lost between write and fdatasync brings the old page back") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  FaultyDisk disk;
  {
    KeySlotFile file = opened(path, small_file(&disk));
    kept(file, 'a');
    REQUIRE(file.sync());
    REQUIRE(file.erase(0));
    disk.fail_syncs_from(1, DiskFault::kBroken);
    REQUIRE_FALSE(file.sync());
    CHECK_FALSE(lies_in(path, 'a'));  // written, but not durable
    disk.cut_power();
  }
  REQUIRE(disk.drop_unsynced());
  CHECK(lies_in(path, 'a'));
}

TEST_CASE("After a failed sync a file of key slots refuses everything until it is opened anew") {
  TempFolder folder;
  const std::string path = folder.file("slots");
  FaultyDisk disk;
  {
    KeySlotFile file = opened(path, small_file(&disk));
    kept(file, 'a');
    disk.fail_writes_from(1, DiskFault::kFull);
    const Status full = file.sync();
    REQUIRE_FALSE(full);
    CHECK(full.error().code == ErrorCode::kIo);
    CHECK(says(full.error(), "the disk is full; free space and start again"));
    disk.heal();
    CHECK_FALSE(file.sync().has_value());
    CHECK_FALSE(file.allocate(key_of('b')).has_value());
    CHECK_FALSE(file.erase(0).has_value());
  }
  KeySlotFile file = opened(path, small_file(&disk));
  CHECK(file.used() == 0);
  kept(file, 'b');
  CHECK(file.sync());
}

TEST_CASE("A sync of key slots writes each changed page once") {
  TempFolder folder;
  FaultyDisk disk;
  KeySlotFile file = opened(folder.file("slots"), small_file(&disk));
  const std::uint64_t before = disk.writes();
  for (int i = 0; i < 128; ++i) kept(file, 'x');
  REQUIRE(file.sync());
  CHECK(disk.writes() == before + 1);
  REQUIRE(file.sync());  // nothing staged
  CHECK(disk.writes() == before + 1);
  CHECK(disk.syncs() == 1);
}
