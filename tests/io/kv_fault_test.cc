#include "schemas/io/kv_fault.h"

#include <cstdlib>

#include "tests/io/seed.h"
#include "tests/io/stores.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

std::string number(int n) {
  std::string text = std::to_string(n);
  return std::string(6 - text.size(), '0') + text;
}

// Batch n of a history: n itself, a body, and the count so far, in two families.
Status commit_step(KvStore& store, int n, std::size_t body_bytes, Sync sync) {
  WriteBatch batch(store);
  batch.put(kPlain, view_of(number(n)), view_of("entry"));
  batch.put(kLarge, view_of(number(n)),
            view_of(std::string(body_bytes, static_cast<char>('a' + n % 26))));
  batch.put(kPlain, view_of("count"), view_of(number(n)));
  if (n >= 10) batch.erase(kLarge, view_of(number(n - 10)));
  return store.commit(batch, sync);
}

// How many batches the store holds, having checked that each is whole and none is missing between.
int whole_steps(const KvStore& store, std::size_t body_bytes) {
  const std::string count = value_of(store, kPlain, "count");
  if (count == "absent") {
    CHECK(keys_of(store, kPlain).empty());
    CHECK(keys_of(store, kLarge).empty());
    return 0;
  }
  const int last = std::atoi(count.c_str());
  for (int n = 1; n <= last; ++n) {
    CHECK(value_of(store, kPlain, number(n)) == "entry");
    const bool erased = n <= last - 10;
    const std::string body(body_bytes, static_cast<char>('a' + n % 26));
    CHECK(value_of(store, kLarge, number(n)) == (erased ? "absent" : body));
  }
  CHECK(value_of(store, kPlain, number(last + 1)) == "absent");
  CHECK(value_of(store, kLarge, number(last + 1)) == "absent");
  return last;
}

}  // namespace

TEST_CASE("After a loss of power what was synced is there and what was not is gone") {
  TempFolder folder;
  FaultyDisk disk;
  {
    KvStore store = opened(folder.file("store"), small_store(&disk));
    REQUIRE(put(store, kPlain, "a", "early", Sync::kNo));
    REQUIRE(put(store, kPlain, "b", "synced", Sync::kYes));
    REQUIRE(put(store, kPlain, "c", "late", Sync::kNo));
    disk.cut_power();
  }
  REQUIRE(disk.drop_unsynced());
  const KvStore store = opened(folder.file("store"), small_store(&disk));
  CHECK(value_of(store, kPlain, "a") == "early");  // before a sync, so with it
  CHECK(value_of(store, kPlain, "b") == "synced");
  CHECK(value_of(store, kPlain, "c") == "absent");
}

TEST_CASE("A commit with sync syncs the log before it returns, one without does not") {
  TempFolder folder;
  FaultyDisk disk;
  KvStore store = opened(folder.file("store"), small_store(&disk));
  REQUIRE(put(store, kPlain, "a", "1", Sync::kYes));
  const std::uint64_t before = disk.syncs();
  REQUIRE(put(store, kPlain, "b", "1", Sync::kNo));
  CHECK(disk.syncs() == before);
  REQUIRE(put(store, kPlain, "c", "1", Sync::kYes));
  CHECK(disk.syncs() == before + 1);
}

TEST_CASE("A store whose making was cut short is made whole at the next open") {
  for (std::uint64_t n = 1; n < 40; ++n) {
    TempFolder folder;
    FaultyDisk disk;
    disk.fail_writes_from(n, DiskFault::kBroken);
    const bool made = KvStore::open(folder.file("store"), small_store(&disk)).has_value();
    disk.cut_power();
    REQUIRE(disk.drop_unsynced());
    disk.heal();
    KvStore store = opened(folder.file("store"), small_store(&disk));
    CHECK(put(store, kLarge, "a", "1").has_value());
    if (made) break;
    CHECK(n < 39);
  }
}

