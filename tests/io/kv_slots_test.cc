// Store and key slots together, in the order that key_slot_file.h asks for.
#include "schemas/base/codec.h"
#include "schemas/io/key_slot_file.h"
#include "tests/io/seed.h"
#include "tests/io/stores.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

// A broker in small: messages whose keys lie in slots that the store names.
struct SmallBroker {
  KvStore store;
  KeySlotFile slots;

  SmallBroker(const TempFolder& folder, FaultyDisk& disk)
      : store(opened(folder.file("store"), store_options(disk))),
        slots(slots_in(folder.file("slots"), disk)) {}

  static KvOptions store_options(FaultyDisk& disk) {
    KvOptions options = small_store(&disk);
    options.write_buffer_bytes = 128 * 1024;
    return options;
  }
  static KeySlotFile slots_in(const std::string& path, FaultyDisk& disk) {
    KeySlotOptions options;
    options.extent_slots = 256;
    options.slots_max = 1024;
    options.disk = &disk;
    auto file = KeySlotFile::open(path, options);
    require_ok(file);
    return std::move(file).value();
  }

  static SecretKey<32> key_of(std::uint32_t message) {
    ByteArray<32> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>((message * 2654435761u) >> (i % 24)) | 1;
    }
    return SecretKey<32>(bytes);
  }
  static Bytes name_of(std::uint32_t message) { return ByteWriter().u32(message).take(); }

  Status accept(std::uint32_t message) {
    TRY(slot, slots.allocate(key_of(message)));
    TRY_OK(slots.sync());
    WriteBatch batch(store);
    batch.put(kPlain, name_of(message), ByteWriter().u32(slot).take());
    batch.put(kLarge, name_of(message), Bytes(2000, 7));
    return store.commit(batch, Sync::kYes);
  }
  Status end(std::uint32_t message) {
    TRY(found, store.get(kPlain, name_of(message)));
    if (!found) return {};
    WriteBatch batch(store);
    batch.erase(kPlain, name_of(message));
    batch.erase(kLarge, name_of(message));
    TRY_OK(store.commit(batch, Sync::kYes));
    TRY_OK(slots.erase(ByteReader(*found).u32()));
    return slots.sync();
  }

  // The start: what the store names has its key, and nothing else keeps one.
  void recover() {
    std::vector<bool> live(slots.capacity());
    std::size_t named = 0;
    require_ok(store.scan(kPlain, {}, {}, 10000, [&](ByteView name, ByteView value) {
      const KeySlot slot = ByteReader(value).u32();
      const auto key = slots.read(slot);
      CHECK(key.has_value());
      if (key) CHECK(equal(key->expose(), key_of(ByteReader(name).u32()).expose()));
      REQUIRE(slot < live.size());
      CHECK_FALSE(live[slot]);
      live[slot] = true;
      ++named;
      return Scan::kContinue;
    }));
    require_ok(slots.keep_only(live));
    CHECK(slots.used() == named);
  }
};

bool lies_in(const std::string& path, std::uint32_t message) {
  const auto key = SmallBroker::key_of(message);
  return content_of(path).find(text_of(key.expose())) != std::string::npos;
}

}  // namespace

TEST_CASE("Power lost between key and entry: the message never was and its key goes") {
  TempFolder folder;
  FaultyDisk disk;
  {
    SmallBroker broker(folder, disk);
    REQUIRE(broker.accept(1));
    REQUIRE(broker.slots.allocate(SmallBroker::key_of(2)).has_value());
    REQUIRE(broker.slots.sync());
    disk.cut_power();
  }
  REQUIRE(disk.drop_unsynced());
  CHECK(lies_in(folder.file("slots"), 2));
  SmallBroker broker(folder, disk);
  broker.recover();
  CHECK(lies_in(folder.file("slots"), 1));
  CHECK_FALSE(lies_in(folder.file("slots"), 2));
}

TEST_CASE("Power lost between entry and erasure: the key of an ended message goes at the start") {
  TempFolder folder;
  FaultyDisk disk;
  {
    SmallBroker broker(folder, disk);
    REQUIRE(broker.accept(1));
    WriteBatch batch(broker.store);
    batch.erase(kPlain, SmallBroker::name_of(1));
    REQUIRE(broker.store.commit(batch, Sync::kYes));
    disk.cut_power();
  }
  REQUIRE(disk.drop_unsynced());
  CHECK(lies_in(folder.file("slots"), 1));
  SmallBroker broker(folder, disk);
  broker.recover();
  CHECK_FALSE(lies_in(folder.file("slots"), 1));
}

TEST_CASE("Wherever the power goes, each message that the store names has its key and no other") {
  const std::uint64_t seed = printed_seed("kv_slots_test");
  std::mt19937_64 random(seed);
  for (int round = 0; round < 6; ++round) {
    TempFolder folder;
    FaultyDisk disk;
    std::uint32_t message = 0;
    std::uniform_int_distribution<std::uint32_t> pick(0, 14);
    for (int life = 0; life < 4; ++life) {
      INFO("seed " << seed << " round " << round << " life " << life);
      {
        SmallBroker broker(folder, disk);
        broker.recover();
        (random() % 2 == 0) ? disk.fail_writes_from(1 + random() % 150, DiskFault::kBroken)
                            : disk.fail_syncs_from(1 + random() % 100, DiskFault::kFull);
        for (Status status; status;) {
          const bool more = message < 20 || random() % 3 != 0;
          status = more ? broker.accept(++message) : broker.end(message - pick(random));
        }
        disk.cut_power();
      }
      REQUIRE(disk.drop_unsynced(random() % 3000));
      disk.heal();
    }
    SmallBroker(folder, disk).recover();
  }
}
