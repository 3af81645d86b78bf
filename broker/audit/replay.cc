#include "broker/audit/replay.h"

#include <deque>
#include <mutex>

#include "broker/audit/batches.h"
#include "broker/audit/commands.h"
#include "broker/audit/memory_state.h"
#include "broker/audit/pruned_parts.h"
#include "broker/audit/sentences.h"
#include "broker/core/core.h"
#include "broker/core/message.h"
#include "schemas/ledger/checkpoint.h"

namespace safeconduct::audit {
namespace {

constexpr std::size_t kTickEntries = 512;

// Salts are random in the log and decide nothing.
class NoSalts final : public core::Salts {
 public:
  Digest next() override { return {}; }
  bool commits() const override { return false; }
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
         !std::holds_alternative<core::Ring>(command) &&
         !std::holds_alternative<core::Expire>(command) &&
         !std::holds_alternative<core::OpenLog>(command);
}

// What can be made of one entry on any thread: its form, and the command that it came from where
// that needs no state. Keys may be a batch old: what does not verify yet is tried again in order.
struct Examined {
  Result<ledger::Entry> entry = invalid("not looked at");
  std::optional<Rebuilt> early;
};

bool needs_no_state(ledger::EntryKind kind) {
  switch (kind) {
    case ledger::EntryKind::kSealingCard:
    case ledger::EntryKind::kConsent:
    case ledger::EntryKind::kWithdrawal:
    case ledger::EntryKind::kSubmission:
    case ledger::EntryKind::kAccess:
      return true;
    default:
      return false;
  }
}

class Replay {
 public:
  explicit Replay(core::Core core) : core_(std::move(core)) {}

  // On any thread.
  [[nodiscard]] Examined examine(const Result<Bytes>& record) const;
  bool take(std::uint64_t place, Examined& examined);
  ReplayReport finish();

 private:
  bool diverges(std::uint64_t position, std::string sentence);
  bool compare(const ledger::Entry& entry);
  bool is_about_pruned(const ledger::Entry& entry) const;
  bool same_but_for_pruned(const ledger::Entry& logged, const ledger::Entry& computed) const;
  bool decide(const ledger::Entry& entry, std::optional<Rebuilt>& early);
  bool apply(const ledger::Entry& entry, const core::Command& command);
  void pass(const ledger::Entry& entry);
  core::Overlay& tick();
  void count_pruned(const ledger::Entry& entry);

