#include "broker/dashboard/follower.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/wire/frame.h"

namespace safeconduct::dashboard {
namespace {

constexpr Duration kTurnMax = milliseconds(100);
constexpr Duration kPauseMin = milliseconds(500);
constexpr Duration kPauseMax = minutes(1);
constexpr std::uint64_t kHello = 1;
constexpr std::size_t kSoftwareMax = 4096;  // agencies; a directory holds fewer

// As it may stand on a screen and in JSON.
std::string printable(std::string text) {
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return text;
}

}  // namespace

Follower::Follower(const Settings& settings, io::CurveKeys keys, Reader reader, Board& board,
                   ActionLog& actions, const Clock& clock, const Log& log)
    : settings_(settings),
      keys_(std::move(keys)),
      reader_(std::move(reader)),
      board_(board),
      actions_(actions),
      clock_(clock),
      log_(log),
      pause_(kPauseMin) {
  feed_.since = clock_.now();
  feed_.note = reader_.note();
}

Status Follower::run(const std::atomic<bool>& stop, const std::function<void()>& after_turn) {
  tell_board();
  while (!stop) {
    if (!socket_ && feed_.link != Link::kBroken && dial_at_ <= clock_.now()) TRY_OK(dial());
    std::vector<io::Payload> frames;
    std::vector<io::LinkEvent> events;
    if (socket_) {
      TRY(received, socket_->receive(kTurnMax, {}, frames, events));
      static_cast<void>(received);
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(kTurnMax.ms));
    }
    for (const io::LinkEvent event : events) on_event(event);
    if (socket_ && !frames.empty() && !greeted_ && socket_->connected()) say_hello();
    for (const io::Payload& frame : frames) {
      if (!socket_) break;
      on_frame(frame.view());
    }
    flush();
    heed_witnesses();
    if (feed_changed_) tell_board();
    actions_.save();
    after_turn();
  }
  actions_.when_added({});
  return {};
}

Status Follower::dial() {
  io::DealerOptions options;
  options.endpoint = settings_.endpoint;
  options.broker_key = settings_.broker_key;
  options.keys.public_key = keys_.public_key;
  options.keys.secret_key = keys_.secret_key.clone();
  options.reconnect_max = seconds(2);
  options.bounds.queue_frames_max = 64;  // pages wait at the broker, not here
  TRY(socket, io::DealerSocket::connect(std::move(options)));
  socket_.emplace(std::move(socket));
  actions_.when_added([waker = socket_->waker()] { waker->wake(); });
  return {};
}

void Follower::hang_up(Link link, const std::string& why) {
  actions_.when_added({});
  socket_.reset();
  greeted_ = subscribed_ = false;
  actions_.connection_lost();
  dial_at_ = clock_.now() + pause_;
  pause_ = std::min(Duration{pause_.ms * 2}, kPauseMax);
  set(link, why);
}

void Follower::on_event(io::LinkEvent event) {
  const bool was_connected = feed_.link != Link::kConnecting;
  const Link down = was_connected ? Link::kLost : Link::kConnecting;
  const auto lost = [&](const std::string& why) {
    greeted_ = subscribed_ = false;
    actions_.connection_lost();
    set(down, why);
  };
  switch (event) {
    case io::LinkEvent::kConnected:
      greeted_ = subscribed_ = false;
      actions_.connection_lost();
      return say_hello();
    case io::LinkEvent::kDisconnected:
      return lost("the connection to the broker ended");
    case io::LinkEvent::kUnknownKey:
      return lost(
          "the broker does not know this dashboard's key; have the network's directory "
          "name it with the role coordinator");
    case io::LinkEvent::kUnreachable:
      return lost("nobody answers at `" + settings_.endpoint + "`; check the network");
    case io::LinkEvent::kNotTheBroker:
      return lost("whoever answers at `" + settings_.endpoint +
                  "` does not hold the broker's key; check `broker.transport`");
  }
}

void Follower::say_hello() {
  const wire::Hello hello{wire::kProtocol, "safeconduct-dashboard 0.1.0", reader_.head().size};
  greeted_ = socket_->send(wire::encode(wire::ToBroker{kHello, hello})).has_value();
}

