// The clocks of open referrals: what a tick costs when nothing, or little, is due; and a restart
// with very many referrals on file.
#include <stdexcept>

#include "broker/core/core.h"
#include "broker/core/referral.h"
#include "broker/store/store.h"
#include "tests/bench/primitives.h"
#include "tests/rig/network.h"

namespace safeconduct::bench {
namespace {

constexpr Instant kNow{1'795'600'000'000};
constexpr std::size_t kBatch = 10'000;
constexpr std::size_t kDue = 10;

class RandomSalts final : public core::Salts {
 public:
  explicit RandomSalts(Random& random) : random_(random) {}
  Digest next() override { return random_.array<32>(); }

 private:
  Random& random_;
};

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

store::Store::Sign signer(const seal::SigningKey& key) {
  return [&key](const ledger::TreeHead& head) {
    return ledger::sign_checkpoint("test.example/log", head, key);
  };
}

// Open referrals with a clock each, all of them later than the first kDue.
void fill(store::Store& store, std::size_t count, Random& random, const store::Store::Sign& sign) {
  std::size_t written = 0;
  while (written < count) {
    core::Overlay tick(store);
    for (std::size_t i = 0; i < kBatch && written < count; ++i, ++written) {
      core::Referral referral;
      referral.state = wire::State::kSent;
      referral.from = AgencyId::parse("bridge").value();
      referral.to = AgencyId::parse("haven").value();
      referral.purpose = 2;
      referral.urgency = 3;
      referral.due = referral.ends = kNow + days(3);
      const ReferralId id{random.array<16>()};
      const Instant at = kNow + (written < kDue ? minutes(1) : days(2));
      core::set_clock(tick, id, referral, core::Clock::kHalf, at);
    }
    must(store.commit(tick.changes(), {}, {}, sign));
  }
}

void ticks(Report& report, const store::Store& store, std::size_t open, std::size_t samples) {
  std::vector<double> idle;
  std::vector<double> due;
  for (std::size_t i = 0; i < samples; ++i) {
    double start = seconds_now();
    keep(core::due_bells(store, kNow, 256));
    idle.push_back((seconds_now() - start) * 1e6);
    start = seconds_now();
    const auto bells = core::due_bells(store, kNow + minutes(2), 256);
    due.push_back((seconds_now() - start) * 1e6);
    if (bells.size() != kDue) throw std::runtime_error("not exactly the due clocks were found");
  }
  const std::string of = std::to_string(open) + "_open";
  report.timing("clocks_nothing_due_" + of, "us", std::move(idle), samples);
  report.timing("clocks_ten_due_" + of, "us", std::move(due), samples);
}

}  // namespace

void clocks(Report& report, bool quick) {
  const rig::TempFolder folder;
  SystemRandom random;
  RandomSalts salts(random);
  const auto key = seal::SigningKey::generate(random);
  for (const std::size_t open : quick ? std::vector<std::size_t>{100, 1000}
                                      : std::vector<std::size_t>{100, 10'000, 1'000'000}) {
    const std::string path = folder.path() + "/store" + std::to_string(open);
    {
      auto store = store::Store::open(path, {}, random);
      if (!store) throw std::runtime_error(store.error().message);
      fill(**store, open, random, signer(key));
      ticks(report, **store, open, quick ? 3 : 300);
    }
    std::vector<double> seconds;
    for (int i = 0; i < (quick ? 1 : 5); ++i) {
      const double start = seconds_now();
      auto store = store::Store::open(path, {}, random);
      if (!store) throw std::runtime_error(store.error().message);
      const auto core = core::Core::load(**store, salts);
      keep(core::due_bells(**store, kNow, 256));
      seconds.push_back(seconds_now() - start);
    }
    const std::size_t n = seconds.size();
    report.timing("restart_" + std::to_string(open) + "_referrals", "s", std::move(seconds), n);
  }
}

}  // namespace safeconduct::bench