  // The changes of some hundred entries lie over the state, as those of a tick do in the broker;
  // most keys do not outlive them.
  MemoryState state_;
  std::optional<core::Overlay> tick_{state_};
  std::size_t in_tick_ = 0;
  core::Core core_;
  PrunedParts pruned_;
  std::vector<Instant> instants_;
  KeyBook keys_;
  mutable std::mutex keys_mutex_;
  std::shared_ptr<const KeyBook> keys_seen_ = std::make_shared<KeyBook>(keys_);
  std::deque<ledger::Entry> expected_;  // computed, not yet seen in the log
  ReplayReport report_;
};

bool Replay::diverges(std::uint64_t position, std::string sentence) {
  report_.divergence = Finding{position, std::move(sentence)};
  return false;
}

void Replay::pass(const ledger::Entry& entry) {
  core_.pass(tick(), entry.leaf.instant);
}

core::Overlay& Replay::tick() {
  if (++in_tick_ > kTickEntries) {
    state_.apply(tick_->changes());
    tick_.emplace(state_);
    in_tick_ = 1;
  }
  return *tick_;
}

// A receipt for, or what a withdrawal did to, a message whose submission is not here any more.
bool Replay::is_about_pruned(const ledger::Entry& entry) const {
  const ledger::EntryKind kind = entry.leaf.kind;
  const bool receipt = kind == ledger::EntryKind::kReceipt || kind == ledger::EntryKind::kRejection;
  const bool ends = kind == ledger::EntryKind::kWithdrawal || kind == ledger::EntryKind::kRecall ||
                    kind == ledger::EntryKind::kDeletion;
  const bool follows = receipt || (ends && !entry.has(ledger::PartKind::kRestricted));
  if (report_.pruned == 0 || !follows) return false;
  const auto message = message_of(entry);
  return !message || !core::find_message(*tick_, *message);
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
                [&](const MessageId& id) { return !core::find_message(*tick_, id); });
  ledger::Entry known = logged;
  known.part(ledger::PartKind::kRestricted)->bytes = wire::encode(*recorded);
  return same(known, computed);
}

void Replay::count_pruned(const ledger::Entry& entry) {
  report_.pruned += 1;
  pruned_.absent(entry);
}

bool Replay::compare(const ledger::Entry& entry) {
  if (is_about_pruned(entry)) {
    count_pruned(entry);
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
  const std::uint64_t next = core_.next_position();
  core::Outcome outcome = core_.apply(tick(), command, entry.leaf.instant);
  if (core_.knowledge().directory_position != directory) {
    keys_.take(*core_.knowledge().directory);
    const std::lock_guard lock(keys_mutex_);
    keys_seen_ = std::make_shared<KeyBook>(keys_);
  }
  // A word about what was pruned cannot be judged.
  const bool lost = report_.pruned > 0 && std::holds_alternative<core::TakeRecord>(command) &&
                    std::holds_alternative<Error>(outcome.answer);
  if (lost) {
    report_.pruned += 1;
    // The refusal that it got here took the entry's position, unless it was only counted.
    if (core_.next_position() == next) pass(entry);
    return true;
  }
  if (outcome.entries.empty()) {
    // What rests on a pruned entry cannot be decided about.
    if (report_.pruned > 0 && std::holds_alternative<core::Done>(outcome.answer)) {
      count_pruned(entry);
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

bool Replay::decide(const ledger::Entry& entry, std::optional<Rebuilt>& early) {
  if (is_about_pruned(entry)) {
    count_pruned(entry);
    pass(entry);
    return true;
  }
  const auto rebuilt = early ? Result<Rebuilt>(std::move(*early))
                             : rebuild(entry, {*tick_, core_.knowledge(), keys_});
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
      count_pruned(entry);
      break;
  }
  pass(entry);
  return true;
}

Examined Replay::examine(const Result<Bytes>& record) const {
  Examined out;
  out.entry = record ? ledger::decode_record(*record) : Result<ledger::Entry>(record.error());
  if (!out.entry) return out;
  std::shared_ptr<const KeyBook> keys;
  {
    const std::lock_guard lock(keys_mutex_);
    keys = keys_seen_;
  }
  static const core::MapState nothing;
  static const core::Knowledge unknown;
  const ledger::EntryKind kind = out.entry->leaf.kind;
  if (needs_no_state(kind)) {
    auto rebuilt = rebuild(*out.entry, {nothing, unknown, *keys});
    if (rebuilt) out.early = std::move(*rebuilt);
  } else if (kind == ledger::EntryKind::kReceipt || kind == ledger::EntryKind::kRejection) {
    out.early = receipt_alone(*out.entry, *keys);
  }
  return out;
}

bool Replay::take(std::uint64_t place, Examined& examined) {
  const auto& entry = examined.entry;
  if (!entry) return diverges(place, "the entry cannot be read: " + entry.error().message);
  const std::uint64_t next = report_.entries++;
  if (place != next || entry->leaf.position.value != next) {
    return diverges(next, "this entry is missing or lies elsewhere; verify the log first");
  }
  instants_.push_back(entry->leaf.instant);
  if (const auto pruning = pruned_.take(*entry)) {
    // What the rule was applied to: nothing of this range may be younger than the entry says.
    const bool honest =
        pruning->to > 0 && pruning->to <= next && instants_[pruning->to - 1] <= pruning->newest;
    if (!honest) return diverges(next, "it destroyed parts of entries younger than it says");
  }
  return expected_.empty() ? decide(*entry, examined.early) : compare(*entry);
}

// What the checkpoint claims, for the progress only.
std::uint64_t claimed_size(const EntrySource& source) {
  const auto note = source.checkpoint();
  const auto parsed = note ? ledger::parse_note(*note) : Result<ledger::Note>(note.error());
  const auto checkpoint = ledger::parse_checkpoint(parsed ? parsed->text : std::string());
  return checkpoint ? checkpoint->head.size : 0;
}

ReplayReport Replay::finish() {
  if (!report_.divergence && !expected_.empty()) {
    report_.divergence =
        Finding{report_.entries, "the log ends; its rules say: " + sentence(expected_.front())};
  }
  report_.pruned_by = pruned_.pruners();
  return std::move(report_);
}

}  // namespace

Result<ReplayReport> replay(const EntrySource& source, Progress* progress) {
  NoSalts salts;
  const core::MapState nothing;
  TRY(core, core::Core::load(nothing, salts));
  Replay replay(std::move(core));
  const std::uint64_t size = progress == nullptr ? 0 : claimed_size(source);
  Batches<Examined> batches(
      source, [&](std::uint64_t, const Result<Bytes>& record) { return replay.examine(record); },
      [&](std::uint64_t place, Examined& examined) {
        if (progress != nullptr && place % kBatchRecords == 0) progress->at(place, size);
        return replay.take(place, examined);
      });
  TRY_OK(batches.run());
  return replay.finish();
}

}  // namespace safeconduct::audit
