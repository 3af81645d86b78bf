#include "tests/bench/ledger_scale.h"

#include <filesystem>
#include <random>
#include <stdexcept>

#include "broker/audit/replay.h"
#include "broker/audit/verify.h"
#include "broker/core/core.h"
#include "broker/store/store.h"
#include "schemas/seal/merkle.h"
#include "tests/audit/signed_log.h"
#include "tests/rig/network.h"

namespace safeconduct::bench {
namespace {

constexpr std::size_t kBatch = 64;        // of a busy tick
constexpr std::size_t kFillBatch = 8192;  // to get there
constexpr std::size_t kPartBytes = 160;   // a routing part with room

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t out = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    const bool preallocated = file.path().filename() == "keys";
    if (file.is_regular_file() && !preallocated) out += file.file_size();
  }
  return out;
}

class NoSalts final : public core::Salts {
 public:
  Digest next() override { return {}; }
};

class Log {
 public:
  explicit Log(std::string folder) : folder_(std::move(folder)) {
    random_.fill(part_);
    open();
  }
  void open() { store_ = must(store::Store::open(folder_, {}, random_)); }
  void close() { store_.reset(); }
  store::Store& store() { return *store_; }

  // One synced batch; building the entries is not part of what is timed.
  double append(std::size_t count) {
    std::vector<core::Emitted> tick;
    tick.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      ledger::Parts parts;
      parts[ledger::place_of(ledger::PartKind::kRouting)] =
          ledger::Part{random_.array<32>(), part_};
      tick.push_back(
          {ledger::make_entry(ledger::EntryKind::kSubmission, LedgerSeq{store_->size() + i},
                              Instant{1}, std::move(parts)),
           {},
           {}});
    }
    const double start = seconds_now();
    must(store_->commit({}, tick, {}, [&](const ledger::TreeHead& head) {
      return ledger::sign_checkpoint("test.example/log", head, key_);
    }));
    return seconds_now() - start;
  }

 private:
  std::string folder_;
  SystemRandom random_;
  Bytes part_ = Bytes(kPartBytes);
  seal::SigningKey key_ = seal::SigningKey::generate(random_);
  std::unique_ptr<store::Store> store_;
};

void append_rate(Report& report, Log& log, std::uint64_t entries) {
  double seconds = 0;
  for (std::uint64_t done = 0; done < entries; done += kBatch) seconds += log.append(kBatch);
  report.line({{"name", "ledger_append_synced"},
               {"batch", kBatch},
               {"entries", entries},
               {"per_s", static_cast<double>(entries) / seconds}},
              "batches of 64, each synced");
}

void proofs(Report& report, Log& log, std::size_t samples) {
  std::mt19937_64 random(7);
  std::vector<double> us;
  const ledger::TreeHead head = log.store().published().head;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::uint64_t at = random() % head.size;
    const double start = seconds_now();
    const auto path = must(ledger::inclusion_proof(log.store(), at, head.size));
    us.push_back((seconds_now() - start) * 1e6);
    const auto entry = must(log.store().entry(at));
    must(ledger::verify_inclusion(ledger::leaf_hash(entry.leaf), at, head, path));
  }
  report.timing("inclusion_proof_of_" + std::to_string(head.size), "us", std::move(us), samples);
}

void restart(Report& report, Log& log) {
  log.close();
  const double start = seconds_now();
  log.open();
  NoSalts salts;
  must(core::Core::load(log.store(), salts));
  log.append(1);
  report.line({{"name", "restart_to_first_acceptance"},
               {"entries", log.store().size()},
               {"ms", (seconds_now() - start) * 1e3}},
              "store opened, first entry synced");
}

void decisions_again(Report& report, std::size_t referrals, std::size_t sign_batch) {
  audit::SignedLog log;
  log.pace = milliseconds(1);
  log.keep_ticks = sign_batch == 1;  // for the size on disk
  log.refer(referrals, sign_batch);
  log.resign();
  double start = seconds_now();
  const auto verified = must(audit::verify(log.source, log.trust()));
  double seconds = seconds_now() - start;
  if (!verified.good()) throw std::runtime_error(verified.findings[0].sentence);
  report.line({{"name", "audit_verify"},
               {"entries", verified.entries},
               {"per_s", static_cast<double>(verified.entries) / seconds}},
              "hashes, commitments, tree");
  start = seconds_now();
  const auto replayed = must(audit::replay(log.source));
  seconds = seconds_now() - start;
  if (!replayed.good()) throw std::runtime_error(replayed.divergence->sentence);
  report.line({{"name", "audit_replay"},
               {"sign_batch", sign_batch},
               {"decisions", replayed.recomputed},
               {"signed_documents", replayed.signatures},
               {"per_s", static_cast<double>(replayed.recomputed) / seconds}},
              "decided again, signatures verified");
  if (sign_batch > 1) return;
  const rig::TempFolder folder;
  SystemRandom random;
  auto store = must(store::Store::open(folder.path() + "/store", {}, random));
  for (const audit::WrittenTick& tick : log.ticks) {
    must(store->commit(tick.overlay->changes(), tick.entries, {},
                       [&](const ledger::TreeHead& head) { return log.sign(head); }));
  }
  store.reset();
  report.line({{"name", "disk_per_referral"},
               {"referrals", referrals},
               {"bytes", bytes_in(folder.path()) / referrals}},
              "log and state of a received referral, bodies gone");
}

}  // namespace

void ledger_scale(Report& report, std::uint64_t entries, bool quick) {
  decisions_again(report, quick ? 64 : 20'000, 64);
  decisions_again(report, quick ? 64 : 5'000, 1);
  const rig::TempFolder folder;
  Log log(folder.path() + "/store");
  append_rate(report, log, quick ? 256 : 256'000);
  restart(report, log);
  while (log.store().size() < entries) log.append(kFillBatch);
  report.line({{"name", "ledger_on_disk"},
               {"entries", log.store().size()},
               {"bytes_per_entry", bytes_in(folder.path()) / log.store().size()}},
              "leaf, one part of 160 bytes, tree");
  proofs(report, log, quick ? 20 : 2000);
  restart(report, log);
  append_rate(report, log, quick ? 256 : 64'000);
}

}  // namespace safeconduct::bench
