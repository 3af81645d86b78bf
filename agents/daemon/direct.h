// Content from agency to agency, where the policy keeps it from the broker: a door where others
// bring sealed slots, and lines to theirs. Who may come is in the directory; what counts is decided
// by the broker's delivery entry, which names the released slots (agents/daemon/inbox.h). One frame
// is one message: wire::encode_sealed of the released slots. The recipient's answer is its receipt.
#pragma once

#include <atomic>
#include <map>
#include <memory>

#include "agents/daemon/agent.h"
#include "schemas/io/net.h"

namespace safeconduct::agent {

class DirectLink {
 public:
  // `endpoint`: where to listen; empty: nowhere. Errors: kInvalid, kUnavailable, kIo.
  [[nodiscard]] static Result<std::unique_ptr<DirectLink>> open(const std::string& endpoint,
                                                                const SecretKey<32>& transport_key);

  // Takes what was brought and sends what was released; never waits. Under the agent's mutex, by
  // the loop's thread. Errors: the store's.
  [[nodiscard]] Status turn(Agent& agent);

 private:
  explicit DirectLink(const SecretKey<32>& transport_key) : transport_key_(transport_key) {}
  void read_directory(const Book& book);
  [[nodiscard]] Status take(Agent& agent);
  [[nodiscard]] Status send(Agent& agent);
  struct Line {
    std::string endpoint;
    ByteArray<32> key{};
    io::DealerSocket socket;
    std::deque<Bytes> waiting;
    Instant used;
  };
  [[nodiscard]] Line* line_to(const Book& book, const AgencyId& agency, Instant now);

  const SecretKey<32>& transport_key_;
  std::optional<io::RouterSocket> door_;
  std::map<AgencyId, Line> lines_;
  std::uint64_t directory_version_ = 0;
  // Read by the door's own thread.
  using Guests = std::map<ByteArray<32>, std::string>;
  std::shared_ptr<const Guests> guests_ = std::make_shared<Guests>();
};

}  // namespace safeconduct::agent
