#include "agents/daemon/direct.h"

namespace safeconduct::agent {
namespace {

constexpr Duration kLineIdle = seconds(60);
constexpr std::size_t kWaitingMax = 64;  // messages on one line; the outbox brings them again

}  // namespace

Result<std::unique_ptr<DirectLink>> DirectLink::open(const std::string& endpoint,
                                                     const SecretKey<32>& transport_key) {
  std::unique_ptr<DirectLink> link(new DirectLink(transport_key));
  if (endpoint.empty()) return link;
  io::RouterOptions options;
  options.endpoint = endpoint;
  options.keys = io::curve_keys_of(transport_key);
  const DirectLink* self = link.get();
  TRY(door, io::RouterSocket::bind(
                std::move(options), [self](const ByteArray<32>& key) -> std::optional<std::string> {
                  const auto guests = std::atomic_load(&self->guests_);
                  const auto at = guests->find(key);
                  return at == guests->end() ? std::nullopt : std::optional(at->second);
                }));
  link->door_.emplace(std::move(door));
  return link;
}

Status DirectLink::turn(Agent& agent) {
  read_directory(agent.desk().book);
  TRY_OK(take(agent));
  return send(agent);
}

void DirectLink::read_directory(const Book& book) {
  if (!book.directory() || book.directory()->version == directory_version_) return;
  directory_version_ = book.directory()->version;
  auto guests = std::make_shared<Guests>();
  for (const wire::DirectoryAgency& agency : book.directory()->agencies) {
    if (agency.standing == wire::Standing::kActive) {
      (*guests)[agency.transport_key] = agency.id.text();
    }
  }
  std::atomic_store(&guests_, std::shared_ptr<const Guests>(std::move(guests)));
}

Status DirectLink::take(Agent& agent) {
  if (!door_) return {};
  std::vector<io::RouterFrame> frames;
  TRY(count, door_->receive(Duration{0}, {}, frames));
  static_cast<void>(count);
  for (const io::RouterFrame& frame : frames) {
    const auto from = AgencyId::parse(frame.agency);
    if (!from) continue;
    // Standing is asked on every frame: a connection outlives a suspension.
    const wire::DirectoryAgency* sender = agent.desk().book.agency(*from);
    if (sender == nullptr || sender->standing != wire::Standing::kActive) continue;
    TRY_OK(agent.receive_directly(*from, frame.payload.view()));
  }
  return {};
}

DirectLink::Line* DirectLink::line_to(const Book& book, const AgencyId& agency, Instant now) {
  const wire::DirectoryAgency* recipient = book.agency(agency);
  if (recipient == nullptr || recipient->direct.empty()) return nullptr;
  const auto known = lines_.find(agency);
  if (known != lines_.end()) {
    const bool same = known->second.endpoint == recipient->direct &&
                      known->second.key == recipient->transport_key;
    if (same) return &known->second;
    lines_.erase(known);
  }
  io::DealerOptions options;
  options.endpoint = recipient->direct;
  options.broker_key = recipient->transport_key;
  options.keys = io::curve_keys_of(transport_key_);
  auto socket = io::DealerSocket::connect(std::move(options));
  if (!socket) return nullptr;
  return &lines_
              .emplace(
                  agency,
                  Line{recipient->direct, recipient->transport_key, std::move(*socket), {}, now})
              .first->second;
}

Status DirectLink::send(Agent& agent) {
  const Instant now = agent.desk().clock.now();
  TRY(releases, agent.outbox().take_releases());
  for (Outbox::Release& release : releases) {
    Line* line = line_to(agent.desk().book, release.to, now);
    if (line == nullptr || line->waiting.size() >= kWaitingMax) continue;
    line->waiting.push_back(std::move(release.sealed));
    line->used = now;
  }
  for (auto at = lines_.begin(); at != lines_.end();) {
    Line& line = at->second;
    std::vector<io::Payload> frames;
    std::vector<io::LinkEvent> events;
    TRY(count, line.socket.receive(Duration{0}, {}, frames, events));
    static_cast<void>(count);
    for (const io::LinkEvent event : events) {
      if (event == io::LinkEvent::kNotTheBroker) {
        agent.desk().problems.add("whoever answers at `" + line.endpoint +
                                  "` does not hold the key "
                                  "of `" +
                                  at->first.text() + "`; check the directory");
      }
    }
    while (!line.waiting.empty() && line.socket.send(line.waiting.front())) {
      line.waiting.pop_front();
      line.used = now;
    }
    at = line.used + kLineIdle <= now ? lines_.erase(at) : std::next(at);
  }
  return {};
}

}  // namespace safeconduct::agent
