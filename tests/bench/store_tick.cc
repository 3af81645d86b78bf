// One tick of the broker's store: entries, nodes, state and bodies in one batch, key slots and log
// synced.
#include <stdexcept>

#include "broker/store/store.h"
#include "tests/bench/primitives.h"
#include "tests/rig/network.h"

namespace safeconduct::bench {
namespace {

constexpr std::size_t kReferrals = 64;  // of one tick
constexpr std::size_t kBodyBytes = 5000;
constexpr std::size_t kRestrictedBytes = 1900;

struct TickInput {
  core::Overlay overlay;
  std::vector<core::Emitted> entries;
  std::vector<store::BodyWrite> bodies;

  TickInput(const store::Store& store, Random& random) : overlay(store) {
    for (std::size_t i = 0; i < kReferrals; ++i) {
      const MessageId message{random.array<16>()};
      Bytes key = to_bytes(ByteView(message.bytes));
      key.insert(key.begin(), 'm');
      overlay.put(std::move(key), Bytes(500, 1));
      ledger::Parts parts;
      parts[ledger::place_of(ledger::PartKind::kRestricted)] =
          ledger::Part{random.array<32>(), Bytes(kRestrictedBytes, 2)};
      entries.push_back(
          {ledger::make_entry(ledger::EntryKind::kSubmission, LedgerSeq{store.size() + i},
                              Instant{1}, std::move(parts)),
           {},
           {}});
      bodies.push_back({message, core::BodyFate::kStore, Bytes(kBodyBytes, 3)});
    }
  }
};

}  // namespace

void store_tick(Report& report, bool quick) {
  const rig::TempFolder folder;
  SystemRandom random;
  auto store = store::Store::open(folder.path() + "/store", {}, random);
  if (!store) throw std::runtime_error(store.error().message);
  const auto key = seal::SigningKey::generate(random);
  const auto sign = [&](const ledger::TreeHead& head) {
    return ledger::sign_checkpoint("test.example/log", head, key);
  };
  std::vector<double> us;
  const std::size_t n = quick ? 3 : 300;
  for (std::size_t i = 0; i < n; ++i) {
    const TickInput tick(**store, random);
    const double start = seconds_now();
    const Status done = (*store)->commit(tick.overlay.changes(), tick.entries, tick.bodies, sign);
    us.push_back((seconds_now() - start) * 1e6);
    if (!done) throw std::runtime_error(done.error().message);
  }
  report.timing("store_tick_of_64_synced", "us", std::move(us), n);
}

}  // namespace safeconduct::bench
