// The thread that keeps the link to the broker and drives the agent. The local interface calls the
// agent from the HTTP server's thread; both hold the one mutex in Shared while they do.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "agents/daemon/agent.h"
#include "agents/daemon/direct.h"
#include "schemas/base/log.h"
#include "schemas/io/net.h"

namespace safeconduct::agent {

struct Shared {
  explicit Shared(Agent& the_agent) : agent(the_agent) {}
  std::mutex mutex;
  std::condition_variable changed;  // after each turn of the loop
  Agent& agent;
  std::optional<Error> failure;  // the store failed: nothing more is answered
  std::shared_ptr<const io::Waker> waker;

  // Something is new for the loop. Under the mutex.
  void wake() const {
    if (waker) waker->wake();
  }
};

struct LinkOptions {
  std::string endpoint;
  ByteArray<32> broker_key{};
  const SecretKey<32>& transport_key;
  std::string evidence_folder;  // where contradicting heads are kept
  DirectLink& direct;
};

class Loop {
 public:
  Loop(Shared& shared, const LinkOptions& link, const Log& log)
      : shared_(shared), link_(link), log_(log) {}

  // Until `stop` says so. Errors: kIo, kCorrupt (the store), kInvalid (the endpoint).
  [[nodiscard]] Status run(const std::function<bool()>& stop);

 private:
  [[nodiscard]] Status dial();
  [[nodiscard]] Status turn(std::vector<io::Payload>& frames, std::vector<io::LinkEvent>& events);
  void on_event(io::LinkEvent event);
  void give_memory_back(bool quiet);
  void flush();
  [[nodiscard]] Status keep_evidence();
  void hang_up(Duration pause);
  void log_news();

  Shared& shared_;
  const LinkOptions& link_;
  const Log& log_;
  std::optional<io::DealerSocket> socket_;
  Instant dial_at_{};
  Duration pause_ = seconds(1);
  Instant ticked_{};
  bool stirred_ = true;  // something came since memory was given back
  Phase logged_ = Phase::kOffline;
  bool forked_ = false;
};

}  // namespace safeconduct::agent
