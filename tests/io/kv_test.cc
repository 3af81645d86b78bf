#include "schemas/io/kv.h"

#include <atomic>
#include <set>
#include <thread>

#include "tests/io/stores.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

std::string scanned(const KvStore& store, std::string_view from, std::string_view to,
                    std::size_t limit, bool back) {
  std::string seen;
  const auto add = [&](ByteView key, ByteView value) {
    seen += std::string(text_of(key)) + "=" + std::string(text_of(value)) + " ";
    return Scan::kContinue;
  };
  require_ok(back ? store.scan_back(kPlain, view_of(from), view_of(to), limit, add)
                  : store.scan(kPlain, view_of(from), view_of(to), limit, add));
  return seen;
}

std::string snapshot_of(const std::string& folder) {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    lines.push_back(entry.path().filename().string() + ":" +
                    (entry.is_regular_file() ? content_of(entry.path().string()) : "") + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line;
  return all;
}

}  // namespace

TEST_CASE("KvStore keeps a batch of several families and gives it back after a reopen") {
  TempFolder folder;
  const std::string body(5000, 'b');
  {
    KvStore store = opened(folder.file("store"));
    WriteBatch batch(store);
    CHECK(batch.empty());
    batch.put(kPlain, view_of("a"), view_of("1"));
    batch.put(kLarge, view_of("body"), view_of(body));
    CHECK_FALSE(batch.empty());
    CHECK(batch.bytes() > body.size());
    CHECK(value_of(store, kPlain, "a") == "absent");  // not before the commit
    REQUIRE(store.commit(batch, Sync::kYes));
    CHECK(value_of(store, kPlain, "a") == "1");
  }
  KvStore store = opened(folder.file("store"));
  CHECK(value_of(store, kPlain, "a") == "1");
  CHECK(value_of(store, kLarge, "body") == body);
  CHECK(value_of(store, kPlain, "body") == "absent");
  CHECK(store.path() == folder.file("store"));
}

TEST_CASE("KvStore shows a value without copying and says when there is none") {
  TempFolder folder;
  KvStore store = opened(folder.file("store"));
  REQUIRE(put(store, kPlain, "a", ""));
  std::size_t calls = 0;
  const auto show = [&](ByteView value) {
    CHECK(value.empty());
    ++calls;
  };
  CHECK(*store.visit(kPlain, view_of("a"), show));
  CHECK_FALSE(*store.visit(kPlain, view_of("b"), show));
  CHECK(calls == 1);
}

TEST_CASE("KvStore scans a range in order, forwards and backwards, within its limit") {
  TempFolder folder;
  KvStore store = opened(folder.file("store"));
  for (const char* key : {"d", "b", "a", "c", "b2"}) REQUIRE(put(store, kPlain, key, key));
  CHECK(scanned(store, "", "", 10, false) == "a=a b=b b2=b2 c=c d=d ");
  CHECK(scanned(store, "b", "d", 10, false) == "b=b b2=b2 c=c ");
  CHECK(scanned(store, "b", "d", 2, false) == "b=b b2=b2 ");
  CHECK(scanned(store, "", "", 10, true) == "d=d c=c b2=b2 b=b a=a ");
  CHECK(scanned(store, "b", "d", 10, true) == "c=c b2=b2 b=b ");
  CHECK(scanned(store, "b", "d", 1, true) == "c=c ");
  CHECK(scanned(store, "b", "b", 10, false).empty());
  CHECK(scanned(store, "x", "", 10, false).empty());
  std::size_t calls = 0;
  const auto shown = store.scan(kPlain, {}, {}, 10, [&](ByteView, ByteView) {
    return ++calls == 2 ? Scan::kStop : Scan::kContinue;
  });
  CHECK(*shown == 2);
  CHECK(calls == 2);
}

TEST_CASE("KvStore erases keys and ranges with the rest of their batch") {
  TempFolder folder;
  KvStore store = opened(folder.file("store"));
  for (const char* key : {"a", "b", "c", "d", "e"}) REQUIRE(put(store, kPlain, key, key));
  WriteBatch batch(store);
  batch.erase(kPlain, view_of("a"));
  batch.erase_range(kPlain, view_of("c"), view_of("e"));
  batch.put(kPlain, view_of("f"), view_of("f"));
  REQUIRE(store.commit(batch, Sync::kYes));
  CHECK(keys_of(store, kPlain) == "b e f ");
  batch.clear();
  CHECK(batch.empty());
  REQUIRE(store.commit(batch, Sync::kYes));
  CHECK(keys_of(store, kPlain) == "b e f ");
}

TEST_CASE("KvStore refuses a second opener until the first is closed") {
  TempFolder folder;
  {
    KvStore store = opened(folder.file("store"));
    const auto second = KvStore::open(folder.file("store"), small_store());
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::kUnavailable);
    CHECK(says(second.error(), "in use by another program"));
  }
  CHECK(KvStore::open(folder.file("store"), small_store()));
}

TEST_CASE("KvStore refuses another owner's store and leaves it as it was") {
  TempFolder folder;
  {
    KvStore store = opened(folder.file("store"));
    REQUIRE(put(store, kPlain, "a", "1"));
  }
  KvOptions other = small_store();
  other.owner = "broker";
  other.families.push_back({"more"});
  const auto wrong = KvStore::open(folder.file("store"), other);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::kUnsupported);
  CHECK(says(wrong.error(), "belongs to `test`, not to `broker`"));
  CHECK(value_of(opened(folder.file("store")), kPlain, "a") == "1");
}

