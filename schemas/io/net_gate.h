// The gate of a RouterSocket: answers ZeroMQ's authentication requests (ZAP, RFC 27) and counts
// what the socket's monitor tells, on a thread of its own, so that neither waits for the loop.
#pragma once

#include <atomic>
#include <thread>

#include "schemas/io/net_zmq.h"

namespace safeconduct::io {

inline constexpr const char* kZapDomain = "safeconduct";

class Gate {
 public:
  // Listens when this returns; the watched socket binds afterwards.
  Gate(zmq::context_t& context, zmq::socket_t& watched, Door door);
  // The context must have been shut down: that is what ends the thread.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  [[nodiscard]] RouterCounters counters() const;

 private:
  void run();
  void answer_one();
  void count_events();

  Door door_;
  zmq::socket_t requests_;
  Monitor monitor_;
  std::atomic<std::uint64_t> connected_{0};
  std::atomic<std::uint64_t> disconnected_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::thread thread_;
};

}  // namespace safeconduct::io
