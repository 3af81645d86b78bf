#include "tests/rig/client.h"

#include <chrono>
#include <stdexcept>

#include "schemas/base/limits.h"
#include "schemas/ledger/entry.h"
#include "schemas/wire/parts.h"

namespace safeconduct::rig {
namespace {

io::DealerSocket connect(const Network& network, const Agency& agency,
                         const std::string& endpoint) {
  io::DealerOptions options;
  options.endpoint = endpoint;
  options.broker_key = network.broker_transport().public_key().bytes;
  options.keys.public_key = agency.transport.public_key().bytes;
  options.keys.secret_key = agency.transport.secret().clone();
  auto socket = io::DealerSocket::connect(std::move(options));
  if (!socket) throw std::runtime_error(socket.error().message);
  return std::move(*socket);
}

using Steady = std::chrono::steady_clock;

Steady::time_point in(Duration wait) {
  return Steady::now() + std::chrono::milliseconds(wait.ms);
}

}  // namespace

Client::Client(const Network& network, std::string agency, const std::string& endpoint)
    : agency_(network.agency(agency)), socket_(connect(network, agency_, endpoint)) {}

bool Client::poll_until(Duration wait, const std::function<bool()>& done) {
  const auto until = in(wait);
  while (!done()) {
    if (Steady::now() >= until) return false;
    std::vector<io::Payload> frames;
    std::vector<io::LinkEvent> events;
    if (!socket_.receive(milliseconds(20), {}, frames, events)) return false;
    for (const io::Payload& frame : frames) {
      const auto messages = wire::messages_in(frame.view());
      if (!messages) throw std::runtime_error(messages.error().message);
      for (const ByteView message : *messages) {
        auto decoded = wire::decode_to_agent(message);
        if (!decoded) throw std::runtime_error(decoded.error().message);
        inbox_.push_back(std::move(*decoded));
      }
    }
  }
  return true;
}

void Client::pump(Duration wait) {
  const std::size_t before = inbox_.size();
  if (poll_until(wait, [&] { return inbox_.size() > before; })) return;
  throw std::runtime_error(agency_.id.text() + " waited in vain for a frame");
}

void Client::join() {
  if (!poll_until(seconds(20), [&] { return socket_.connected(); })) {
    throw std::runtime_error(agency_.id.text() + " could not connect");
  }
  send({0, wire::Hello{wire::kProtocol, "rig", 0}});
  expect<wire::Welcome>();
  const Instant now = SystemClock().now();
  const wire::SealingCard card{agency_.id,
                               1,
                               agency_.sealing.public_key().bytes,
                               now - minutes(1),
                               now + limits::kSealingCardPublished,
                               now + limits::kSealingCardAccepted - minutes(1)};
  const auto request =
      send({0, signed_record(agency_, wire::RecordKind::kSealingCard, encode(card))});
  answer_to(request);  // a second card of the same number after a restart is refused; that is fine
}

std::uint64_t Client::send(wire::ToBroker frame) {
  frame.request = next_request_++;
  send_raw(wire::encode(frame));
  return frame.request;
}

void Client::send_raw(ByteView frame) {
  const auto until = in(seconds(10));
  for (;;) {
    const Status sent = socket_.send(frame);
    if (sent) return;
    if (Steady::now() > until) throw std::runtime_error(sent.error().message);
    poll_until(milliseconds(20), [] { return false; });
  }
}

std::optional<std::uint64_t> Client::try_send(wire::ToBroker frame) {
  frame.request = next_request_++;
  if (!socket_.send(wire::encode(frame))) return std::nullopt;
  return frame.request;
}

std::vector<wire::ToAgent> Client::take(Duration wait) {
  poll_until(wait, [&] { return !inbox_.empty(); });
  std::vector<wire::ToAgent> out(std::make_move_iterator(inbox_.begin()),
                                 std::make_move_iterator(inbox_.end()));
  inbox_.clear();
  return out;
}

wire::ToAgent Client::answer_to(std::uint64_t request, Duration wait) {
  wire::ToAgent out;
  const auto take = [&] {
    for (auto at = inbox_.begin(); at != inbox_.end(); ++at) {
      if (at->request != request) continue;
      out = std::move(*at);
      inbox_.erase(at);
      return true;
    }
    return false;
  };
  if (!poll_until(wait, take)) throw std::runtime_error("no answer to the request");
  return out;
}

std::uint64_t Client::record_consent(const wire::ConsentRecord& record) {
  const auto request =
      send({0, signed_record(agency_, wire::RecordKind::kConsent, encode(record))});
  const auto answer = answer_to(request);
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) {
    throw std::runtime_error(problem->message);
  }
  return std::get<wire::Recorded>(answer.body).position;
}