TEST_CASE("A full disk stops the store with a sentence that says what to do") {
  TempFolder folder;
  FaultyDisk disk;
  {
    KvStore store = opened(folder.file("store"), small_store(&disk));
    REQUIRE(put(store, kPlain, "a", "1"));
    disk.fail_writes_from(1, DiskFault::kFull);
    const Status full = put(store, kPlain, "b", "2");
    REQUIRE_FALSE(full);
    CHECK(full.error().code == ErrorCode::kIo);
    CHECK(says(full.error(), "the disk is full; free space and start again"));
    CHECK(says(full.error(), folder.file("store")));
    disk.heal();
    // Space is back, but what the failed write left is unknown: nothing until a new start.
    const Status later = put(store, kPlain, "c", "3");
    REQUIRE_FALSE(later);
    CHECK(later.error() == full.error());
    CHECK(value_of(store, kPlain, "a") == "1");
  }
  KvStore store = opened(folder.file("store"), small_store(&disk));
  CHECK(value_of(store, kPlain, "a") == "1");
  CHECK(value_of(store, kPlain, "c") == "absent");
  CHECK(put(store, kPlain, "d", "4"));
}

TEST_CASE("A failed sync stops the store: a second one would prove nothing") {
  TempFolder folder;
  FaultyDisk disk;
  KvStore store = opened(folder.file("store"), small_store(&disk));
  disk.fail_syncs_from(1, DiskFault::kBroken);
  const Status broken = put(store, kPlain, "a", "1", Sync::kYes);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == ErrorCode::kIo);
  CHECK(says(broken.error(), "check the disk, then start again"));
  disk.heal();
  CHECK_FALSE(put(store, kPlain, "b", "2", Sync::kYes).has_value());
  CHECK_FALSE(put(store, kPlain, "b", "2", Sync::kNo).has_value());
}

TEST_CASE("A disk that fills up while tables are written stops the commits too") {
  TempFolder folder;
  FaultyDisk disk;
  KvOptions options = small_store(&disk);
  options.write_buffer_bytes = 256 * 1024;
  int committed = 0;
  {
    KvStore store = opened(folder.file("store"), options);
    disk.fail_writes_from(400, DiskFault::kFull);
    for (int n = 1; n < 2000; ++n) {
      if (!commit_step(store, n, 2000, Sync::kYes)) break;
      committed = n;
    }
    CHECK(committed > 0);
    CHECK(committed < 1999);
  }
  disk.heal();
  const KvStore store = opened(folder.file("store"), options);
  CHECK(whole_steps(store, 2000) >= committed);
}

TEST_CASE("Wherever the power goes, a store reopens at a batch that no sync had passed") {
  const std::uint64_t seed = printed_seed("kv_fault_test");
  std::mt19937_64 random(seed);
  for (int round = 0; round < 10; ++round) {
    TempFolder folder;
    FaultyDisk disk;
    KvOptions options = small_store(&disk);
    options.write_buffer_bytes = 128 * 1024;  // tables and blob files are written all the time
    int floor = 0;
    for (int life = 0; life < 3; ++life) {
      {
        KvStore store = opened(folder.file("store"), options);
        INFO("seed " << seed << " round " << round << " life " << life);
        int done = whole_steps(store, 3000);
        CHECK(done >= floor);
        const int stop = done + 1 + static_cast<int>(random() % 120);
        // In every second round the power goes within a write, of the log or of a table.
        if (round % 2 == 1) disk.fail_writes_from(1 + random() % 200, DiskFault::kBroken);
        while (done < stop) {
          const Sync sync = random() % 3 == 0 ? Sync::kYes : Sync::kNo;
          if (!commit_step(store, ++done, 3000, sync)) break;
          if (sync == Sync::kYes) floor = done;
        }
        disk.cut_power();
      }
      REQUIRE(disk.drop_unsynced(random() % 4000));
      disk.heal();
    }
    const KvStore store = opened(folder.file("store"), options);
    CHECK(whole_steps(store, 3000) >= floor);
  }
}
