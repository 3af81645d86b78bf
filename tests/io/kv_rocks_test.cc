#include <cstdio>

#include "tests/io/stores.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

void flip_byte(const std::string& path, std::size_t at) {
  std::string bytes = content_of(path);
  REQUIRE(at < bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
  put_content(path, bytes);
}

ErrorCode code_of_open(const std::string& path) {
  const auto store = KvStore::open(path, small_store());
  REQUIRE_FALSE(store);
  INFO(store.error().message);
  CHECK(store.error().message.find("value") == std::string::npos);
  return store.error().code;
}

// The newest log of a store that was closed without a flush, so that its batches are in it.
std::string newest_log(const std::string& store) {
  const auto logs = files_of(store, ".log");
  REQUIRE_FALSE(logs.empty());
  return logs.back();
}

void write_three(const std::string& path) {
  KvStore store = opened(path);
  for (const char* key : {"a", "b", "c"}) {
    REQUIRE(put(store, kPlain, key, std::string(500, *key)));
  }
}

// Fills `family` until its tables are on the disk.
void fill(KvStore& store, Family family, std::size_t mebibytes) {
  for (std::size_t i = 0; i < mebibytes * 64; ++i) {
    REQUIRE(put(store, family, "fill" + std::to_string(i), std::string(16 * 1024, 'f'), Sync::kNo));
  }
}

}  // namespace

TEST_CASE("A last record that a crash cut short is dropped, the ones before it stay") {
  for (const std::size_t cut : {1u, 100u, 520u}) {
    TempFolder folder;
    write_three(folder.file("store"));
    const std::string log = newest_log(folder.file("store"));
    std::filesystem::resize_file(log, std::filesystem::file_size(log) - cut);
    const KvStore store = opened(folder.file("store"));
    CHECK(keys_of(store, kPlain) == "a b ");
  }
}

TEST_CASE("Damage in the middle of the log is refused, not skipped") {
  TempFolder folder;
  write_three(folder.file("store"));
  const std::string log = newest_log(folder.file("store"));
  const std::size_t size = std::filesystem::file_size(log);
  SECTION("in the payload of an earlier record") {
    flip_byte(log, size / 2);
    CHECK(code_of_open(folder.file("store")) == ErrorCode::kCorrupt);
  }
  SECTION("in the last record, which is whole") {
    flip_byte(log, size - 10);
    CHECK(code_of_open(folder.file("store")) == ErrorCode::kCorrupt);
  }
}

TEST_CASE("An older log that is missing or shortened is noticed") {
  TempFolder folder;
  const std::string path = folder.file("store");
  {
    KvStore store = opened(path);
    REQUIRE(put(store, kPlain, "kept only in the log", "1"));
    fill(store, kLarge, 6);
    REQUIRE(put(store, kPlain, "z", "1", Sync::kYes));
  }
  const auto logs = files_of(path, ".log");
  REQUIRE(logs.size() >= 2);
  SECTION("missing") {
    std::filesystem::remove(logs.front());
    CHECK(code_of_open(path) == ErrorCode::kCorrupt);
  }
  SECTION("shortened") {
    std::filesystem::resize_file(logs.front(), std::filesystem::file_size(logs.front()) / 2);
    CHECK(code_of_open(path) == ErrorCode::kCorrupt);
  }
  SECTION("untouched") {
    CHECK(value_of(opened(path), kPlain, "z") == "1");
  }
}

TEST_CASE("A damaged table or blob file is an error of the read, never a wrong value") {
  TempFolder folder;
  const std::string path = folder.file("store");
  {
    KvStore store = opened(path);
    for (int i = 0; i < 50; ++i) {
      REQUIRE(put(store, kPlain, "key" + std::to_string(i), std::string(200, 'v')));
      REQUIRE(put(store, kLarge, "key" + std::to_string(i), std::string(4000, 'v')));
    }
    REQUIRE(store.checkpoint(folder.file("copy")));  // flushes
  }
  const auto blobs = files_of(folder.file("copy"), ".blob");
  REQUIRE(blobs.size() == 1);
  const std::string blob_bytes = content_of(blobs[0]);
  std::string damaged = blob_bytes;
  for (std::size_t i = 100; i + 100 < damaged.size(); i += 997) damaged[i] ^= 1;
  std::filesystem::remove(blobs[0]);  // a hard link to the store's own
  put_content(blobs[0], damaged);
  const KvStore copy = opened(folder.file("copy"));
  const auto value = copy.get(kLarge, view_of("key7"));
  REQUIRE_FALSE(value);
  CHECK(value.error().code == ErrorCode::kCorrupt);
  CHECK(value_of(copy, kPlain, "key7") == std::string(200, 'v'));
}

TEST_CASE("A store stays within its memory while large values pass through") {
  TempFolder folder;
  KvOptions options = small_store();
  options.write_buffer_bytes = 2 * 1024 * 1024;
  options.block_cache_bytes = 1024 * 1024;
  KvStore store = opened(folder.file("store"), options);
  std::size_t most = 0;
  for (int tick = 0; tick < 60; ++tick) {
    WriteBatch batch(store);
    for (int i = 0; i < 64; ++i) {
      const std::string key = std::to_string(tick) + "/" + std::to_string(i);
      batch.put(kLarge, view_of(key), view_of(std::string(8 * 1024, 'x')));
      batch.put(kPlain, view_of(key), view_of(std::string(300, 'y')));
    }
    REQUIRE(store.commit(batch, Sync::kNo));
    require_ok(store.scan(kPlain, {}, {}, 500, [](ByteView, ByteView) { return Scan::kContinue; }));
    most = std::max(most, store.memory_bytes());
  }
  // One batch more than the buffer, and the open tables' own.
  CHECK(most < options.write_buffer_bytes + options.block_cache_bytes + 2 * 1024 * 1024);
}

TEST_CASE("Drained large values give their disk space back") {
  TempFolder folder;
  KvOptions options = small_store();
  options.write_buffer_bytes = 1024 * 1024;
  KvStore store = opened(folder.file("store"), options);
  const auto blob_bytes = [&] {
    std::uintmax_t total = 0;
    for (const auto& file : files_of(folder.file("store"), ".blob")) {
      std::error_code gone;
      const auto size = std::filesystem::file_size(file, gone);
      if (!gone) total += size;
    }
    return total;
  };
  fill(store, kLarge, 20);
  const std::uintmax_t full = blob_bytes();
  CHECK(full > 15 * 1024 * 1024);
  for (int round = 0; round < 3; ++round) {
    WriteBatch drained(store);
    for (std::size_t i = 0; i < 20 * 64; ++i) {
      drained.erase(kLarge, view_of("fill" + std::to_string(i)));
    }
    REQUIRE(store.commit(drained, Sync::kNo));
    fill(store, kLarge, 4);
  }
  CHECK(blob_bytes() < full);
}

TEST_CASE("A store leaves no log of its own beside the files") {
  TempFolder folder;
  write_three(folder.file("store"));
  CHECK_FALSE(std::filesystem::exists(folder.file("store/LOG")));
}
