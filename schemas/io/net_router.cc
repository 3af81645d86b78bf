#include "schemas/io/net_gate.h"
#include "schemas/io/net_zmq.h"

namespace safeconduct::io {
namespace {

// ROUTER names a connection by 5 bytes of which the first is 0, unless the peer names itself. Ours
// never do; one that does may be after the name of another connection.
bool named_by_us(zmq_msg_t* id) {
  return zmq_msg_size(id) == 5 && *static_cast<const std::uint8_t*>(zmq_msg_data(id)) == 0;
}

// ZMQ_ZAP_ENFORCE_DOMAIN: every libzmq since 4.3.0 has it, but the header shows it only to those
// who ask for draft functions.
constexpr int kZapEnforceDomain = 93;

constexpr int kBacklog = 1024;  // after a restart all agencies come at once

void free_bytes(void*, void* owner) {
  delete static_cast<Bytes*>(owner);
}

Error send_error() {
  switch (zmq_errno()) {
    case EAGAIN:
      return {ErrorCode::kOverloaded, "the connection's queue is full; try again later"};
    case EHOSTUNREACH:
      return {ErrorCode::kUnavailable, "the connection is gone"};
    default:
      return io_error(std::string("cannot send: ") + zmq_strerror(zmq_errno()));
  }
}

}  // namespace

struct RouterSocket::State {
  explicit State(int io_threads)
      : context(io_threads),
        socket(context, zmq::socket_type::router),
        waker(std::make_shared<EventWaker>()) {}
  ~State() {
    socket.close();
    context.shutdown();  // ends the gate's thread
  }

  void open(const RouterOptions& options, Door door);
  [[nodiscard]] bool take_one(RouterFrame& frame);
  [[nodiscard]] Status address(ByteView routing_id);
  [[nodiscard]] Status send_rest(zmq_msg_t* payload);

