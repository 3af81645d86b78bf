#include "broker/dashboard/looks.h"

namespace safeconduct::dashboard {

void Looks::list(const Visitor& visitor, std::string_view which) {
  note(visitor, "list " + std::string(which), {wire::Action::kListViewed, visitor.who});
}

void Looks::report(const Visitor& visitor, std::string_view which) {
  note(visitor, "report " + std::string(which), {wire::Action::kReportViewed, visitor.who});
}

void Looks::referral(const Visitor& visitor, const ReferralId& id) {
  ActionLog::What what{wire::Action::kReferralViewed, visitor.who};
  what.referral = id;
  note(visitor, "referral " + id.text(), what);
}

void Looks::note(const Visitor& visitor, std::string key, ActionLog::What what) {
  const Instant now = clock_.now();
  key += " " + to_hex(visitor.session);
  {
    const std::lock_guard lock(mutex_);
    Instant& last = known_[key];
    if (last.ms != 0 && now - last < kAgainAfter) return;
    last = now;
    if (known_.size() > kKnownMax) {
      std::erase_if(known_, [&](const auto& one) { return now - one.second >= kAgainAfter; });
    }
  }
  actions_.add(what);
}

}  // namespace safeconduct::dashboard
