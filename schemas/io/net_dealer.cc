#include <algorithm>
#include <atomic>
#include <chrono>

#include "schemas/io/net_zmq.h"

namespace safeconduct::io {
namespace {

using Ticks = std::chrono::steady_clock;

constexpr int kWatched = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_CLOSED |
                         ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                         ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

void set_key(zmq::socket_t& socket, int option, ByteView key) {
  if (zmq_setsockopt(socket.handle(), option, key.data(), key.size()) != 0) throw zmq::error_t();
}

}  // namespace

class IoThreads {
 public:
  explicit IoThreads(int count) : context(count) {}
  zmq::context_t context;
};

std::shared_ptr<IoThreads> start_io_threads(int count) {
  return std::make_shared<IoThreads>(count);
}

struct DealerSocket::State {
  explicit State(std::shared_ptr<IoThreads> io_threads)
      : threads(io_threads ? std::move(io_threads) : start_io_threads(1)),
        socket(threads->context, zmq::socket_type::dealer),
        waker(std::make_shared<EventWaker>()) {}

  // Monitoring ends before its reader goes: ZeroMQ would wait for a reader that never comes.
  ~State() { zmq_socket_monitor(socket.handle(), nullptr, 0); }

  void open(const DealerOptions& options);
  void note(const MonitorEvent& event, std::vector<LinkEvent>& events);
  void take_events(std::vector<LinkEvent>& events);
  [[nodiscard]] bool take_one(Payload& payload);
  void redial_when_due();
  [[nodiscard]] Duration until_redial(Duration wait) const;

  std::string endpoint;
  Duration pause_min, pause_max, pause;
  std::optional<Ticks::time_point> redial_at;
  std::shared_ptr<IoThreads> threads;  // outlives the sockets
  zmq::socket_t socket;
  std::unique_ptr<Monitor> monitor;
  std::shared_ptr<EventWaker> waker;
  bool connected = false;
  bool refused = false;  // this connection's handshake was answered with a refusal
  std::optional<LinkEvent> last;
};

void DealerSocket::State::open(const DealerOptions& options) {
  apply_bounds(socket, options.bounds);
  socket.set(zmq::sockopt::immediate, true);  // nothing is queued for a broker that is not there
  socket.set(zmq::sockopt::reconnect_ivl, static_cast<int>(options.reconnect_min.ms));
  socket.set(zmq::sockopt::reconnect_ivl_max, static_cast<int>(options.reconnect_max.ms));
  set_key(socket, ZMQ_CURVE_SERVERKEY, options.broker_key);
  set_key(socket, ZMQ_CURVE_PUBLICKEY, options.keys.public_key);
  set_key(socket, ZMQ_CURVE_SECRETKEY, options.keys.secret_key.expose());
  if (options.endpoint.find('[') != std::string::npos) socket.set(zmq::sockopt::ipv6, true);
  // A name of its own beside the other sockets of these threads.
  static std::atomic<std::uint64_t> links = 0;
  const std::string name = "safeconduct-link-" + std::to_string(++links);
  monitor = std::make_unique<Monitor>(threads->context, socket, name, kWatched);
  endpoint = options.endpoint;
  pause = pause_min = options.reconnect_min;
  pause_max = options.reconnect_max;
  socket.connect(endpoint);
}

// After a broken connection ZeroMQ tries again by itself (ZMQ_EVENT_CONNECT_RETRIED); after a
// refused handshake or a frame above the bound it never does, and an agency enrolled later would
// stay outside.
void DealerSocket::State::redial_when_due() {
  if (!redial_at || Ticks::now() < *redial_at) return;
  redial_at.reset();
  pause = std::min(milliseconds(2 * pause.ms), pause_max);
  zmq_disconnect(socket.handle(), endpoint.c_str());
  socket.connect(endpoint);
}

Duration DealerSocket::State::until_redial(Duration wait) const {
  if (!redial_at) return wait;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*redial_at - Ticks::now()).count();
  return std::min(wait, milliseconds(std::max<std::int64_t>(left, 0)));
}

