#include <catch2/catch.hpp>

#include "broker/audit/replay.h"
#include "broker/audit/verify.h"
#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "tests/audit/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::audit;

namespace {

// The log in a broker's store, closed again.
struct Stored {
  Stored() {
    SystemRandom random;
    auto store = store::Store::open(folder, {}, random);
    REQUIRE(store.has_value());
    for (const WrittenTick& tick : log.ticks) {
      const auto sign = [&](const ledger::TreeHead& head) { return log.sign(head); };
      REQUIRE((*store)->commit(tick.overlay->changes(), tick.entries, {}, sign).has_value());
    }
  }

  VerifyReport verified() const {
    const auto source = open_source(folder);
    if (!source) FAIL(source.error().message);
    return *verify(**source, log.trust());
  }
  std::optional<std::uint64_t> first_bad() const {
    const VerifyReport report = verified();
    REQUIRE_FALSE(report.good());
    return first_of(report.findings)->position;
  }
  // As somebody with the disk could.
  template <class Change>
  void tamper(const Change& change) const {
    auto db = io::KvStore::open(store::database_path(folder), store::store_options());
    REQUIRE(db.has_value());
    io::WriteBatch batch(*db);
    change(batch);
    REQUIRE(db->commit(batch, io::Sync::kYes).has_value());
  }

  SignedLog log;
  TempFolder temp;
  std::string folder = temp.path() + "/store";
};

}  // namespace

TEST_CASE("A broker's store verifies and replays without being touched") {
  const Stored stored;
  const VerifyReport report = stored.verified();
  for (const Finding& finding : report.findings) FAIL(finding.sentence);
  CHECK(report.entries == stored.log.source.records.size());
  const auto source = open_source(stored.folder);
  const auto replayed = replay(**source);
  if (replayed->divergence) FAIL(replayed->divergence->sentence);
  CHECK(replayed->good());
}

TEST_CASE("What was changed in a store is named by its position") {
  const Stored stored;
  const auto& records = stored.log.source.records;
  Bytes edited = records[7].second;
  edited.back() ^= 1;
  stored.tamper(
      [&](io::WriteBatch& batch) { batch.put(store::kEntries, store::entry_key(7), edited); });
  CHECK(stored.first_bad() == 7u);
  stored.tamper([&](io::WriteBatch& batch) {
    batch.put(store::kEntries, store::entry_key(7), records[7].second);
  });
  CHECK(stored.verified().good());
}

TEST_CASE("What was dropped, swapped or cut off in a store is named by its position") {
  const Stored stored;
  const auto& records = stored.log.source.records;
  stored.tamper([&](io::WriteBatch& batch) { batch.erase(store::kEntries, store::entry_key(6)); });
  CHECK(stored.first_bad() == 6u);
  stored.tamper([&](io::WriteBatch& batch) {
    batch.put(store::kEntries, store::entry_key(6), records[9].second);
    batch.put(store::kEntries, store::entry_key(9), records[6].second);
  });
  CHECK(stored.first_bad() == 6u);
  stored.tamper([&](io::WriteBatch& batch) {
    batch.put(store::kEntries, store::entry_key(6), records[6].second);
    batch.put(store::kEntries, store::entry_key(9), records[9].second);
    batch.erase(store::kEntries, store::entry_key(records.size() - 1));
  });
  CHECK(stored.first_bad() == records.size() - 1);
}
