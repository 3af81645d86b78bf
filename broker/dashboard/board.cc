#include "broker/dashboard/board.h"

#include <algorithm>

namespace safeconduct::dashboard {

std::string_view name(Link link) {
  switch (link) {
    case Link::kConnecting:
      return "connecting";
    case Link::kReading:
      return "reading";
    case Link::kLive:
      return "live";
    case Link::kLost:
      return "lost";
    case Link::kBroken:
      return "broken";
  }
  return "broken";
}

void Board::apply(const std::vector<EntryFacts>& entries) {
  const std::unique_lock lock(mutex_);
  for (const EntryFacts& entry : entries) {
    projection_.apply(entry);
    if (const auto* fact = std::get_if<ReferralFact>(&entry.fact)) {
      changed_.emplace_back(entry.position, fact->referral);
    }
  }
  if (changed_.size() <= kRememberedMax) return;
  const auto keep = changed_.end() - kRememberedMax / 2;
  changed_from_ = keep->first;
  changed_.erase(changed_.begin(), keep);
}

void Board::set_feed(Feed feed) {
  const std::unique_lock lock(mutex_);
  feed_ = std::move(feed);
}

Board::Changes Board::changes_since(std::uint64_t after) const {
  const std::shared_lock lock(mutex_);
  Changes changes;
  changes.all = after < changed_from_;
  auto at = std::lower_bound(
      changed_.begin(), changed_.end(), after,
      [](const auto& changed, std::uint64_t position) { return changed.first < position; });
  for (; at != changed_.end(); ++at) changes.referrals.push_back(at->second);
  std::sort(changes.referrals.begin(), changes.referrals.end());
  changes.referrals.erase(std::unique(changes.referrals.begin(), changes.referrals.end()),
                          changes.referrals.end());
  return changes;
}

}  // namespace safeconduct::dashboard
