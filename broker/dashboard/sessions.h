// Who is signed in: in memory only, so a restart signs everybody out. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "broker/dashboard/people.h"
#include "schemas/base/clock.h"

namespace safeconduct::dashboard {

// What a request may do: a copy of its session.
struct Visitor {
  std::string who;
  Role role = Role::kWallScreen;
  AgencyId agency;   // of an agency coordinator
  std::string csrf;  // what a request that acts must say
  Digest session{};  // names the session; not the cookie
  Instant since;
};

class Sessions {
 public:
  struct Bounds {
    Duration idle = minutes(15);  // without a sign of a person
    Duration longest = hours(10);
    Duration wall_longest = days(30);  // a wall screen has nobody who could sign in again
  };
  Sessions(Bounds bounds, const Clock& clock, Random& random)
      : bounds_(bounds), clock_(clock), random_(random) {}

  // A new session with a new id, whatever the browser held before; returns the cookie's value.
  [[nodiscard]] std::string open(const Person& person);
  // `is_active`: the request shows that a person is there.
  [[nodiscard]] std::optional<Visitor> find(std::string_view cookie, bool is_active);
  void close(const Digest& session);
  // Those of everybody who is not in the file any more or has another role there.
  void keep_only(const People& people);
  [[nodiscard]] bool is_open(const Digest& session);
  [[nodiscard]] std::size_t count();

 private:
  struct Session {
    Visitor visitor;
    Instant active;
  };
  [[nodiscard]] bool is_over(const Session& session, Instant now) const;
  void forget_over(Instant now);

  static constexpr std::size_t kSessionsMax = 20'000;
  static constexpr std::size_t kPerPersonMax = 1'000;  // wall screens share an id
  const Bounds bounds_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<Digest, Session> sessions_;  // by the hash of the cookie
};

}  // namespace safeconduct::dashboard
