// Who looked and who acted: what people did at the network's screens becomes entries (DESIGN §8).
#include "broker/core/keys.h"
#include "broker/core/step.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

// One that comes later is refused, so that what was seen need be remembered no longer.
constexpr Duration kLate = days(1);

std::optional<Error> wrong_with(const Step& step, const RecordAction& command) {
  if (command.action.recorded_by != command.agency) {
    return Error{ErrorCode::kForbidden, "the operator action is recorded by another agency"};
  }
  if (!signs_with(step.knowledge, command.agency, command.key)) {
    return unauthentic(
        "the operator action is signed by a key that is not its recorder's in force");
  }
  const Instant at = command.action.at;
  if (at > step.now + limits::kClockSkew || at + kLate <= step.now) {
    return Error{ErrorCode::kExpired,
                 "the operator action is not of the last day; check the clock of who recorded it"};
  }
  return std::nullopt;
}

}  // namespace

void run(Step& step, const RecordAction& command) {
  if (auto error = wrong_with(step, command)) {
    step.refuse(command.agency, wire::Verdict::kMalformed, std::move(*error));
    return;
  }
  const auto key = keys::action(command.action.at, command.action.id.bytes);
  if (const auto known = step.tick.get(key)) {
    step.outcome.answer = Recorded{ByteReader(*known).u64()};
    return;
  }
  PartBytes parts;
  parts.restricted = encode(wire::RecordedRecord{command.agency, command.record, {}});
  // That somebody took note is for every coordinator to see; who looked at what is the auditors'.
  if (command.action.what == wire::Action::kAcknowledge) parts.routing = parts.restricted;
  const std::uint64_t position = step.emit(ledger::EntryKind::kAccess, std::move(parts));
  step.tick.put(key, ByteWriter().u64(position).take());
  step.outcome.answer = Recorded{position};
}

void forget_actions(Overlay& tick, Instant now, std::size_t count) {
  std::vector<Bytes> over;
  tick.range(keys::action({0}, {}), keys::action({now.ms - kLate.ms + 1}, {}),
             [&](ByteView key, ByteView) {
               over.push_back(to_bytes(key));
               return over.size() < count;
             });
  for (const Bytes& key : over) tick.erase(key);
}

}  // namespace safeconduct::core
