// ZeroMQ as this room uses it. Included by net_*.cc only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "schemas/io/file.h"
#include "schemas/io/net.h"

namespace safeconduct::io {

static_assert(sizeof(zmq_msg_t) == 64, "Payload holds a zmq_msg_t in place");

struct PayloadAccess {
  static zmq_msg_t* message(Payload& payload) {
    return reinterpret_cast<zmq_msg_t*>(payload.message_.data());
  }
};

// An eventfd beside the socket in its poll.
class EventWaker final : public Waker {
 public:
  EventWaker();
  void wake() const override;
  // Forgets the wakes so far.
  void clear() const;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  FileDescriptor fd_;
};

struct MonitorEvent {
  std::uint16_t kind = 0;  // ZMQ_EVENT_*
  std::uint32_t value = 0;
};

// The events of a socket, sent in order over an inproc pair that never fills: a full one would
// block ZeroMQ's own thread.
class Monitor {
 public:
  Monitor(zmq::context_t& context, zmq::socket_t& watched, const std::string& name, int events);
  [[nodiscard]] zmq::socket_t& socket() { return socket_; }
  // False when none is waiting.
  [[nodiscard]] bool next(MonitorEvent& event);

 private:
  zmq::socket_t socket_;
};

void apply_bounds(zmq::socket_t& socket, const SocketBounds& bounds);

// The sentence for a failed bind or connect at `endpoint`.
[[nodiscard]] Error endpoint_error(const zmq::error_t& error, const std::string& what,
                                   const std::string& endpoint);

// Receives the rest of a multipart message and drops it.
void drop_rest(zmq::socket_t& socket, zmq_msg_t* last);

// Of a message's encrypted form: command name, nonce, flags and MAC (RFC 26). ZeroMQ measures that
// form against its bound.
inline constexpr std::size_t kCurveOverheadBytes = 33;

[[nodiscard]] long poll_ms(Duration wait);

}  // namespace safeconduct::io
