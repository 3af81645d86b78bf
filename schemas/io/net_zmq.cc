#include "schemas/io/net_zmq.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace safeconduct::io {

Payload::Payload() {
  zmq_msg_init(PayloadAccess::message(*this));
}
Payload::~Payload() {
  zmq_msg_close(PayloadAccess::message(*this));
}
Payload::Payload(Payload&& other) noexcept : Payload() {
  zmq_msg_move(PayloadAccess::message(*this), PayloadAccess::message(other));
}
Payload& Payload::operator=(Payload&& other) noexcept {
  if (this != &other) {
    zmq_msg_move(PayloadAccess::message(*this), PayloadAccess::message(other));
  }
  return *this;
}

ByteView Payload::view() const {
  auto* message = PayloadAccess::message(const_cast<Payload&>(*this));
  return {static_cast<const std::uint8_t*>(zmq_msg_data(message)), zmq_msg_size(message)};
}

CurveKeys curve_keys_of(const SecretKey<32>& secret_key) {
  std::array<char, 41> secret_text{};
  std::array<char, 41> public_text{};
  zmq_z85_encode(secret_text.data(), secret_key.expose().data(), 32);
  SC_CHECK(zmq_curve_public(public_text.data(), secret_text.data()) == 0);
  CurveKeys keys{{}, secret_key.clone()};
  zmq_z85_decode(keys.public_key.data(), public_text.data());
  wipe(secret_text.data(), secret_text.size());
  return keys;
}

CurveKeys new_curve_keys() {
  std::array<char, 41> secret_text{};
  std::array<char, 41> public_text{};
  SC_CHECK(zmq_curve_keypair(public_text.data(), secret_text.data()) == 0);
  CurveKeys keys;
  zmq_z85_decode(keys.public_key.data(), public_text.data());
  zmq_z85_decode(keys.secret_key.expose_mutable().data(), secret_text.data());
  wipe(secret_text.data(), secret_text.size());
  return keys;
}

EventWaker::EventWaker() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void EventWaker::wake() const {
  const std::uint64_t one = 1;
  (void)!::write(fd_.get(), &one, sizeof one);  // a full counter is a wake already
}

void EventWaker::clear() const {
  std::uint64_t count = 0;
  (void)!::read(fd_.get(), &count, sizeof count);
}

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& watched, const std::string& name,
                 int events)
    : socket_(context, zmq::socket_type::pair) {
  const std::string address = "inproc://" + name;
  if (zmq_socket_monitor(watched.handle(), address.c_str(), events) != 0) throw zmq::error_t();
  socket_.set(zmq::sockopt::rcvhwm, 0);
  socket_.set(zmq::sockopt::linger, 0);
  socket_.connect(address);
}

bool Monitor::next(MonitorEvent& event) {
  zmq::message_t head;
  if (!socket_.recv(head, zmq::recv_flags::dontwait)) return false;
  if (head.size() >= 6) {
    std::memcpy(&event.kind, head.data<char>(), 2);
    std::memcpy(&event.value, head.data<char>() + 2, 4);
  }
  zmq::message_t address;
  if (head.more()) (void)socket_.recv(address, zmq::recv_flags::none);
  return true;
}

void apply_bounds(zmq::socket_t& socket, const SocketBounds& bounds) {
  const auto ms = [](Duration d) { return static_cast<int>(d.ms); };
  socket.set(zmq::sockopt::maxmsgsize,
             static_cast<std::int64_t>(bounds.frame_bytes_max + kCurveOverheadBytes));
  socket.set(zmq::sockopt::sndhwm, bounds.queue_frames_max);
  socket.set(zmq::sockopt::rcvhwm, bounds.queue_frames_max);
  socket.set(zmq::sockopt::handshake_ivl, ms(bounds.handshake_max));
  socket.set(zmq::sockopt::heartbeat_ivl, ms(bounds.heartbeat_every));
  socket.set(zmq::sockopt::heartbeat_timeout, ms(bounds.heartbeat_timeout));
  socket.set(zmq::sockopt::linger, ms(bounds.linger));
}

Error endpoint_error(const zmq::error_t& error, const std::string& what,
                     const std::string& endpoint) {
  const std::string head = "cannot " + what + " `" + endpoint + "`: ";
  switch (error.num()) {
    case EADDRINUSE:
      return {ErrorCode::kUnavailable,
              head + "the address is in use; stop the other program or take another port"};
    case EADDRNOTAVAIL:
    case ENODEV:
      return {ErrorCode::kUnavailable, head + "this machine has no such address"};
    case EINVAL:
    case EPROTONOSUPPORT:
    case ENOCOMPATPROTO:
      return invalid(head + "it is not an endpoint; write tcp://address:port");
    default:
      return io_error(head + error.what());
  }
}

void drop_rest(zmq::socket_t& socket, zmq_msg_t* last) {
  while (zmq_msg_more(last) != 0) {
    if (zmq_msg_recv(last, socket.handle(), ZMQ_DONTWAIT) < 0) return;
  }
}

long poll_ms(Duration wait) {
  return static_cast<long>(std::clamp<std::int64_t>(wait.ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace safeconduct::io
