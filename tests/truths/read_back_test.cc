// What was stored is read again and hashed while the broker runs; what is not what was stored is
// named.
#include "broker/store/read_back.h"

#include <catch2/catch.hpp>

#include "broker/store/layout.h"
#include "tests/rig/network.h"

using namespace safeconduct;
using namespace safeconduct::store;
using rig::TempFolder;

namespace {

constexpr std::uint64_t kStored = 700;

core::Emitted entry_at(std::uint64_t position, SystemRandom& random) {
  ledger::Parts parts;
  parts[0] = ledger::Part{random.array<32>(), Bytes(20, static_cast<std::uint8_t>(position))};
  return {ledger::make_entry(ledger::EntryKind::kHeartbeat, LedgerSeq{position},
                             Instant{1'764'000'000'000}, std::move(parts)),
          {},
          {}};
}

std::string signed_head(const ledger::TreeHead& head) {
  return "head of " + std::to_string(head.size);
}

void fill(const std::string& folder) {
  SystemRandom random;
  auto store = Store::open(folder, {}, random);
  REQUIRE(store.has_value());
  for (std::uint64_t i = 0; i < kStored; i += 100) {
    std::vector<core::Emitted> tick;
    for (std::uint64_t k = i; k < i + 100; ++k) tick.push_back(entry_at(k, random));
    REQUIRE((*store)->commit({}, tick, {}, signed_head));
  }
}

// Everything that a whole round finds.
std::vector<std::string> round_of(const std::string& folder) {
  SystemRandom random;
  const auto store = Store::open(folder, {.create_if_missing = false}, random);
  REQUIRE(store.has_value());
  ReadBack back(**store);
  std::vector<std::string> out;
  while (back.rounds() == 0) {
    if (auto wrong = back.step(64)) out.push_back(*wrong);
  }
  return out;
}

template <class Change>
void damage(const std::string& folder, std::uint64_t position, const Change& change) {
  auto db = io::KvStore::open(database_path(folder), store_options());
  REQUIRE(db.has_value());
  Bytes record = db->get(store::kEntries, entry_key(position)).value().value();
  change(record);
  io::WriteBatch batch(*db);
  batch.put(store::kEntries, entry_key(position), record);
  REQUIRE(db->commit(batch, io::Sync::kYes));
}

}  // namespace

TEST_CASE("What was stored reads back as it was, round after round") {
  const TempFolder folder;
  fill(folder.path() + "/store");
  CHECK(round_of(folder.path() + "/store").empty());
}

TEST_CASE("An entry edited below the broker is named by the read-back") {
  const TempFolder folder;
  const std::string store = folder.path() + "/store";
  fill(store);
  damage(store, 300, [](Bytes& record) { record.back() ^= 1; });  // of a part
  auto found = round_of(store);
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Catch::Contains("entry 300 is not what was stored"));
  // An entry that is whole in itself, but not the one that was signed.
  damage(store, 521, [](Bytes& record) {
    SystemRandom random;
    record = ledger::encode_record(entry_at(521, random).entry);
  });
  found = round_of(store);
  REQUIRE(found.size() == 2);
  CHECK_THAT(found[1], Catch::Contains("entry 521 is not what was stored"));
}
