// Sockets between agents and broker: ZeroMQ with CURVE, one message per frame. The broker side
// (RouterSocket) admits a client only by its CURVE key; the agent side (DealerSocket) speaks only
// to the broker whose key it holds. Each socket belongs to one thread; wakers are for any thread.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/instant.h"
#include "schemas/base/limits.h"
#include "schemas/base/secret.h"

namespace safeconduct::io {

// A CURVE key pair (Curve25519), raw bytes.
struct CurveKeys {
  ByteArray<32> public_key{};
  SecretKey<32> secret_key;
};
[[nodiscard]] CurveKeys new_curve_keys();
[[nodiscard]] CurveKeys curve_keys_of(const SecretKey<32>& secret_key);

// A received frame's bytes, held where ZeroMQ put them.
class Payload {
 public:
  Payload();
  ~Payload();
  Payload(Payload&&) noexcept;
  Payload& operator=(Payload&&) noexcept;
  [[nodiscard]] ByteView view() const;

 private:
  friend struct PayloadAccess;
  alignas(void*) std::array<std::byte, 64> message_;  // zmq_msg_t
};

// Ends a socket's wait from another thread. Several wakes before the wait count as one.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() const = 0;
};

struct SocketBounds {
  std::size_t frame_bytes_max = limits::kFrameBytesMax;  // a larger frame ends the connection
  int queue_frames_max = 2 * limits::kCreditMax;         // per peer and direction, then push-back
  Duration handshake_max = seconds(10);
  Duration heartbeat_every = seconds(10);
  Duration heartbeat_timeout = seconds(30);  // a silent peer is dropped
  Duration linger = seconds(1);              // for what is still queued when the socket closes
};

// How much one receive() takes at most.
struct ReceiveBounds {
  std::size_t frames_max = limits::kTickFramesMax;
  std::size_t bytes_max = limits::kTickBytesMax;  // may be passed by the last frame
};

// ---------------------------------------------------------------- broker side

struct RouterFrame {
  Bytes routing_id;    // of the connection; where an answer goes. Says nothing about who it is.
  std::string agency;  // what the door said of this connection's key when it was admitted
  Payload payload;
};

struct RouterCounters {
  std::uint64_t connected = 0;     // admitted
  std::uint64_t disconnected = 0;  // admitted or not
  std::uint64_t refused = 0;       // handshakes that failed: unknown key, no CURVE, garbage
  std::uint64_t discarded = 0;     // frames that were not one part, or of a peer that named itself
};

// The agency of a client's CURVE key, nullopt for an unknown one. Called on the socket's own gate
// thread: must be thread-safe and quick.
using Door = std::function<std::optional<std::string>(const ByteArray<32>& client_key)>;

struct RouterOptions {
  std::string endpoint;  // tcp://address:port, or ipc://path; port * takes a free one
  CurveKeys keys;
  SocketBounds bounds;
  int io_threads = 1;  // each encrypts and decrypts for its share of the connections
};

class RouterSocket {
 public:
  // The gate (ZAP) listens before the socket does. Errors: kInvalid (endpoint), kUnavailable
  // (address in use), kIo.
  [[nodiscard]] static Result<RouterSocket> bind(RouterOptions options, Door door);
  ~RouterSocket();
  RouterSocket(RouterSocket&&) noexcept;
  RouterSocket& operator=(RouterSocket&&) noexcept;

  // Waits up to `wait` for a frame or a wake, then takes what is there without waiting, within
  // bounds, and appends it to `frames`. Returns how many. Errors: kIo.
  [[nodiscard]] Result<std::size_t> receive(Duration wait, const ReceiveBounds& bounds,
                                            std::vector<RouterFrame>& frames);
  // Never waits. Errors: kOverloaded (the peer's queue is full: try later), kUnavailable (the
  // connection is gone); then the payload is untouched and may be sent again.
  [[nodiscard]] Status send(ByteView routing_id, ByteView payload);
  [[nodiscard]] Status send(ByteView routing_id, Bytes&& payload);  // without a copy

  [[nodiscard]] std::shared_ptr<const Waker> waker() const;
  [[nodiscard]] std::string endpoint() const;  // with the port that was taken
  [[nodiscard]] RouterCounters counters() const;

 private:
  struct State;
  explicit RouterSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------- agent side

// ZeroMQ's own threads, which encrypt and carry for the sockets that share them.
class IoThreads;
[[nodiscard]] std::shared_ptr<IoThreads> start_io_threads(int count);

struct DealerOptions {
  std::string endpoint;
  ByteArray<32> broker_key{};
  CurveKeys keys;
  SocketBounds bounds;
  Duration reconnect_min = milliseconds(250);  // doubles up to the maximum
  Duration reconnect_max = seconds(30);
  std::shared_ptr<IoThreads> io_threads;  // null: one of its own
};

enum class LinkEvent {
  kConnected,     // handshake complete, the broker knows our key
  kDisconnected,  // an admitted connection ended
  kUnknownKey,    // the broker does not know our key (or no longer)
  kUnreachable,   // nobody answers at the endpoint
  kNotTheBroker,  // somebody answers, but without completing the handshake under broker_key
};

class DealerSocket {
 public:
  // Returns at once; connects and reconnects in the background. Errors: kInvalid (endpoint), kIo.
  [[nodiscard]] static Result<DealerSocket> connect(DealerOptions options);
  ~DealerSocket();
  DealerSocket(DealerSocket&&) noexcept;
  DealerSocket& operator=(DealerSocket&&) noexcept;

  // Waits up to `wait` for a frame, a link event or a wake, then as RouterSocket::receive. Events
  // are appended to `events` in order.
  [[nodiscard]] Result<std::size_t> receive(Duration wait, const ReceiveBounds& bounds,
                                            std::vector<Payload>& frames,
                                            std::vector<LinkEvent>& events);
  // Never waits; nothing is queued for a broker that is not connected, and what was queued when the
  // connection ends is lost (the outbox sends again). Errors: kUnavailable, kOverloaded.
  [[nodiscard]] Status send(ByteView payload);

  [[nodiscard]] bool connected() const;  // as of the last receive()
  [[nodiscard]] std::shared_ptr<const Waker> waker() const;

 private:
  struct State;
  explicit DealerSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct::io
