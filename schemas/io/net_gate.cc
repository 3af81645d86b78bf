#include "schemas/io/net_gate.h"

#include <vector>

namespace safeconduct::io {
namespace {

constexpr const char* kZapEndpoint = "inproc://zeromq.zap.01";

// RFC 27: version, request id, domain, address, routing id, mechanism, credentials.
enum ZapField { kVersion, kRequestId, kDomain, kAddress, kRoutingId, kMechanism, kClientKey };
constexpr std::size_t kZapFields = 7;

using Parts = std::vector<zmq::message_t>;

Parts receive_parts(zmq::socket_t& socket) {
  Parts parts;
  do {
    parts.emplace_back();
    if (!socket.recv(parts.back(), zmq::recv_flags::dontwait)) return {};
  } while (parts.back().more());
  return parts;
}

std::optional<std::string> admitted(const Parts& parts, const Door& door) {
  if (parts.size() != kZapFields || parts[kVersion].to_string_view() != "1.0" ||
      parts[kDomain].to_string_view() != kZapDomain ||
      parts[kMechanism].to_string_view() != "CURVE") {
    return std::nullopt;
  }
  const auto& raw = parts[kClientKey];
  const auto key = fixed<32>({raw.data<std::uint8_t>(), raw.size()}, "client key");
  if (!key) return std::nullopt;
  try {
    std::optional<std::string> agency = door(*key);
    return agency && !agency->empty() ? agency : std::nullopt;
  } catch (...) {
    return std::nullopt;  // a door that cannot tell admits nobody
  }
}

}  // namespace

Gate::Gate(zmq::context_t& context, zmq::socket_t& watched, Door door)
    : door_(std::move(door)),
      requests_(context, zmq::socket_type::rep),
      monitor_(context, watched, "safeconduct-gate",
               ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                   ZMQ_EVENT_DISCONNECTED) {
  requests_.set(zmq::sockopt::linger, 0);
  requests_.bind(kZapEndpoint);
  thread_ = std::thread([this] { run(); });
}

Gate::~Gate() {
  if (thread_.joinable()) thread_.join();
}

void Gate::run() {
  try {
    while (true) {
      zmq_pollitem_t items[] = {{requests_.handle(), 0, ZMQ_POLLIN, 0},
                                {monitor_.socket().handle(), 0, ZMQ_POLLIN, 0}};
      if (zmq_poll(items, 2, -1) < 0) {
        if (zmq_errno() == EINTR) continue;
        break;
      }
      if ((items[0].revents & ZMQ_POLLIN) != 0) answer_one();
      if ((items[1].revents & ZMQ_POLLIN) != 0) count_events();
    }
  } catch (const zmq::error_t&) {
    // ETERM: the context was shut down. The domain is enforced: without a gate nobody is admitted.
  }
  requests_.close();
  monitor_.socket().close();
}

void Gate::answer_one() {
  const Parts parts = receive_parts(requests_);
  if (parts.empty()) return;
  const std::optional<std::string> agency = admitted(parts, door_);
  const auto send = [&](std::string_view text, bool last = false) {
    requests_.send(zmq::buffer(text), last ? zmq::send_flags::none : zmq::send_flags::sndmore);
  };
  send("1.0");
  send(parts.size() > kRequestId ? parts[kRequestId].to_string_view() : "");
  send(agency ? "200" : "400");
  send(agency ? "OK" : "no");
  send(agency ? *agency : "");
  send("", /*last=*/true);
}

void Gate::count_events() {
  MonitorEvent event;
  while (monitor_.next(event)) {
    switch (event.kind) {
      case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        ++connected_;
        break;
      case ZMQ_EVENT_DISCONNECTED:
        ++disconnected_;
        break;
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        ++refused_;
        break;
      default:
        break;
    }
  }
}

RouterCounters Gate::counters() const {
  return {connected_, disconnected_, refused_, 0};
}

}  // namespace safeconduct::io
