#include "broker/audit/replay.h"

#include <deque>

#include "broker/audit/commands.h"
#include "broker/audit/sentences.h"
#include "broker/core/core.h"
#include "broker/core/message.h"

namespace safeconduct::audit {
namespace {

// Salts are random in the log and decide nothing.
class NoSalts final : public core::Salts {
 public:
  Digest next() override { return {}; }
};

bool same_part(const ledger::Entry& logged, const ledger::Entry& computed, ledger::PartKind kind) {
  if (logged.has(kind) != computed.has(kind)) return false;
  const auto& part = logged.part(kind);
  return !part || part->bytes == computed.part(kind)->bytes;
}

bool same(const ledger::Entry& logged, const ledger::Entry& computed) {
  if (logged.leaf.kind != computed.leaf.kind || logged.leaf.instant != computed.leaf.instant) {
    return false;
  }
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    if (!same_part(logged, computed, kind)) return false;
  }
  return true;
}

// Two sentences may be the same where the parts are not: then the part is named.
std::string difference(const ledger::Entry& logged, const ledger::Entry& computed) {
  const std::string ours = sentence(computed);
  const std::string theirs = sentence(logged);
  if (ours != theirs) return "the log says: " + theirs + "; its rules say: " + ours;
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    if (!same_part(logged, computed, kind)) {
      return theirs + "; but its " + std::string(ledger::name(kind)) +
             " part is not the one that follows from the log's rules";
    }
  }
  return theirs + "; but it is dated before an earlier one";
}

std::string computed_words(const core::Outcome& outcome) {
  const auto* error = std::get_if<Error>(&outcome.answer);
  if (error != nullptr) return "no such entry, because " + error->message;
  return "nothing happens at this point";
}

bool is_signed(const core::Command& command) {
  return !std::holds_alternative<core::Deliver>(command) &&
         !std::holds_alternative<core::Expire>(command) &&
         !std::holds_alternative<core::OpenLog>(command);
}

class Replay {
 public:
  explicit Replay(core::Core core) : core_(std::move(core)) {}

  bool take(std::uint64_t place, const Result<Bytes>& record);
  ReplayReport finish();

 private:
  bool diverges(std::uint64_t position, std::string sentence);
  bool compare(const ledger::Entry& entry);
  bool is_about_pruned(const ledger::Entry& entry) const;
  bool same_but_for_pruned(const ledger::Entry& logged, const ledger::Entry& computed) const;
  bool decide(const ledger::Entry& entry);
  bool apply(const ledger::Entry& entry, const core::Command& command);
  void pass(const ledger::Entry& entry);

  core::MapState state_;
  core::Core core_;
  KeyBook keys_;
  std::deque<ledger::Entry> expected_;  // computed, not yet seen in the log
  ReplayReport report_;
};

bool Replay::diverges(std::uint64_t position, std::string sentence) {
  report_.divergence = Finding{position, std::move(sentence)};
  return false;
}

void Replay::pass(const ledger::Entry& entry) {
  core::Overlay tick(state_);
  core_.pass(tick, entry.leaf.instant);
  state_.apply(tick.changes());
}

// What a withdrawal did to a message whose submission is not here any more.
bool Replay::is_about_pruned(const ledger::Entry& entry) const {
  const bool follows = report_.pruned > 0 && entry.leaf.kind == ledger::EntryKind::kWithdrawal &&
                       !entry.has(ledger::PartKind::kRestricted);
  if (!follows) return false;
  const auto message = message_of(entry);
  return !message || !core::find_message(state_, *message);
}

// A withdrawal that also touched messages whose submissions are not here any more.
bool Replay::same_but_for_pruned(const ledger::Entry& logged, const ledger::Entry& computed) const {
  const auto& part = logged.part(ledger::PartKind::kRestricted);
  if (report_.pruned == 0 || logged.leaf.kind != ledger::EntryKind::kWithdrawal || !part) {
    return false;
  }
  auto recorded = wire::decode_recorded(part->bytes);
  if (!recorded) return false;
  std::erase_if(recorded->touched,
                [&](const MessageId& id) { return !core::find_message(state_, id); });
  ledger::Entry known = logged;
  known.part(ledger::PartKind::kRestricted)->bytes = wire::encode(*recorded);
  return same(known, computed);
}

bool Replay::compare(const ledger::Entry& entry) {
  if (is_about_pruned(entry)) {
    report_.pruned += 1;
    pass(entry);
    return true;
  }
  const ledger::Entry computed = std::move(expected_.front());
  expected_.pop_front();
  if (!same(entry, computed) && !same_but_for_pruned(entry, computed)) {
    return diverges(entry.leaf.position.value, difference(entry, computed));
  }
  report_.recomputed += 1;
  return true;
}

bool Replay::apply(const ledger::Entry& entry, const core::Command& command) {
  const std::uint64_t directory = core_.knowledge().directory_position;
  core::Overlay tick(state_);
  core::Outcome outcome = core_.apply(tick, command, entry.leaf.instant);
  state_.apply(tick.changes());
  if (core_.knowledge().directory_position != directory) keys_.take(*core_.knowledge().directory);
  if (outcome.entries.empty()) {
    // What rests on a pruned entry cannot be decided about.
    if (report_.pruned > 0 && std::holds_alternative<core::Done>(outcome.answer)) {
      report_.pruned += 1;
      pass(entry);
      return true;
    }
    return diverges(entry.leaf.position.value, "the log says: " + sentence(entry) +
                                                   "; its rules say: " + computed_words(outcome));
  }
  for (core::Emitted& emitted : outcome.entries) expected_.push_back(std::move(emitted.entry));
  if (is_signed(command)) report_.signatures += 1;
  return compare(entry);
}

bool Replay::decide(const ledger::Entry& entry) {
  if (is_about_pruned(entry)) {
    report_.pruned += 1;
    pass(entry);
    return true;
  }
  const auto rebuilt = rebuild(entry, {state_, core_.knowledge(), keys_});
  if (!rebuilt) {
    return diverges(entry.leaf.position.value,
                    "the log says: " + sentence(entry) +
                        "; but what it rests on does not hold: " + rebuilt.error().message);
  }
  switch (rebuilt->what) {
    case Rebuilt::What::kCommand:
      return apply(entry, rebuilt->command);
    case Rebuilt::What::kObserved:
      report_.observed += 1;
      break;
    case Rebuilt::What::kPruned:
      report_.pruned += 1;
      break;
  }
  pass(entry);
  return true;
}

bool Replay::take(std::uint64_t place, const Result<Bytes>& record) {
  const auto entry =
      record ? ledger::decode_record(*record) : Result<ledger::Entry>(record.error());
  if (!entry) return diverges(place, "the entry cannot be read: " + entry.error().message);
  const std::uint64_t next = report_.entries++;
  if (place != next || entry->leaf.position.value != next) {
    return diverges(next, "this entry is missing or lies elsewhere; verify the log first");
  }
  return expected_.empty() ? decide(*entry) : compare(*entry);
}

ReplayReport Replay::finish() {
  if (!report_.divergence && !expected_.empty()) {
    report_.divergence =
        Finding{report_.entries, "the log ends; its rules say: " + sentence(expected_.front())};
  }
  return std::move(report_);
}

}  // namespace

Result<ReplayReport> replay(const EntrySource& source) {
  NoSalts salts;
  const core::MapState nothing;
  TRY(core, core::Core::load(nothing, salts));
  Replay replay(std::move(core));
  TRY_OK(source.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
    return replay.take(place, record);
  }));
  return replay.finish();
}

}  // namespace safeconduct::audit