wire::ToAgent Client::hand_in(const wire::ReferralRecord& record) {
  return answer_to(send({0, signed_record(agency_, wire::kind_of(record), wire::encode(record))}));
}

std::uint64_t Client::say(const wire::ReferralRecord& record) {
  const auto answer = hand_in(record);
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) {
    throw std::runtime_error(problem->message);
  }
  return std::get<wire::Recorded>(answer.body).position;
}

void Client::allow(const wire::Header& header) {
  wire::ExceptionRecord x;
  x.id.bytes = header.message_id.bytes;
  x.by = agency_.id;
  x.basis = header.basis;
  x.purpose = header.purpose;
  x.to = header.to;
  x.referral = header.referral_id;
  x.officer = Digest{1};
  x.evidence = Digest{2};
  x.meeting = {header.to};
  if ((header.circumstances & 1) != 0) x.flags = 16;
  x.at = SystemClock().now();
  say(x);
  x.action = wire::ExceptionAction::kApprove;
  x.officer = Digest{3};
  say(x);
}

wire::Decided Client::submit(const Sealed& sealed) {
  const auto answer = answer_to(send({0, sealed.submission}));
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) {
    throw std::runtime_error(problem->message);
  }
  return std::get<wire::Decided>(answer.body);
}

wire::Receipt Client::receipt_for(const wire::Delivery& delivery) const {
  wire::ReceiptRecord record;
  const auto part = wire::decode_recipient(delivery.entry.parts.at(0).bytes).value();
  record.message = part.message;
  record.delivery = ledger::decode_leaf(delivery.entry.leaf).value().position.value;
  record.digest = part.digest;
  record.kept = part.kept;
  record.at = SystemClock().now();
  return signed_receipt(agency_, record);
}

std::uint64_t Client::acknowledge(const wire::Delivery& delivery) {
  const auto answer = answer_to(send({0, receipt_for(delivery)}));
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) {
    throw std::runtime_error(problem->message);
  }
  return std::get<wire::Recorded>(answer.body).position;
}

std::map<std::uint8_t, std::string> Client::open(const wire::Delivery& delivery,
                                                 const Network& network) const {
  const wire::Sealed& s = delivery.sealed;
  const auto header = wire::decode_header(s.header).value();
  std::vector<seal::SlotView> slots;
  std::uint64_t kept = 0;
  for (const wire::Slot& slot : s.slots) {
    slots.emplace_back(slot.number, slot.commitment, slot.wrap, slot.ciphertext);
    kept |= std::uint64_t{1} << slot.number;
  }
  const seal::DeliveredMessage message{s.header, s.leaves, s.offered_digest, s.encapsulated, slots};
  const seal::BatchSignature signature{s.signature.place, s.signature.salt, s.signature.siblings,
                                       s.signature.signature};
  const auto verified = seal::verify_message(
      message, signature, network.agency(header.from.text()).signing.verify_key());
  if (!verified) throw std::runtime_error(verified.error().message);
  const auto opened = seal::open_message(*verified, kept, agency_.sealing);
  if (!opened) throw std::runtime_error(opened.error().message);
  std::map<std::uint8_t, std::string> out;
  for (const seal::OpenedSlot& slot : *opened) {
    out[slot.number] = std::string(text_of(slot.text.expose()));
  }
  return out;
}

}  // namespace safeconduct::rig
