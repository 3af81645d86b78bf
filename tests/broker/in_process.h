// The broker's loop in this process, over a disk that forgets and fails on demand.
#pragma once

#include <atomic>
#include <thread>

#include "broker/loop.h"
#include "schemas/io/kv_fault.h"
#include "tests/rig/network.h"

namespace safeconduct::rig {

// The real time, and as much more as a test lets pass.
class AheadClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return SystemClock().now() + Duration{ahead_ms_.load()};
  }
  void pass(Duration time) { ahead_ms_ += time.ms; }

 private:
  std::atomic<std::int64_t> ahead_ms_ = 0;
};

class InProcessBroker {
 public:
  // Opens (or creates) the store and serves; the directory and the national policy are put into
  // force. Throws when the store does not open. No clock: the real one.
  InProcessBroker(Network& network, const std::string& folder, io::FaultyDisk& disk,
                  const Clock* clock = nullptr);
  ~InProcessBroker();

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  // Waits until the loop has ended by itself, or asks it to end. What it said.
  Status wait();
  Status stop();

 private:
  class RandomSalts final : public core::Salts {
   public:
    Digest next() override { return random_.array<32>(); }

   private:
    SystemRandom random_;
  };

  SystemRandom random_;
  SystemClock system_;
  const Clock& clock_;
  RandomSalts salts_;
  Log log_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<core::Core> core_;
  broker::KeyringShelf keyrings_;
  std::optional<io::RouterSocket> router_;
  std::unique_ptr<broker::Loop> loop_;
  std::string endpoint_;
  std::atomic<bool> stop_ = false;
  Status status_;
  std::thread thread_;
};

}  // namespace safeconduct::rig
