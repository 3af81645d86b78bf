#include "broker/dashboard/sessions.h"

#include "schemas/seal/hash.h"
#include "schemas/seal/web_signature.h"

namespace safeconduct::dashboard {
namespace {

// What lies in memory does not open a session.
Digest name_of(std::string_view cookie) {
  return seal::labelled_hash("safeconduct/1 dashboard session", {view_of(cookie)});
}

}  // namespace

std::string Sessions::open(const Person& person) {
  const std::string cookie = seal::to_base64url(random_.array<32>());
  Session session;
  session.visitor.who = person.id.text();
  session.visitor.role = person.role;
  session.visitor.agency = person.agency;
  session.visitor.csrf = seal::to_base64url(random_.array<24>());
  session.visitor.session = name_of(cookie);
  session.visitor.since = session.active = clock_.now();
  const std::lock_guard lock(mutex_);
  forget_over(session.active);
  std::size_t own = 0;
  auto oldest = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    if (at->second.visitor.who != session.visitor.who) continue;
    ++own;
    if (oldest == sessions_.end() || at->second.active < oldest->second.active) oldest = at;
  }
  if (own >= kPerPersonMax) sessions_.erase(oldest);
  if (sessions_.size() >= kSessionsMax) sessions_.erase(sessions_.begin());
  sessions_[session.visitor.session] = session;
  return cookie;
}

bool Sessions::is_over(const Session& session, Instant now) const {
  if (session.visitor.role == Role::kWallScreen) {
    return now - session.visitor.since > bounds_.wall_longest;
  }
  return now - session.visitor.since > bounds_.longest || now - session.active > bounds_.idle;
}

void Sessions::forget_over(Instant now) {
  std::erase_if(sessions_, [&](const auto& one) { return is_over(one.second, now); });
}

std::optional<Visitor> Sessions::find(std::string_view cookie, bool is_active) {
  if (cookie.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto at = sessions_.find(name_of(cookie));
  if (at == sessions_.end()) return std::nullopt;
  const Instant now = clock_.now();
  if (is_over(at->second, now)) {
    sessions_.erase(at);
    return std::nullopt;
  }
  if (is_active) at->second.active = now;
  return at->second.visitor;
}

void Sessions::close(const Digest& session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session);
}

void Sessions::keep_only(const People& people) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& one) {
    const Visitor& visitor = one.second.visitor;
    const Person* person = people.find(visitor.who);
    return person == nullptr || person->role != visitor.role || person->agency != visitor.agency;
  });
}

bool Sessions::is_open(const Digest& session) {
  const std::lock_guard lock(mutex_);
  const auto at = sessions_.find(session);
  return at != sessions_.end() && !is_over(at->second, clock_.now());
}

std::size_t Sessions::count() {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace safeconduct::dashboard
