// The live streams (server-sent events): one per browser, each told what changed since the ledger
// position that it knows. What is told is made once for all who may see the same.
#pragma once

#include <map>
#include <mutex>

#include "broker/dashboard/board.h"
#include "broker/dashboard/sessions.h"
#include "schemas/io/http.h"

namespace safeconduct::dashboard {

class Hub {
 public:
  Hub(const Board& board, Sessions& sessions, const Clock& clock)
      : board_(board), sessions_(sessions), clock_(clock) {}

  // A stream for a browser that has seen entries before `after`. Nothing when there are too many.
  [[nodiscard]] std::shared_ptr<io::HttpStream> add(const Visitor& visitor, std::uint64_t after);

  // Sends what is new, at most every kEvery; called often, by one thread.
  void tick();
  [[nodiscard]] std::size_t count();

 private:
  struct Listener {
    std::shared_ptr<io::HttpStream> stream;
    Visitor visitor;
    std::uint64_t told = 0;  // entries before this were told
  };
  // What everyone with the same rights and the same position is told.
  struct Audience {
    std::string agency;  // empty: not cut to one
    bool rows = true;
    std::uint64_t told = 0;
    friend auto operator<=>(const Audience&, const Audience&) = default;
  };
  [[nodiscard]] std::string message_for(const Audience& audience, const Visitor& visitor,
                                        std::uint64_t upto);
  void end_closed_sessions();

  static constexpr Duration kEvery = milliseconds(200);
  static constexpr Duration kRecount = seconds(5);  // clocks run without entries
  static constexpr Duration kSign = seconds(15);    // a sign of life
  static constexpr std::size_t kListenersMax = 2'000;
  static constexpr std::size_t kNamedMax = 200;  // changed referrals by id; beyond: `all`

  const Board& board_;
  Sessions& sessions_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<Listener> listeners_;
  std::uint64_t told_ = 0;
  Link link_ = Link::kConnecting;
  std::uint64_t head_ = 0;
  std::shared_ptr<const Watched> watched_;
  Instant sent_at_{};
  Instant counted_at_{};
  Instant sign_at_{};
  std::string counted_;  // the network's tiles as they were told last
};

}  // namespace safeconduct::dashboard