// A state of the link is told once, not at every attempt to reconnect.
void DealerSocket::State::note(const MonitorEvent& event, std::vector<LinkEvent>& events) {
  std::optional<LinkEvent> now;
  switch (event.kind) {
    case ZMQ_EVENT_CONNECT_RETRIED:
      redial_at.reset();
      break;
    case ZMQ_EVENT_CONNECTED:
      refused = false;
      break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      connected = true;
      pause = pause_min;
      now = LinkEvent::kConnected;
      break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      refused = true;
      now = LinkEvent::kUnknownKey;
      break;
    case ZMQ_EVENT_DISCONNECTED:
      if (connected) now = LinkEvent::kDisconnected;
      if (!connected && !refused) now = LinkEvent::kNotTheBroker;
      connected = false;
      redial_at = Ticks::now() + std::chrono::milliseconds(pause.ms);
      break;
    case ZMQ_EVENT_CLOSED:
      now = LinkEvent::kUnreachable;
      break;
    default:
      break;
  }
  if (now && now != last) events.push_back(*now);
  if (now) last = now;
}

void DealerSocket::State::take_events(std::vector<LinkEvent>& events) {
  MonitorEvent event;
  while (monitor->next(event)) note(event, events);
}

// False when nothing is waiting. The broker sends one part; more is not ours and left empty.
bool DealerSocket::State::take_one(Payload& payload) {
  zmq_msg_t* message = PayloadAccess::message(payload);
  if (zmq_msg_recv(message, socket.handle(), ZMQ_DONTWAIT) < 0) {
    if (zmq_errno() == EAGAIN || zmq_errno() == EINTR) return false;
    throw zmq::error_t();
  }
  if (zmq_msg_more(message) != 0) {
    drop_rest(socket, message);
    payload = Payload();
  }
  return true;
}

DealerSocket::DealerSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
DealerSocket::~DealerSocket() = default;
DealerSocket::DealerSocket(DealerSocket&&) noexcept = default;
DealerSocket& DealerSocket::operator=(DealerSocket&&) noexcept = default;

Result<DealerSocket> DealerSocket::connect(DealerOptions options) {
  try {
    auto state = std::make_unique<State>(options.io_threads);
    state->open(options);
    return DealerSocket(std::move(state));
  } catch (const zmq::error_t& error) {
    return endpoint_error(error, "connect to", options.endpoint);
  }
}

Result<std::size_t> DealerSocket::receive(Duration wait, const ReceiveBounds& bounds,
                                          std::vector<Payload>& frames,
                                          std::vector<LinkEvent>& events) {
  State& s = *state_;
  std::size_t taken = 0;
  std::size_t bytes = 0;
  const auto drain = [&] {
    while (taken < bounds.frames_max && bytes < bounds.bytes_max) {
      Payload payload;
      if (!s.take_one(payload)) return;
      bytes += payload.view().size();
      frames.push_back(std::move(payload));
      ++taken;
    }
  };
  try {
    const std::size_t told = events.size();
    s.take_events(events);
    s.redial_when_due();
    drain();
    if (taken > 0 || events.size() > told) return taken;
    zmq_pollitem_t items[] = {{s.socket.handle(), 0, ZMQ_POLLIN, 0},
                              {s.monitor->socket().handle(), 0, ZMQ_POLLIN, 0},
                              {nullptr, s.waker->fd(), ZMQ_POLLIN, 0}};
    if (zmq_poll(items, 3, poll_ms(s.until_redial(wait))) < 0 && zmq_errno() != EINTR)
      throw zmq::error_t();
    if ((items[2].revents & ZMQ_POLLIN) != 0) s.waker->clear();
    s.take_events(events);
    s.redial_when_due();
    drain();
    return taken;
  } catch (const zmq::error_t& error) {
    return io_error(std::string("cannot receive: ") + error.what());
  }
}

Status DealerSocket::send(ByteView payload) {
  if (zmq_send(state_->socket.handle(), payload.data(), payload.size(), ZMQ_DONTWAIT) >= 0) {
    return {};
  }
  if (zmq_errno() == EAGAIN && state_->connected) {
    return Error{ErrorCode::kOverloaded, "the broker takes no more frames now; try again later"};
  }
  if (zmq_errno() == EAGAIN) {
    return Error{ErrorCode::kUnavailable, "not connected to the broker; try again later"};
  }
  return io_error(std::string("cannot send: ") + zmq_strerror(zmq_errno()));
}

bool DealerSocket::connected() const {
  return state_->connected;
}

std::shared_ptr<const Waker> DealerSocket::waker() const {
  return state_->waker;
}

}  // namespace safeconduct::io
