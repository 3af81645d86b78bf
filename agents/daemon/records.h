// Signed records on their way to the broker: consents, withdrawals, sealing cards, and the signed
// notes that somebody handed in. Kept and sent again, byte for byte, until the broker has recorded
// them or says that it never will.
#pragma once

#include <map>
#include <set>

#include "agents/daemon/desk.h"
#include "agents/daemon/items.h"

namespace safeconduct::agent {

class Records {
 public:
  [[nodiscard]] static Result<Records> load(const Store& store);

  // Signs the body (a note is signed already) and queues it; durable with the change. Returns its
  // seq.
  std::uint64_t add(Desk& desk, Change& change, Outgoing record);
  // Sends what is not under way.
  void pump(Desk& desk);
  // The connection ended: everything is sent again on the next.
  void connection_ended() { under_way_.clear(); }

  // What this answer is about; nothing when it is about no record. The record leaves the queue.
  [[nodiscard]] std::optional<Outgoing> finish(Change& change, std::uint64_t request);
  // Push-back: it stays in the queue and is sent again by a later pump.
  [[nodiscard]] bool put_off(std::uint64_t request) { return under_way_.erase(request) > 0; }

  [[nodiscard]] bool is_waiting(const ConsentId& consent) const;
  [[nodiscard]] bool is_card_waiting(std::uint64_t counter) const;
  void drop_card(Change& change, std::uint64_t counter);
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  std::map<std::uint64_t, Outgoing> waiting_;         // by seq
  std::map<std::uint64_t, std::uint64_t> under_way_;  // request -> seq
  std::uint64_t next_seq_ = 0;
};

}  // namespace safeconduct::agent
