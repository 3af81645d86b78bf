// Sockets on loopback for the tests: a router whose door knows some keys, and waiting with a bound.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <mutex>

#include "schemas/io/net.h"
#include "tests/io/temp_folder.h"

namespace safeconduct::io {

using namespace std::chrono_literals;

// Which keys the door knows, changed by the test while the gate's thread asks.
class GuestList {
 public:
  void admit(const CurveKeys& keys, const std::string& agency) {
    const std::scoped_lock lock(mutex_);
    names_[keys.public_key] = agency;
  }
  void forget(const CurveKeys& keys) {
    const std::scoped_lock lock(mutex_);
    names_.erase(keys.public_key);
  }
  std::optional<std::string> ask(const ByteArray<32>& key) {
    const std::scoped_lock lock(mutex_);
    ++asked_;
    const auto found = names_.find(key);
    return found == names_.end() ? std::nullopt : std::optional(found->second);
  }
  std::size_t asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::map<ByteArray<32>, std::string> names_;
  std::size_t asked_ = 0;
};

// Bounds short enough for a test to wait for.
inline SocketBounds quick_bounds() {
  SocketBounds bounds;
  bounds.handshake_max = milliseconds(1000);
  bounds.heartbeat_every = milliseconds(300);
  bounds.heartbeat_timeout = milliseconds(1000);
  bounds.linger = milliseconds(200);
  return bounds;
}

inline CurveKeys copy_of(const CurveKeys& keys) {
  return {keys.public_key, keys.secret_key.clone()};
}

inline RouterSocket bound(const CurveKeys& keys, GuestList& guests,
                          const SocketBounds& bounds = quick_bounds(),
                          const std::string& endpoint = "tcp://127.0.0.1:*") {
  auto router = RouterSocket::bind({endpoint, copy_of(keys), bounds, 1},
                                   [&guests](const ByteArray<32>& key) { return guests.ask(key); });
  require_ok(router);
  return std::move(router).value();
}

inline DealerSocket connected_to(const std::string& endpoint, const ByteArray<32>& broker_key,
                                 const CurveKeys& keys,
                                 const SocketBounds& bounds = quick_bounds()) {
  DealerOptions options;
  options.endpoint = endpoint;
  options.broker_key = broker_key;
  options.keys = copy_of(keys);
  options.bounds = bounds;
  options.reconnect_min = milliseconds(20);
  options.reconnect_max = milliseconds(100);
  auto dealer = DealerSocket::connect(std::move(options));
  require_ok(dealer);
  return std::move(dealer).value();
}

// Calls `step` until it says true, for at most `limit`; whether it did.
template <class Step>
bool soon(Step step, std::chrono::milliseconds limit = 8s) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (step()) return true;
  }
  return false;
}

// A dealer with what it has seen so far.
struct Agent {
  DealerSocket socket;
  std::vector<Payload> frames;
  std::vector<LinkEvent> events;

  explicit Agent(DealerSocket dealer) : socket(std::move(dealer)) {}
  void listen(Duration wait = milliseconds(20)) {
    require_ok(socket.receive(wait, {}, frames, events));
  }
  bool hears(LinkEvent event, std::chrono::milliseconds limit = 8s) {
    return soon([&] { return listen(), std::count(events.begin(), events.end(), event) > 0; },
                limit);
  }
};

// A router with what it has received so far.
struct Broker {
  RouterSocket socket;
  std::vector<RouterFrame> frames;

  explicit Broker(RouterSocket router) : socket(std::move(router)) {}
  void listen(Duration wait = milliseconds(20)) { require_ok(socket.receive(wait, {}, frames)); }
  bool has(std::size_t count, std::chrono::milliseconds limit = 8s) {
    return soon([&] { return listen(), frames.size() >= count; }, limit);
  }
};

inline std::string text_in(const Payload& payload) {
  return std::string(text_of(payload.view()));
}

}  // namespace safeconduct::io
