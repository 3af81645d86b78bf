// What every command works on while it is applied: the tick's overlay, what the core knows, the
// instant, and the outcome in the making. For the core's own sources.
#pragma once

#include "broker/core/command.h"
#include "broker/core/judgement.h"
#include "broker/core/knowledge.h"
#include "broker/core/message.h"
#include "broker/core/outcome.h"

namespace safeconduct::core {

class Salts;

// The parts of an entry in the making, by whose they are.
struct PartBytes {
  std::optional<Bytes> network{};
  std::optional<Bytes> routing{};
  std::optional<Bytes> sender{};
  std::optional<Bytes> recipient{};
  std::optional<Bytes> restricted{};
};

class Step {
 public:
  Step(Overlay& overlay, Knowledge& known, Salts& salts, std::uint64_t& next_position, Instant at)
      : tick(overlay), knowledge(known), now(at), salts_(salts), next_position_(next_position) {}

  Overlay& tick;
  Knowledge& knowledge;
  const Instant now;
  Outcome outcome;

  // Adds an entry; returns its position.
  std::uint64_t emit(ledger::EntryKind kind, PartBytes parts, const AgencyId& sender = {},
                     const AgencyId& recipient = {});
  [[nodiscard]] std::uint64_t next_position() const { return next_position_; }

  // Nothing was decided about a message: the error is the answer, and the refusal is counted.
  void refuse(const AgencyId& agency, wire::Verdict verdict, Error error);

 private:
  Salts& salts_;
  std::uint64_t& next_position_;
};

void run(Step& step, const OpenLog& command);
void run(Step& step, const PutDirectory& command);
void run(Step& step, const PutPolicy& command);
void run(Step& step, const PutCard& command);
void run(Step& step, const PutConsent& command);
void run(Step& step, const Withdraw& command);
void run(Step& step, const Submit& command);
void run(Step& step, const Deliver& command);
void run(Step& step, const TakeReceipt& command);
void run(Step& step, const TakeRecord& command);
void run(Step& step, const Expire& command);
void run(Step& step, const RecordAction& command);
void run(Step& step, const Ring& command);
void run(Step& step, const PutRule& command);
void run(Step& step, const Prune& command);
void run(Step& step, const RefuseFrame& command);
void run(Step& step, const CountRefusals& command);
void run(Step& step, const Heartbeat& command);

// Erases actions that are too old to come again, at most `count`.
void forget_actions(Overlay& tick, Instant now, std::size_t count);

// --- shared by the steps of a message's life (life.cc)

[[nodiscard]] wire::RoutingPart routing_of(const wire::Header& header, const MessageRecord& record,
                                           bool went_on, Instant consent_until = {});
// Without what it may keep.
[[nodiscard]] wire::RecipientPart recipient_part(const wire::Header& header,
                                                 const MessageRecord& record);
// Takes a message out of its mailbox, or from where what goes nowhere lies, and destroys its body.
void leave_mailbox(Step& step, const wire::Header& header, const MessageRecord& record);

// Puts into force every recorded policy whose start has come.
void come_into_force(Step& step);

// How many different officers of the directory in force are among the signers; one key under two
// names is one.
[[nodiscard]] std::size_t officers_among(const Knowledge& knowledge,
                                         const std::vector<std::string>& signers);
// Whether the agency signs with `key` in the directory in force.
[[nodiscard]] bool signs_with(const Knowledge& knowledge, const AgencyId& agency, const KeyId& key);

}  // namespace safeconduct::core
