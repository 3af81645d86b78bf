// What the follower has read and the browsers look at: the projection and the state of the feed,
// behind one lock. One thread writes, others read.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "broker/dashboard/projection/lists.h"
#include "broker/dashboard/watched.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::dashboard {

enum class Link : std::uint8_t {
  kConnecting,  // never connected since the start
  kReading,     // connected, behind the broker
  kLive,
  kLost,    // was connected
  kBroken,  // the broker showed what does not verify: nothing more is read
};
[[nodiscard]] std::string_view name(Link link);

// What agencies said of their software, as the broker tells it: not in the ledger, not proven.
// Printable ASCII.
using Software = std::map<AgencyId, std::string>;

// How far and how well the feed is followed.
struct Feed {
  Link link = Link::kConnecting;
  std::string why;              // of a feed that is broken or not connected; a sentence
  Instant since;                // in this state
  Instant heard;                // of the last frame; 0: never
  std::uint64_t read = 0;       // entries read and verified
  std::uint64_t head_size = 0;  // of the last checkpoint
  Digest head_root{};
  std::string note;       // that checkpoint, signed
  Instant checkpoint_at;  // when it came
  std::shared_ptr<const Software> software = std::make_shared<Software>();
  std::shared_ptr<const Watched> watched;  // null: no witness is asked
};

class Board {
 public:
  explicit Board(Projection projection) : projection_(std::move(projection)) {}

  void apply(const std::vector<EntryFacts>& entries);
  void set_feed(Feed feed);

  // `read` sees both as they belong together; it must not block.
  template <class Read>
  auto look(Read read) const {
    const std::shared_lock lock(mutex_);
    return read(projection_, feed_);
  }

  // Positions at which referrals changed, newest last, since `after`; bounded, so `all` says that
  // more may have changed than is named.
  struct Changes {
    bool all = false;
    std::vector<ReferralId> referrals;
  };
  [[nodiscard]] Changes changes_since(std::uint64_t after) const;

 private:
  static constexpr std::size_t kRememberedMax = 4096;
  mutable std::shared_mutex mutex_;
  Projection projection_;
  Feed feed_;
  std::vector<std::pair<std::uint64_t, ReferralId>> changed_;  // ascending position
  std::uint64_t changed_from_ = 0;  // changes before this position are forgotten
};

}  // namespace safeconduct::dashboard
