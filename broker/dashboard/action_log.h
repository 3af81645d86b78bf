// What people do at the dashboard becomes entries of the ledger: signed here, written by the
// broker. Kept until the broker has answered, also over a restart.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "schemas/base/clock.h"
#include "schemas/base/log.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/messages.h"

namespace safeconduct::dashboard {

class ActionLog {
 public:
  // What is not yet recorded lies in `path`.
  ActionLog(AgencyId observer, seal::SigningKey key, std::string path, const Clock& clock,
            Random& random, const Log& log);

  // Takes up what an earlier run left.
  void load();

  // --- any thread
  struct What {
    wire::Action action = wire::Action::kSignIn;
    std::string who{};  // operator id
    std::uint64_t position = wire::OperatorAction::kNoPosition;
    ReferralId referral{};
  };
  // A ticket to wait with. When too many wait for the broker the oldest is dropped, with a line in
  // the log.
  std::uint64_t add(const What& what);
  // False when the broker has not answered within `wait`.
  [[nodiscard]] bool wait_until_recorded(std::uint64_t ticket, Duration wait);
  [[nodiscard]] std::size_t waiting() const;
  // Called when there is something to send.
  void when_added(std::function<void()> wake);

  // --- the follower's thread
  // Frames that were not sent on this connection; the request numbers are tickets.
  [[nodiscard]] std::vector<wire::ToBroker> unsent();
  void connection_lost();  // everything is sent again on the next one
  void recorded(std::uint64_t ticket);
  // The broker refused it for good, or (`later`) for now.
  void refused(std::uint64_t ticket, const std::string& why, bool later);
  // Writes what waits, when it changed.
  void save();

 private:
  struct Pending {
    std::uint64_t ticket = 0;
    Bytes body;
    bool sent = false;
  };
  void drop(std::uint64_t ticket);

  static constexpr std::size_t kWaitingMax = 10'000;

  const AgencyId observer_;
  const seal::SigningKey key_;
  const std::string path_;
  const Clock& clock_;
  Random& random_;
  const Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> pending_;
  std::uint64_t next_ticket_ = 1;
  std::function<void()> wake_;
  bool dirty_ = false;
  bool on_disk_ = false;
};

}  // namespace safeconduct::dashboard