TEST_CASE("KvStore refuses a newer format, whatever families it has, and reads an older one") {
  TempFolder folder;
  KvOptions newer = small_store();
  newer.format = 3;
  newer.families.push_back({"invented later"});
  opened(folder.file("store"), newer);
  KvOptions now = small_store();
  now.format = 2;
  const auto refused = KvStore::open(folder.file("store"), now);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUnsupported);
  CHECK(says(refused.error(), "has format 3, this program reads up to 2"));
  now.format = 4;
  now.families = newer.families;
  CHECK(KvStore::open(folder.file("store"), now));
}

TEST_CASE("KvStore refuses a format that its program no longer reads") {
  TempFolder folder;
  opened(folder.file("store"), small_store());
  KvOptions now = small_store();
  now.format = now.oldest_format = 2;
  const auto refused = KvStore::open(folder.file("store"), now);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUnsupported);
  CHECK(says(refused.error(), "has format 1, this program reads from 2 on"));
}

TEST_CASE("KvStore adds a family that a newer program of the same format brings") {
  TempFolder folder;
  {
    KvStore store = opened(folder.file("store"));
    REQUIRE(put(store, kPlain, "a", "1"));
    REQUIRE(put(store, kLarge, "b", "2"));
  }
  KvOptions more = small_store();
  more.families.insert(more.families.begin(), KvFamily{"first"});
  {
    KvStore store = opened(folder.file("store"), more);
    REQUIRE(put(store, 0, "new", "0"));
    CHECK(value_of(store, 1, "a") == "1");
    CHECK(value_of(store, 2, "b") == "2");
  }
  const auto older = KvStore::open(folder.file("store"), small_store());
  REQUIRE_FALSE(older);
  CHECK(older.error().code == ErrorCode::kUnsupported);
  CHECK(says(older.error(), "holds `first`, which this program does not know"));
}

TEST_CASE("A scan shows one instant while another thread commits") {
  TempFolder folder;
  KvStore store = opened(folder.file("store"));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int n = 0; n < 3000; ++n) {
      WriteBatch batch(store);
      for (const char* key : {"a", "m", "z"})
        batch.put(kPlain, view_of(key), view_of(std::to_string(n)));
      if (!store.commit(batch, Sync::kNo)) break;
    }
    done = true;
  });
  std::size_t mixed = 0;
  std::size_t seen = 0;
  while (!done) {
    std::set<std::string> values;
    require_ok(store.scan(kPlain, {}, {}, 10, [&](ByteView, ByteView value) {
      values.insert(std::string(text_of(value)));
      return Scan::kContinue;
    }));
    mixed += values.size() > 1 ? 1 : 0;
    ++seen;
  }
  writer.join();
  CHECK(seen > 0);
  CHECK(mixed == 0);
  CHECK(value_of(store, kPlain, "m") == "2999");
}

TEST_CASE("KvStore does not create what it was told to find") {
  TempFolder folder;
  KvOptions options = small_store();
  options.create_if_missing = false;
  const auto missing = KvStore::open(folder.file("store"), options);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK_FALSE(std::filesystem::exists(folder.file("store")));
}

TEST_CASE("KvStore is a directory that only its owner may enter") {
  TempFolder folder;
  opened(folder.file("store"));
  CHECK(mode_of(folder.file("store")) == 0700);
  ::chmod(folder.file("store").c_str(), 0750);
  const auto open_to_group = KvStore::open(folder.file("store"), small_store());
  REQUIRE_FALSE(open_to_group);
  CHECK(open_to_group.error().code == ErrorCode::kForbidden);
}

TEST_CASE("A read-only KvStore writes nothing, not even a lock, and refuses commits") {
  TempFolder folder;
  {
    KvStore store = opened(folder.file("store"));
    REQUIRE(put(store, kPlain, "a", "1"));
    REQUIRE(put(store, kLarge, "b", std::string(4000, 'x')));
  }
  const std::string before = snapshot_of(folder.file("store"));
  {
    auto store = KvStore::open_read_only(folder.file("store"), small_store());
    require_ok(store);
    CHECK(value_of(*store, kPlain, "a") == "1");
    CHECK(value_of(*store, kLarge, "b") == std::string(4000, 'x'));
    const Status refused = put(*store, kPlain, "c", "3");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kForbidden);
  }
  CHECK(snapshot_of(folder.file("store")) == before);
  const auto missing = KvStore::open_read_only(folder.file("none"), small_store());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK_FALSE(std::filesystem::exists(folder.file("none")));
}

TEST_CASE("A checkpoint is a whole private copy of its moment") {
  TempFolder folder;
  KvStore store = opened(folder.file("store"));
  REQUIRE(put(store, kPlain, "a", "1"));
  REQUIRE(put(store, kLarge, "b", std::string(4000, 'x'), Sync::kNo));
  REQUIRE(store.checkpoint(folder.file("copy")));
  REQUIRE(put(store, kPlain, "a", "2"));
  CHECK(mode_of(folder.file("copy")) == 0700);
  {
    auto copy = KvStore::open_read_only(folder.file("copy"), small_store());
    require_ok(copy);
    CHECK(value_of(*copy, kPlain, "a") == "1");
    CHECK(value_of(*copy, kLarge, "b") == std::string(4000, 'x'));
  }
  KvStore copy = opened(folder.file("copy"));
  REQUIRE(put(copy, kPlain, "a", "3"));
  CHECK(value_of(store, kPlain, "a") == "2");
  const Status again = store.checkpoint(folder.file("copy"));
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::kConflict);
}
