// What every part of the agent works with: who we are, where things lie, what time it is, and where
// frames to the broker go. Owned by main (or a test); thread: the agent's mutex.
#pragma once

#include <deque>
#include <functional>

#include "agents/daemon/book.h"
#include "policies/case.h"
#include "policies/decide.h"
#include "schemas/seal/sign.h"

namespace safeconduct::agent {

// How much of each category may go in a case, at most. The product decides by the policy; a test
// hands in another one to see that the next hop refuses what this one let through.
using Ceiling =
    std::function<policies::Levels(const policies::CompiledPolicy&, const policies::Case&)>;
[[nodiscard]] Ceiling ceiling_of_policy();

// What a person should look at, newest last; the same sentence once.
class Problems {
 public:
  void add(std::string sentence);
  void remove(std::string_view sentence);
  [[nodiscard]] const std::deque<std::string>& all() const { return sentences_; }
  // Those added since the last call, for the log.
  [[nodiscard]] std::vector<std::string> take_new() { return std::exchange(new_, {}); }

 private:
  std::deque<std::string> sentences_;
  std::vector<std::string> new_;
};

// Frames for the broker in the order in which they leave. `request` is set here and comes back in
// the answer.
class Port {
 public:
  template <class Body>
  std::uint64_t send(Body body) {
    frames_.push_back({++last_request_, std::move(body)});
    return last_request_;
  }
  [[nodiscard]] std::deque<wire::ToBroker>& frames() { return frames_; }

 private:
  std::deque<wire::ToBroker> frames_;
  std::uint64_t last_request_ = 0;
};

struct Desk {
  AgencyId self;
  const seal::SigningKey& signing;
  Store& store;
  Book& book;
  const Clock& clock;
  Random& random;
  Ceiling ceiling = ceiling_of_policy();
  Port port = {};
  Problems problems = {};
  Duration ahead = {};  // of the broker's clock before ours, as of the last Welcome

  // The time by the clock that decides, as well as we know it.
  [[nodiscard]] Instant now() const { return clock.now() + ahead; }
};

}  // namespace safeconduct::agent