Status Follower::read_frame(ByteView bytes) {
  TRY(messages, wire::messages_in(bytes));
  for (const ByteView message : messages) {
    TRY(frame, wire::decode_to_agent(message));
    TRY_OK(on_body(frame));
  }
  return {};
}

void Follower::on_frame(ByteView bytes) {
  const Status status = read_frame(bytes);
  if (status) return;
  log_.error("the feed: " + status.error().message);
  if (status.error().code == ErrorCode::kUnauthentic) {
    // Both notes are what another reader compares.
    static_cast<void>(
        io::write_durably(settings_.state + "/fork-known.note", view_of(reader_.note())));
    hang_up(Link::kBroken, status.error().message);
  } else {
    hang_up(Link::kLost, status.error().message);
  }
}

Status Follower::on_body(const wire::ToAgent& frame) {
  feed_.heard = clock_.now();
  feed_changed_ = true;
  if (const auto* welcome = std::get_if<wire::Welcome>(&frame.body)) {
    TRY_OK(reader_.take(welcome->checkpoint));
    feed_.checkpoint_at = feed_.heard;
    const wire::Subscribe subscribe{reader_.tree().size()};
    subscribed_ = socket_->send(wire::encode(wire::ToBroker{0, subscribe})).has_value();
    pause_ = kPauseMin;
    set(reader_.up_to_date() ? Link::kLive : Link::kReading);
    return {};
  }
  if (const auto* checkpoint = std::get_if<wire::Checkpoint>(&frame.body)) {
    TRY_OK(reader_.take(*checkpoint));
    feed_.checkpoint_at = feed_.heard;
    return {};
  }
  if (const auto* feed = std::get_if<wire::Feed>(&frame.body)) {
    TRY(entries, reader_.take(*feed));
    board_.apply(entries);
    if (!feed->told.empty()) take_software(feed->told);
    set(reader_.up_to_date() ? Link::kLive : Link::kReading);
    return {};
  }
  if (std::holds_alternative<wire::Recorded>(frame.body)) {
    actions_.recorded(frame.request);
  } else if (const auto* problem = std::get_if<wire::Problem>(&frame.body)) {
    if (frame.request == kHello || frame.request == 0) {
      return Error{problem->code == ErrorCode::kUnauthentic ? ErrorCode::kInvalid : problem->code,
                   problem->message};
    }
    actions_.refused(frame.request, problem->message, problem->retry_after_ms != 0);
  }
  return {};
}

// What a witness cosigned counts more than what the broker shows.
void Follower::heed_witnesses() {
  if (witnesses_ == nullptr) return;
  witnesses_->read(reader_.head());
  auto watched = witnesses_->watched();
  if (watched == feed_.watched) return;
  feed_.watched = std::move(watched);
  feed_changed_ = true;
  for (const WitnessWord& one : feed_.watched->witnesses) {
    if (one.word != Word::kContradicts || feed_.link == Link::kBroken) continue;
    hang_up(Link::kBroken, "the witness `" + one.witness + "` cosigned another log of " +
                               std::to_string(one.size) + " entries; tell the network's officers");
  }
}

void Follower::take_software(const std::vector<wire::Told>& told) {
  auto software = std::make_shared<Software>(*feed_.software);
  for (const wire::Told& one : told) {
    if (software->size() < kSoftwareMax) (*software)[one.agency] = printable(one.software);
  }
  feed_.software = std::move(software);
}

void Follower::flush() {
  if (!socket_ || !subscribed_) return;
  for (const wire::ToBroker& frame : actions_.unsent()) {
    if (!socket_->send(wire::encode(frame))) actions_.refused(frame.request, {}, true);
  }
}

void Follower::set(Link link, const std::string& why) {
  feed_changed_ = true;
  if (feed_.link == link && feed_.why == why) return;
  if (feed_.link != link) {
    feed_.since = clock_.now();
    log_.info("the feed is " + std::string(name(link)) + " at " +
              std::to_string(reader_.tree().size()) + " entries" + (why.empty() ? "" : ": " + why));
  }
  feed_.link = link;
  feed_.why = why;
}

void Follower::tell_board() {
  feed_.read = reader_.tree().size();
  feed_.head_size = reader_.head().size;
  feed_.head_root = reader_.head().root;
  feed_.note = reader_.note();
  board_.set_feed(feed_);
  feed_changed_ = false;
}

}  // namespace safeconduct::dashboard
