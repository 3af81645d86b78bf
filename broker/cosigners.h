// Collects the cosignatures of witnesses (C2SP tlog-witness) in the background: the loop hands over
// the newest head when the last round is over, one thread a witness asks it, and what came is kept
// in a file beside the store. A witness that is slow, dead or lying costs a tick nothing.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "broker/store/store.h"
#include "schemas/base/log.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::broker {

struct CosignerOptions {
  ledger::TrustPolicy policy;  // the witnesses with a URL are asked
  ledger::NoteKey log;
  std::string cosigned_path;    // where the newest head that reached the quorum is kept
  std::string evidence_folder;  // where heads that do not fit are kept
  Duration every = seconds(1);  // at most one round in this time
};

// Before the broker signs anything: no witness holds a head that the store does not extend. A
// witness that does not answer is passed over, with a warning. Errors: kCorrupt.
[[nodiscard]] Status check_witnessed(const CosignerOptions& options, const store::Store& store,
                                     const Log& log);

class Cosigners {
 public:
  Cosigners(CosignerOptions options, const Log& log);
  ~Cosigners();
  Cosigners(const Cosigners&) = delete;
  Cosigners& operator=(const Cosigners&) = delete;

  // Begins a round with the published head when one is due; else returns at once. Thread: the
  // store's.
  void offer(const store::Store& store, Instant now);
  // The newest head that reached the quorum; empty before the first. Thread-safe.
  [[nodiscard]] std::string cosigned() const;

 private:
  struct Job {
    std::uint64_t round = 0;
    std::uint64_t old_size = 0;
    ledger::Proof proof;
  };
  struct Asked {
    const ledger::Witness* witness = nullptr;
    std::uint64_t size = 0;  // that it holds, as far as is known
    std::optional<Job> job;
    bool busy = false;
    bool silent = false;  // told once in the log
    std::thread thread;
  };

  void work(Asked& asked);
  void ask(Asked& asked, const Job& job, const std::string& note, std::uint64_t size);
  void take(Asked& asked, const Job& job, const std::string& note, std::uint64_t size,
            const std::string& lines);
  void alarm(const std::string& name, const std::string& what, const std::string& ours,
             const std::string& theirs);

  const CosignerOptions options_;
  const Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::uint64_t round_ = 0;
  Instant next_round_{};
  ledger::TreeHead head_;     // of this round
  std::string note_;          // of this round, as the log signed it
  std::string lines_;         // cosignatures of this round so far
  std::string cosigned_;      // the newest note that reached the quorum
  std::vector<Asked> asked_;  // never resized once threads run
};

}  // namespace safeconduct::broker