  zmq::context_t context;
  zmq::socket_t socket;
  std::unique_ptr<Gate> gate;
  std::shared_ptr<EventWaker> waker;
  std::uint64_t discarded = 0;
  std::string endpoint;
};

void RouterSocket::State::open(const RouterOptions& options, Door door) {
  apply_bounds(socket, options.bounds);
  socket.set(zmq::sockopt::router_mandatory, true);
  socket.set(zmq::sockopt::backlog, kBacklog);
  // INVARIANT: no handover. It would let one admitted agency take another's connection by its name.
  socket.set(zmq::sockopt::router_handover, false);
  socket.set(zmq::sockopt::curve_server, true);
  const ByteView secret = options.keys.secret_key.expose();
  if (zmq_setsockopt(socket.handle(), ZMQ_CURVE_SECRETKEY, secret.data(), secret.size()) != 0) {
    throw zmq::error_t();
  }
  socket.set(zmq::sockopt::zap_domain, kZapDomain);
  // INVARIANT: no handler, nobody in. Without this libzmq admits every CURVE client that no handler
  // speaks for, under whatever User-Id the client claims.
  const int enforce = 1;
  SC_CHECK(zmq_setsockopt(socket.handle(), kZapEnforceDomain, &enforce, sizeof enforce) == 0);
  if (options.endpoint.find('[') != std::string::npos) socket.set(zmq::sockopt::ipv6, true);
  gate = std::make_unique<Gate>(context, socket, std::move(door));
  socket.bind(options.endpoint);
  endpoint = socket.get(zmq::sockopt::last_endpoint);
}

// False when nothing is waiting. A discarded frame counts as taken, with no routing id.
bool RouterSocket::State::take_one(RouterFrame& frame) {
  zmq_msg_t id;
  zmq_msg_init(&id);
  if (zmq_msg_recv(&id, socket.handle(), ZMQ_DONTWAIT) < 0) {
    const int code = zmq_errno();
    zmq_msg_close(&id);
    if (code == EAGAIN || code == EINTR) return false;
    throw zmq::error_t();
  }
  zmq_msg_t* payload = PayloadAccess::message(frame.payload);
  const bool has_payload =
      zmq_msg_more(&id) != 0 && zmq_msg_recv(payload, socket.handle(), ZMQ_DONTWAIT) >= 0;
  const char* agency = has_payload ? zmq_msg_gets(payload, "User-Id") : nullptr;
  if (agency != nullptr && zmq_msg_more(payload) == 0 && named_by_us(&id)) {
    const auto* bytes = static_cast<const std::uint8_t*>(zmq_msg_data(&id));
    frame.routing_id.assign(bytes, bytes + zmq_msg_size(&id));
    frame.agency = agency;
  } else {
    ++discarded;
    if (has_payload) drop_rest(socket, payload);
  }
  zmq_msg_close(&id);
  return true;
}

// The first part says whether the connection is there and takes more; after that ZeroMQ takes the
// payload too.
Status RouterSocket::State::address(ByteView routing_id) {
  if (zmq_send(socket.handle(), routing_id.data(), routing_id.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT) <
      0) {
    return send_error();
  }
  return {};
}

Status RouterSocket::State::send_rest(zmq_msg_t* payload) {
  if (zmq_msg_send(payload, socket.handle(), ZMQ_DONTWAIT) < 0) {
    const Error error = send_error();
    zmq_msg_close(payload);
    return error;
  }
  return {};
}

RouterSocket::RouterSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
RouterSocket::~RouterSocket() = default;
RouterSocket::RouterSocket(RouterSocket&&) noexcept = default;
RouterSocket& RouterSocket::operator=(RouterSocket&&) noexcept = default;

Result<RouterSocket> RouterSocket::bind(RouterOptions options, Door door) {
  try {
    auto state = std::make_unique<State>(options.io_threads);
    state->open(options, std::move(door));
    return RouterSocket(std::move(state));
  } catch (const zmq::error_t& error) {
    return endpoint_error(error, "listen on", options.endpoint);
  }
}

Result<std::size_t> RouterSocket::receive(Duration wait, const ReceiveBounds& bounds,
                                          std::vector<RouterFrame>& frames) {
  State& s = *state_;
  std::size_t taken = 0;
  std::size_t bytes = 0;
  std::size_t looked_at = 0;  // discarded frames count too, so that a flood of them ends
  const auto drain = [&] {
    while (looked_at < bounds.frames_max && bytes < bounds.bytes_max) {
      RouterFrame frame;
      if (!s.take_one(frame)) return;
      ++looked_at;
      if (frame.routing_id.empty()) continue;
      bytes += frame.payload.view().size();
      frames.push_back(std::move(frame));
      ++taken;
    }
  };
  try {
    drain();
    if (looked_at > 0) return taken;
    zmq_pollitem_t items[] = {{s.socket.handle(), 0, ZMQ_POLLIN, 0},
                              {nullptr, s.waker->fd(), ZMQ_POLLIN, 0}};
    if (zmq_poll(items, 2, poll_ms(wait)) < 0 && zmq_errno() != EINTR) throw zmq::error_t();
    if ((items[1].revents & ZMQ_POLLIN) != 0) s.waker->clear();
    drain();
    return taken;
  } catch (const zmq::error_t& error) {
    return io_error(std::string("cannot receive: ") + error.what());
  }
}

Status RouterSocket::send(ByteView routing_id, ByteView payload) {
  TRY_OK(state_->address(routing_id));
  zmq_msg_t message;
  SC_CHECK(zmq_msg_init_size(&message, payload.size()) == 0);  // fails only without memory
  std::copy(payload.begin(), payload.end(), static_cast<std::uint8_t*>(zmq_msg_data(&message)));
  return state_->send_rest(&message);
}

Status RouterSocket::send(ByteView routing_id, Bytes&& payload) {
  TRY_OK(state_->address(routing_id));
  auto* owner = new Bytes(std::move(payload));  // free_bytes has it
  zmq_msg_t message;
  SC_CHECK(zmq_msg_init_data(&message, owner->data(), owner->size(), free_bytes, owner) == 0);
  return state_->send_rest(&message);
}

std::shared_ptr<const Waker> RouterSocket::waker() const {
  return state_->waker;
}

std::string RouterSocket::endpoint() const {
  return state_->endpoint;
}

RouterCounters RouterSocket::counters() const {
  RouterCounters counters = state_->gate->counters();
  counters.discarded = state_->discarded;
  return counters;
}

}  // namespace safeconduct::io
