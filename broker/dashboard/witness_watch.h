// Asks the witnesses of a tlog-policy file themselves, without the broker, which head of the log
// they cosigned last, and compares it with what was read here. A broker that shows its readers two
// logs is found out this way.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "broker/dashboard/watched.h"
#include "schemas/base/clock.h"
#include "schemas/base/log.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::dashboard {

// What one witness answered: a cosigned head, empty when it did not answer.
struct WitnessNote {
  const ledger::Witness* witness = nullptr;
  std::string note;
};

// Pure. `read`: heads that were read and verified here, ascending. A note that the witness's key
// has not cosigned, or that is not of `log`, counts as silence.
[[nodiscard]] Watched judge_witnesses(const ledger::TrustPolicy& policy, const ledger::NoteKey& log,
                                      const std::vector<WitnessNote>& notes,
                                      const std::deque<ledger::TreeHead>& read);

class WitnessWatch {
 public:
  // `text`: the policy as it stands in its file. Asks on a thread of its own, every `every`.
  WitnessWatch(ledger::TrustPolicy policy, std::string text, ledger::NoteKey log, Duration every,
               const Log& output);
  ~WitnessWatch();
  WitnessWatch(const WitnessWatch&) = delete;
  WitnessWatch& operator=(const WitnessWatch&) = delete;

  // --- any thread
  // A head that was verified here, in ascending order.
  void read(const ledger::TreeHead& head);
  // Null before the first round.
  [[nodiscard]] std::shared_ptr<const Watched> watched() const;

 private:
  void work();
  void round();

  static constexpr std::size_t kHeadsMax = 8192;
  const ledger::TrustPolicy policy_;
  const std::string text_;
  const ledger::NoteKey log_;
  const Duration every_;
  const Log& output_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::deque<ledger::TreeHead> read_;
  std::shared_ptr<const Watched> watched_;
  std::thread thread_;  // last: begins when the rest is there
};

}  // namespace safeconduct::dashboard
