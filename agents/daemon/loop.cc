#include "agents/daemon/loop.h"

#include <malloc.h>

#include <algorithm>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/wire/frame.h"

namespace safeconduct::agent {
namespace {

constexpr Duration kTurnMax = milliseconds(200);
constexpr Duration kTickEvery = milliseconds(500);
constexpr Duration kPauseMax = minutes(1);
constexpr std::size_t kNoteBytesMax = 64 * 1024;

// What could be read before the first message that could not is taken.
Status read_frame(ByteView frame, std::vector<wire::ToAgent>& decoded) {
  TRY(messages, wire::messages_in(frame));
  for (const ByteView message : messages) {
    TRY(one, wire::decode_to_agent(message));
    decoded.push_back(std::move(one));
  }
  return {};
}

std::string fork_problem(const std::string& folder) {
  return "the broker showed two ledgers that contradict each other; the link is stopped. Both "
         "signed heads are kept as `" +
         folder + "/fork-known.note` and `" + folder +
         "/fork-shown.note`: compare them with another agency's and with the witnesses', then "
         "remove them to go on";
}

}  // namespace

Status Loop::run(const std::function<bool()>& stop) {
  forked_ = io::read_file(link_.evidence_folder + "/fork-shown.note", kNoteBytesMax).has_value();
  if (forked_) {
    const std::lock_guard lock(shared_.mutex);
    shared_.agent.desk().problems.add(fork_problem(link_.evidence_folder));
  }
  Status status;
  while (status && !stop()) {
    if (!socket_ && !forked_ && dial_at_ <= shared_.agent.desk().clock.now()) {
      status = dial();
      if (!status) break;
    }
    std::vector<io::Payload> frames;
    std::vector<io::LinkEvent> events;
    if (socket_) {
      auto received = socket_->receive(kTurnMax, {}, frames, events);
      if (!received) {
        status = received.error();
        break;
      }
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(kTurnMax.ms));
    }
    status = turn(frames, events);
  }
  // A broker that knows we leave keeps our mail instead of giving it to nobody. If this is lost, it
  // gives it again on our return.
  if (socket_) static_cast<void>(socket_->send(wire::encode(wire::ToBroker{0, wire::Credit{}})));
  const std::lock_guard lock(shared_.mutex);
  if (!status) shared_.failure = status.error();
  shared_.waker.reset();
  shared_.changed.notify_all();
  return status;
}

Status Loop::dial() {
  io::DealerOptions options;
  options.endpoint = link_.endpoint;
  options.broker_key = link_.broker_key;
  options.keys = io::curve_keys_of(link_.transport_key);
  TRY(socket, io::DealerSocket::connect(std::move(options)));
  socket_.emplace(std::move(socket));
  const std::lock_guard lock(shared_.mutex);
  shared_.waker = socket_->waker();
  return {};
}

void Loop::hang_up(Duration pause) {
  socket_.reset();
  shared_.waker.reset();
  dial_at_ = shared_.agent.desk().clock.now() + pause;
}

Status Loop::turn(std::vector<io::Payload>& frames, std::vector<io::LinkEvent>& events) {
  const std::lock_guard lock(shared_.mutex);
  Agent& agent = shared_.agent;
  for (const io::LinkEvent event : events) on_event(event);
  std::vector<wire::ToAgent> decoded;
  for (const io::Payload& frame : frames) {
    if (Status read = read_frame(frame.view(), decoded); !read) {
      agent.desk().problems.add("the broker sent a frame that is not readable: " +
                                read.error().message);
    }
  }
  // A frame may come before the event of its own connection.
  if (!decoded.empty() && agent.phase() == Phase::kOffline && socket_ && socket_->connected()) {
    agent.connected();
  }
  if (!decoded.empty()) TRY_OK(agent.receive(decoded));
  const Instant now = agent.desk().clock.now();
  if (!frames.empty() || now >= ticked_ + kTickEvery || now < ticked_) {
    TRY_OK(agent.tick());
    ticked_ = now;
    give_memory_back(frames.empty());
  }
  TRY_OK(link_.direct.turn(agent));
  if (agent.fork() && !forked_) TRY_OK(keep_evidence());
  if (agent.wants_new_session()) {
    hang_up(pause_);
    pause_ = std::min(Duration{pause_.ms * 2}, kPauseMax);
  }
  flush();
  log_news();
  shared_.changed.notify_all();
  return {};
}

// A policy that was compiled and frames that were read leave memory free; a small machine has other
// uses for it. Once, when it has become quiet.
void Loop::give_memory_back(bool quiet) {
  if (quiet && stirred_) malloc_trim(0);
  stirred_ = !quiet;
}

void Loop::on_event(io::LinkEvent event) {
  Agent& agent = shared_.agent;
  switch (event) {
    case io::LinkEvent::kConnected:
      agent.connected();
      return;
    case io::LinkEvent::kDisconnected:
      agent.disconnected();
      return;
    case io::LinkEvent::kUnknownKey:
      agent.disconnected();
      agent.desk().problems.add(
          "the broker does not know this agency's transport key; have the "
          "network's directory name it");
      return;
    case io::LinkEvent::kUnreachable:
      agent.disconnected();
      agent.desk().problems.add("nobody answers at `" + link_.endpoint + "`; check the network");
      return;
    case io::LinkEvent::kNotTheBroker:
      agent.disconnected();
      agent.desk().problems.add("whoever answers at `" + link_.endpoint +
                                "` does not hold the broker's key; check `broker.transport`");
      return;
  }
}

void Loop::flush() {
  std::deque<wire::ToBroker>& messages = shared_.agent.outgoing();
  const auto gone = [&](ByteView frame) {
    const Status sent = socket_->send(frame);
    return sent || sent.error().code != ErrorCode::kOverloaded;
  };
  while (socket_ && !messages.empty()) {
    wire::FrameWriter writer;
    std::size_t taken = 0;
    Bytes frame;
    while (frame.empty() && taken < messages.size()) {
      writer.add(messages[taken++]);
      frame = writer.ready();
    }
    // A last message that did not fit is written anew into the next frame.
    if (!frame.empty() && !writer.empty()) --taken;
    if (frame.empty()) frame = writer.take();
    if (!gone(frame)) return;  // the next turn goes on
    // To a broker that is gone: sent again on the next connection.
    messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(taken));
  }
}

Status Loop::keep_evidence() {
  const ForkEvidence& fork = *shared_.agent.fork();
  const std::string& folder = link_.evidence_folder;
  TRY_OK(io::write_durably(folder + "/fork-known.note", fork.known));
  TRY_OK(io::write_durably(folder + "/fork-shown.note", fork.shown));
  shared_.agent.desk().problems.add(fork_problem(link_.evidence_folder));
  forked_ = true;
  hang_up(kPauseMax);
  return {};
}

void Loop::log_news() {
  Agent& agent = shared_.agent;
  for (const std::string& sentence : agent.desk().problems.take_new()) log_.warning(sentence);
  if (agent.phase() == logged_) return;
  logged_ = agent.phase();
  if (logged_ == Phase::kServing) {
    pause_ = seconds(1);
    const std::string unreachable = "nobody answers at `" + link_.endpoint + "`; check the network";
    agent.desk().problems.remove(unreachable);
    log_.info("connected to the broker, ledger of " +
              std::to_string(agent.desk().book.head().size) + " entries");
  } else if (logged_ == Phase::kOffline) {
    log_.info("not connected to the broker");
  }
}

}  // namespace safeconduct::agent
