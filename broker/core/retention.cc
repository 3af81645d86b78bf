// Retention times, legal holds and the destruction of parts, each an entry (DESIGN §7).
#include "broker/core/retention.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "broker/core/step.h"
#include "schemas/ledger/note.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using ledger::PartKind;

Bytes in_force(std::uint64_t position, const Bytes& note) {
  return ByteWriter().u64(position).raw(note).take();
}

struct Known {
  std::uint64_t position = 0;
  Bytes note;
};
std::optional<Known> known(const StateView& state, ByteView key) {
  const auto bytes = state.get(key);
  if (!bytes) return std::nullopt;
  return Known{ByteReader(*bytes).u64(), to_bytes(ByteView(*bytes).subspan(8))};
}

Result<std::string> text_of_note(const Bytes& note) {
  TRY(parsed, ledger::parse_note(text_of(note)));
  return parsed.text;
}

Error too_few(std::string_view what, std::size_t count) {
  return {ErrorCode::kForbidden, std::string(what) + " needs the signatures of " +
                                     std::to_string(count) +
                                     " different officers of the directory in force"};
}

Result<std::uint64_t> put_retention(Step& step, const PutRule& command) {
  const auto before = known(step.tick, keys::retention());
  if (before && before->note == command.note) return before->position;
  if (officers_among(step.knowledge, command.officers) < 2) return too_few("a retention", 2);
  TRY(text, text_of_note(command.note));
  TRY_OK(wire::parse_retention(text));
  const std::uint64_t position = step.emit(EntryKind::kRetention, {.network = command.note});
  step.tick.put(keys::retention(), in_force(position, command.note));
  return position;
}

Result<std::uint64_t> put_hold(Step& step, const PutRule& command) {
  TRY(text, text_of_note(command.note));
  TRY(hold, wire::parse_hold(text));
  const auto before = known(step.tick, keys::hold(hold.id));
  if (before && before->note == command.note) return before->position;
  if (before) {
    return Error{ErrorCode::kConflict, "a hold `" + hold.id + "` is in force; name this one anew"};
  }
  if (officers_among(step.knowledge, command.officers) < 1) return too_few("a hold", 1);
  const std::uint64_t position = step.emit(EntryKind::kHold, {.restricted = command.note});
  step.tick.put(keys::hold(hold.id), in_force(position, command.note));
  return position;
}

Result<std::uint64_t> lift_hold(Step& step, const PutRule& command) {
  TRY(text, text_of_note(command.note));
  TRY(id, wire::parse_hold_lifted(text));
  if (officers_among(step.knowledge, command.officers) < 2) return too_few("lifting a hold", 2);
  if (!known(step.tick, keys::hold(id))) return not_found("no hold `" + id + "` is in force");
  const std::uint64_t position = step.emit(EntryKind::kHoldLifted, {.restricted = command.note});
  step.tick.erase(keys::hold(id));
  // What was spared is looked at again.
  for (const PartKind part : ledger::kPartKinds) step.tick.erase(keys::pruned(part));
  return position;
}

// Whether every spared position has a hold to be spared for.
bool spared_rightly(const Prune& command, const std::vector<wire::Hold>& holds) {
  if (command.spared.empty()) return true;
  const bool inside =
      std::all_of(command.spared.begin(), command.spared.end(),
                  [&](std::uint64_t at) { return at >= command.from && at < command.to; });
  return inside && !holds.empty() && std::is_sorted(command.spared.begin(), command.spared.end());
}

std::optional<Error> wrong_with(const Step& step, const Prune& command,
                                const std::optional<RetentionInForce>& rule) {
  const auto kept = rule ? kept_for(rule->retention, command.part) : std::nullopt;
  if (!kept) {
    return Error{ErrorCode::kForbidden, "no retention in force lets parts of this kind be pruned"};
  }
  const bool range = command.from == pruned_up_to(step.tick, command.part) &&
                     command.to > command.from && command.to - command.from <= kPrunedAtOnce &&
                     command.to <= step.next_position();
  if (!range) return invalid("the pruning does not go on where the last one ended");
  if (command.newest + *kept > step.now) {
    return Error{ErrorCode::kForbidden, "the retention keeps these parts for longer"};
  }
  const auto holds = holds_in_force(step.tick);
  for (const wire::Hold& hold : holds) {
    if (hold.referral.is_zero() && hold.agency.empty()) {
      return Error{ErrorCode::kConflict, "the hold `" + hold.id + "` keeps everything"};
    }
  }
  if (!spared_rightly(command, holds)) return invalid("entries are spared without a hold");
  return std::nullopt;
}

}  // namespace

std::optional<RetentionInForce> retention_in_force(const StateView& state) {
  const auto at = known(state, keys::retention());
  const auto text = at ? text_of_note(at->note) : Result<std::string>(not_found("none"));
  const auto retention =
      text ? wire::parse_retention(*text) : Result<wire::Retention>(text.error());
  if (!retention) return std::nullopt;
  return RetentionInForce{at->position, *retention};
}

std::optional<Duration> kept_for(const wire::Retention& retention, ledger::PartKind part) {
  if (part == PartKind::kNetwork) return std::nullopt;
  const std::uint32_t kept = retention.days[ledger::place_of(part) - 1];
  return kept == 0 ? std::nullopt : std::optional(days(kept));
}

std::vector<wire::Hold> holds_in_force(const StateView& state) {
  std::vector<wire::Hold> out;
  state.range(keys::single('H'), keys::single('I'), [&](ByteView, ByteView value) {
    const auto text = text_of_note(to_bytes(value.subspan(8)));
    const auto hold = text ? wire::parse_hold(*text) : Result<wire::Hold>(text.error());
    if (hold) out.push_back(*hold);
    return true;
  });
  return out;
}

std::uint64_t pruned_up_to(const StateView& state, ledger::PartKind part) {
  const auto bytes = state.get(keys::pruned(part));
  return bytes ? ByteReader(*bytes).u64() : 0;
}

void run(Step& step, const PutRule& command) {
  Result<std::uint64_t> position = invalid("this record is no rule of retention");
  if (command.kind == wire::RecordKind::kRetention) position = put_retention(step, command);
  if (command.kind == wire::RecordKind::kHold) position = put_hold(step, command);
  if (command.kind == wire::RecordKind::kHoldLifted) position = lift_hold(step, command);
  if (position) {
    step.outcome.answer = Recorded{*position};
  } else {
    step.refuse(command.by, wire::Verdict::kMalformed, std::move(position).error());
  }
}

void run(Step& step, const Prune& command) {
  const auto rule = retention_in_force(step.tick);
  if (auto error = wrong_with(step, command, rule)) {
    step.outcome.answer = std::move(*error);
    return;
  }
  const wire::Pruning entry{static_cast<std::uint8_t>(command.part),
                            command.from,
                            command.to,
                            command.newest,
                            rule->position,
                            command.spared};
  const std::uint64_t position = step.emit(EntryKind::kPruning, {.network = wire::encode(entry)});
  step.tick.put(keys::pruned(command.part), ByteWriter().u64(command.to).take());
  step.outcome.prunings.push_back({command.part, command.from, command.to, command.spared});
  step.outcome.answer = Recorded{position};
}

}  // namespace safeconduct::core
