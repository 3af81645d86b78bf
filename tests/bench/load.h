// Senders and recipients over real sockets: one thread for all of them, one more of ZeroMQ for
// their bytes. Messages go out as they were made before, as many in a frame as there are at that
// moment; every answer is looked at.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/bench/agencies.h"
#include "tests/bench/report.h"

namespace safeconduct::bench {

struct LoadPlan {
  std::size_t pairs = 1;
  bool receive = true;       // false: referrals stay queued
  std::size_t window = 256;  // referrals on their way per pair, when there is no rate
  double rate = 0;           // per second over all pairs, sent by the clock; 0: as many as the
                             // window allows
};

class Load {
 public:
  // The broker knows keys and consents already. `first`: messages of each pair before it were sent
  // by an earlier load. Throws when somebody cannot connect.
  Load(const rig::Network& network, const Traffic& traffic, const LoadPlan& plan,
       const std::string& endpoint, std::size_t first = 0);
  ~Load();

  // Submissions that were decided, and referrals whose receipt is recorded.
  [[nodiscard]] std::size_t decided() const { return decided_; }
  [[nodiscard]] std::size_t recorded() const { return recorded_; }
  // Every message there is was sent and has come all the way.
  [[nodiscard]] bool all_arrived() const;
  // From now on each referral's ms from its submission to its recorded receipt are kept.
  void sample_latency();

  // Ends sending, waits for what is on its way. Throws when anything was lost, doubled, refused or
  // came out of order.
  void finish();
  [[nodiscard]] std::vector<double> latencies() const { return latencies_; }
  // Sent per pair by the end, to go on from.
  [[nodiscard]] std::size_t sent_per_pair_max() const;

 private:
  struct Sender;
  struct Recipient;
  void run();
  std::size_t step(Sender& sender);
  std::size_t step(Recipient& recipient);
  void send(Sender& sender, const Bytes& frame);
  void send_receipts(Recipient& recipient);
  std::size_t send_by_clock();
  void fail(const std::string& what);

  const rig::Network& network_;
  const LoadPlan plan_;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::vector<std::unique_ptr<Recipient>> recipients_;
  std::atomic<std::size_t> decided_ = 0;
  std::atomic<std::size_t> recorded_ = 0;
  std::atomic<bool> stop_sending_ = false;
  std::atomic<std::uint64_t> rounds_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> sampling_ = false;
  double next_send_at_ = 0;
  std::size_t next_sender_ = 0;
  std::vector<double> latencies_;  // of the running thread until finish()
  std::mutex failure_mutex_;
  std::string failure_;
  std::thread running_;
};

}  // namespace safeconduct::bench
