#include "tests/bench/load.h"

#include <sys/prctl.h>

#include <stdexcept>

#include "schemas/base/limits.h"
#include "schemas/ledger/entry.h"
#include "schemas/seal/hash.h"
#include "schemas/wire/parts.h"

namespace safeconduct::bench {
namespace {

constexpr std::uint32_t kCreditStep = 256;
constexpr std::size_t kReceiptBatch = 32;  // items per signature while there is more to read
constexpr double kPatience = 20;           // seconds for what is on its way

// Under full load a pause costs nothing and looking all the time does; by the clock it counts. What
// comes in the meantime is looked at together.
void nap(const LoadPlan& plan) {
  std::this_thread::sleep_for(std::chrono::microseconds(plan.rate > 0 ? 50 : 1000));
}

io::DealerSocket connect(const rig::Network& network, const std::string& name,
                         const std::string& endpoint, std::shared_ptr<io::IoThreads> threads) {
  const rig::Agency& agency = network.agency(name);
  io::DealerOptions options;
  options.endpoint = endpoint;
  options.io_threads = std::move(threads);
  options.broker_key = network.broker_transport().public_key().bytes;
  options.keys.public_key = agency.transport.public_key().bytes;
  options.keys.secret_key = agency.transport.secret().clone();
  auto socket = io::DealerSocket::connect(std::move(options));
  if (!socket) throw std::runtime_error(socket.error().message);
  std::vector<io::Payload> frames;
  std::vector<io::LinkEvent> events;
  const double until = seconds_now() + kPatience;
  while (!socket->connected()) {
    if (!socket->receive(milliseconds(20), {}, frames, events) || seconds_now() > until) {
      throw std::runtime_error(name + " cannot connect");
    }
  }
  if (!socket->send(wire::encode({0, wire::Hello{wire::kProtocol, "bench", 0}}))) {
    throw std::runtime_error(name + " cannot say hello");
  }
  return std::move(*socket);
}

std::vector<ByteView> messages_of(const std::vector<io::Payload>& frames) {
  std::vector<ByteView> out;
  for (const io::Payload& frame : frames) {
    const auto messages = wire::messages_in(frame.view()).value();
    out.insert(out.end(), messages.begin(), messages.end());
  }
  return out;
}

}  // namespace

struct Load::Sender {
  io::DealerSocket socket;
  const std::vector<Message>& messages;
  std::vector<double> sent_at;  // s
  std::size_t first = 0;        // of this load
  std::size_t next = 0;
  std::atomic<std::size_t> finished = 0;  // of this load: decided, or received when there are
                                          // recipients
  wire::FrameWriter out{};
  std::vector<io::Payload> frames{};
  std::vector<io::LinkEvent> events{};
};

struct Load::Recipient {
  io::DealerSocket socket;
  const rig::Agency& agency;
  Sender& sender;
  std::size_t expected = 0;  // the message that must come next
  std::size_t answered = 0;  // the receipt whose answer must come next
  std::uint32_t taken = 0;   // since the last credit
  std::vector<wire::Receipt> receipts{};
  std::vector<Digest> digests{};
  std::size_t first_receipt = 0;
  SystemRandom random{};
  std::vector<io::Payload> frames{};
  std::vector<io::LinkEvent> events{};
};

Load::Load(const rig::Network& network, const Traffic& traffic, const LoadPlan& plan,
           const std::string& endpoint, std::size_t first)
    : network_(network), plan_(plan) {
  const auto threads = io::start_io_threads(1);
  for (std::size_t pair = 0; pair < plan.pairs; ++pair) {
    const auto& messages = traffic[pair].messages;
    auto& from = senders_.emplace_back(new Sender{connect(network, sender(pair), endpoint, threads),
                                                  messages, std::vector<double>(messages.size()),
                                                  first, first});
    if (!plan.receive) continue;
    auto socket = connect(network, recipient(pair), endpoint, threads);
    if (!socket.send(wire::encode({0, wire::Credit{limits::kCreditMax, 0}}))) {
      throw std::runtime_error("no credit can be given");
    }
    recipients_.emplace_back(new Recipient{
        std::move(socket), network.agency(recipient(pair)), *from, first, first, 0, {}, {}, first});
  }
  next_send_at_ = seconds_now();
  running_ = std::thread([this] { run(); });
}

Load::~Load() {
  stop_sending_ = stop_ = true;
  if (running_.joinable()) running_.join();
}

void Load::fail(const std::string& what) {
  const std::lock_guard lock(failure_mutex_);
  if (failure_.empty()) failure_ = what;
  stop_ = true;
}

void Load::run() {
  ::prctl(PR_SET_TIMERSLACK, 1000);
  try {
    while (!stop_) {
      std::size_t done = 0;
      for (auto& sender : senders_) done += step(*sender);
      for (auto& recipient : recipients_) done += step(*recipient);
      if (plan_.rate > 0) done += send_by_clock();
      ++rounds_;
      if (done == 0 || plan_.rate == 0) nap(plan_);
    }
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

std::size_t Load::step(Sender& s) {
  std::size_t done = 0;
  s.frames.clear();
  if (!s.socket.receive(Duration{0}, {}, s.frames, s.events)) fail("a sender cannot receive");
  for (const ByteView message : messages_of(s.frames)) {
    const auto frame = wire::decode_to_agent(message).value();
    if (const auto* problem = std::get_if<wire::Problem>(&frame.body)) fail(problem->message);
    const auto* decided = std::get_if<wire::Decided>(&frame.body);
    if (decided == nullptr) continue;
    if (!decided->admitted) fail("a referral was refused");
    if (!plan_.receive) s.finished += 1;
    ++decided_;
    ++done;
  }
  if (plan_.rate > 0 || stop_sending_) return done;
  const double now = seconds_now();
  while (s.next < s.messages.size() && s.next - s.first - s.finished < plan_.window) {
    s.sent_at[s.next] = now;
    s.out.add_encoded(s.messages[s.next].frame);
    ++s.next;
    ++done;
    for (Bytes frame = s.out.ready(); !frame.empty(); frame = s.out.ready()) send(s, frame);
  }
  if (!s.out.empty()) send(s, s.out.take());
  return done;
}

void Load::send(Sender& s, const Bytes& frame) {
  if (!s.socket.send(frame)) fail("referrals cannot be sent");
}

// Latency counts from when a referral was due, whether or not it could be sent then.
std::size_t Load::send_by_clock() {
  std::size_t done = 0;
  while (!stop_sending_ && next_send_at_ <= seconds_now()) {
    Sender& s = *senders_[next_sender_];
    if (s.next == s.messages.size()) break;
    s.sent_at[s.next] = next_send_at_;
    if (!s.socket.send(s.messages[s.next].frame)) break;
    ++s.next;
    ++done;
    next_send_at_ += 1 / plan_.rate;
    next_sender_ = (next_sender_ + 1) % senders_.size();
  }
  return done;
}

std::size_t Load::step(Recipient& r) {
  r.frames.clear();
  if (!r.socket.receive(Duration{0}, {}, r.frames, r.events)) fail("a recipient cannot receive");
  for (const ByteView message : messages_of(r.frames)) {
    const auto frame = wire::decode_to_agent(message).value();
    if (const auto* delivery = std::get_if<wire::Delivery>(&frame.body)) {
      const auto part = wire::decode_recipient(delivery->entry.parts.at(0).bytes).value();
      if (r.expected >= r.sender.messages.size() ||
          part.message != r.sender.messages[r.expected].id) {
        fail("a referral was lost, doubled or came out of order");
      }
      if (delivery->sealed.slots.size() != kSlotsOfDraft) fail("a delivery lacks slots");
      ++r.expected;
      ++r.taken;
      const auto leaf = ledger::decode_leaf(delivery->entry.leaf).value();
      const wire::ReceiptRecord record{part.message, leaf.position.value,    part.digest,
                                       part.kept,    wire::Rejection::kNone, SystemClock().now()};
      r.receipts.push_back({encode(record), {}});
      r.digests.push_back(seal::labelled_hash(wire::kReceiptDigestLabel, {r.receipts.back().body}));
      if (r.receipts.size() == kReceiptBatch) send_receipts(r);
    } else if (std::holds_alternative<wire::Recorded>(frame.body)) {
      if (frame.request != r.answered) fail("a receipt was not recorded");
      const double sent_at = r.sender.sent_at[r.answered];
      if (sampling_) latencies_.push_back(1e3 * (seconds_now() - sent_at));
      ++r.answered;
      ++r.sender.finished;
      ++recorded_;
    } else if (const auto* problem = std::get_if<wire::Problem>(&frame.body)) {
      fail(problem->message);
    }
  }
  const bool more_to_come = plan_.rate == 0 && !r.frames.empty();
  if (!r.receipts.empty() && !more_to_come) send_receipts(r);
  if (r.taken >= kCreditStep) {
    if (!r.socket.send(wire::encode({0, wire::Credit{r.taken, 0}}))) fail("no credit can be given");
    r.taken = 0;
  }
  return r.frames.size();
}

void Load::send_receipts(Recipient& r) {
  const auto signatures =
      seal::sign_batch(r.agency.signing, seal::BatchKind::kReceipts, r.digests, r.random);
  wire::FrameWriter out;
  const auto send = [&](const Bytes& frame) {
    if (!r.socket.send(frame)) fail("receipts cannot be sent");
  };
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const seal::BatchSignature& s = signatures[i];
    r.receipts[i].signature = {s.place, s.salt, s.siblings, s.signature};
    out.add(wire::ToBroker{r.first_receipt++, std::move(r.receipts[i])});
    for (Bytes frame = out.ready(); !frame.empty(); frame = out.ready()) send(frame);
  }
  if (!out.empty()) send(out.take());
  r.receipts.clear();
  r.digests.clear();
}

void Load::sample_latency() {
  sampling_ = true;
}

void Load::finish() {
  stop_sending_ = true;
  const double until = seconds_now() + kPatience;
  // A round that had begun may still send; after the next nobody does.
  const std::uint64_t rounds = rounds_ + 2;
  while (!stop_ && rounds_ < rounds && seconds_now() < until) nap(plan_);
  const auto on_its_way = [&] {
    std::size_t count = 0;
    for (const auto& sender : senders_) count += sender->next - sender->first - sender->finished;
    return count;
  };
  while (!stop_ && on_its_way() > 0 && seconds_now() < until) nap(plan_);
  stop_ = true;
  running_.join();
  if (!failure_.empty()) throw std::runtime_error(failure_);
  if (on_its_way() > 0) throw std::runtime_error("referrals were lost");
}

bool Load::all_arrived() const {
  for (const auto& sender : senders_) {
    if (sender->first + sender->finished < sender->messages.size()) return false;
  }
  return true;
}

std::size_t Load::sent_per_pair_max() const {
  std::size_t most = 0;
  for (const auto& sender : senders_) most = std::max(most, sender->next);
  return most;
}

}  // namespace safeconduct::bench
