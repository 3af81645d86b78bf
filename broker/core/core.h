// The broker's state machine (DESIGN §2): state view, command and instant in; outcome and changes
// out. Pure: the same state, command, instant and salts give the same bytes. The broker, replay and
// the simulator run this same class.
#pragma once

#include "broker/core/command.h"
#include "broker/core/knowledge.h"
#include "broker/core/outcome.h"
#include "broker/core/state_view.h"

namespace safeconduct::core {

// Where the salts of parts come from: random in the broker, recorded or anything else in replay
// (decisions do not depend on them).
class Salts {
 public:
  virtual ~Salts() = default;
  [[nodiscard]] virtual Digest next() = 0;
  // False where the entries' parts are only compared with those of a log: then a mark stands in the
  // place of each commitment, which would be hashed for nothing.
  [[nodiscard]] virtual bool commits() const { return true; }
};

class Core {
 public:
  // Reads what grows with agencies from the state: directory, policy, cards. Errors: kCorrupt.
  [[nodiscard]] static Result<Core> load(const StateView& state, Salts& salts);

  // Decides one command and stages its changes in the tick. A policy whose start has come is put
  // into force first. `now` may not lie before an earlier one; if it does, the latest counts. After
  // a failed commit this core must be thrown away. Thread: one at a time.
  [[nodiscard]] Outcome apply(Overlay& tick, const Command& command, Instant now);

  // An entry that holds observed facts only (a refused frame, a heartbeat) goes by: replay knows it
  // from the log and cannot derive it.
  void pass(Overlay& tick, Instant at);

  // Position of the next entry.
  [[nodiscard]] std::uint64_t next_position() const { return next_position_; }
  [[nodiscard]] Instant last_instant() const { return last_instant_; }
  [[nodiscard]] const Knowledge& knowledge() const { return knowledge_; }

 private:
  explicit Core(Salts& salts) : salts_(&salts) {}
  void write_cursor(Overlay& tick) const;

  Salts* salts_;
  Knowledge knowledge_;
  std::uint64_t next_position_ = 0;
  Instant last_instant_{};
};

// Messages that wait for the agency, in the order of their submission, from `after` on; at most
// `count`. What the loop gives to Deliver.
struct Waiting {
  std::uint64_t submission = 0;
  MessageId message;
};
[[nodiscard]] std::vector<Waiting> waiting_for(const StateView& state, const AgencyId& agency,
                                               std::uint64_t from, std::size_t count);
// Messages whose transport ended at or before `now`; at most `count`. What the loop gives to
// Expire.
[[nodiscard]] std::vector<MessageId> due(const StateView& state, Instant now, std::size_t count);
// Messages that wait for an agency that is not, or no longer, in good standing; at most `count`.
// Deliver withholds them: their bodies end and their senders are told.
[[nodiscard]] std::vector<MessageId> undeliverable(const StateView& state,
                                                   const Knowledge& knowledge, std::size_t count);
// How many messages wait for the agency.
[[nodiscard]] std::uint32_t waiting_count(const StateView& state, const AgencyId& agency);

}  // namespace safeconduct::core
