// Who looked at what: an entry for each thing that somebody looks at, once in a while, however
// often the page asks for it again.
#pragma once

#include <map>
#include <mutex>

#include "broker/dashboard/action_log.h"
#include "broker/dashboard/sessions.h"

namespace safeconduct::dashboard {

class Looks {
 public:
  Looks(ActionLog& actions, const Clock& clock) : actions_(actions), clock_(clock) {}

  void list(const Visitor& visitor, std::string_view which);
  void report(const Visitor& visitor, std::string_view which);
  void referral(const Visitor& visitor, const ReferralId& id);

 private:
  void note(const Visitor& visitor, std::string key, ActionLog::What what);

  static constexpr Duration kAgainAfter = minutes(10);
  static constexpr std::size_t kKnownMax = 50'000;
  ActionLog& actions_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Instant> known_;
};

}  // namespace safeconduct::dashboard
