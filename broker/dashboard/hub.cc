#include "broker/dashboard/hub.h"

#include <algorithm>

#include "broker/dashboard/views.h"

namespace safeconduct::dashboard {

std::shared_ptr<io::HttpStream> Hub::add(const Visitor& visitor, std::uint64_t after) {
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const Listener& one) { return one.stream->closed(); });
  if (listeners_.size() >= kListenersMax) return nullptr;
  auto stream = std::make_shared<io::HttpStream>();
  const std::uint64_t upto = board_.look([](const Projection& p, const Feed&) { return p.size(); });
  Listener listener{stream, visitor, std::min(after, upto)};
  const Audience audience{visitor.agency.text(), sees_rows(visitor.role), listener.told};
  stream->push("retry: 2000\n\n" + message_for(audience, visitor, upto));
  listener.told = upto;
  listeners_.push_back(std::move(listener));
  return stream;
}

std::string Hub::message_for(const Audience& audience, const Visitor& visitor, std::uint64_t upto) {
  const Instant now = clock_.now();
  auto changes = board_.changes_since(audience.told);
  const Json json = board_.look([&](const Projection& projection, const Feed& feed) {
    const Scope scope = scope_of(projection, visitor);
    Json out = {{"at", now.ms},
                {"position", upto},
                {"feed", feed_view(feed, now)},
                {"tiles", tiles_view(projection, scope, now)}};
    if (!scope.rows) return out;
    Json ids = Json::array();
    for (const ReferralId& id : changes.referrals) {
      const RowIndex index = projection.find(id);
      if (index == kNoRow) continue;
      const ReferralRow& row = projection.referrals()[index];
      if (scope.own && row.from != *scope.own && row.to != *scope.own) continue;
      ids.push_back(id.text());
      if (ids.size() > kNamedMax) break;
    }
    const bool all = changes.all || ids.size() > kNamedMax;
    out["all"] = all;
    out["changed"] = all ? Json::array() : std::move(ids);
    return out;
  });
  return "id: " + std::to_string(upto) + "\nevent: state\ndata: " + json.dump() + "\n\n";
}

void Hub::end_closed_sessions() {
  for (const Listener& listener : listeners_) {
    if (sessions_.is_open(listener.visitor.session)) continue;
    listener.stream->push("event: ended\ndata: {}\n\n");
    listener.stream->close();
  }
}

void Hub::tick() {
  const Instant now = clock_.now();
  if (now - sent_at_ < kEvery && now >= sent_at_) return;
  const auto [upto, link, head, watched] = board_.look([](const Projection& p, const Feed& feed) {
    return std::tuple(p.size(), feed.link, feed.head_size, feed.watched);
  });
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const Listener& one) { return one.stream->closed(); });
  if (listeners_.empty()) return;
  bool changed = upto != told_ || link != link_ || head != head_ || watched != watched_;
  if (!changed && now - counted_at_ >= kRecount) {
    counted_at_ = now;
    const std::string counted = board_.look([&](const Projection& p, const Feed& feed) {
      return tiles_view(p, {true, std::nullopt}, now).dump() + feed_view(feed, now)["link"].dump();
    });
    changed = counted != std::exchange(counted_, counted);
  }
  if (now - sign_at_ >= kSign) {
    sign_at_ = now;
    end_closed_sessions();
    for (const Listener& listener : listeners_) listener.stream->push(": here\n\n");
  }
  if (!changed) return;
  std::map<Audience, std::string> made;
  for (Listener& listener : listeners_) {
    const Audience audience{listener.visitor.agency.text(), sees_rows(listener.visitor.role),
                            listener.told};
    const auto [at, is_new] = made.try_emplace(audience);
    if (is_new) at->second = message_for(audience, listener.visitor, upto);
    listener.stream->push(at->second);
    listener.told = upto;
  }
  told_ = upto;
  link_ = link;
  head_ = head;
  watched_ = watched;
  sent_at_ = now;
}

std::size_t Hub::count() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      listeners_.begin(), listeners_.end(), [](const Listener& l) { return !l.stream->closed(); }));
}

}  // namespace safeconduct::dashboard
