// The signed records of a referral's life: who may say them; and those that need no more than that.
#include "broker/core/referral_steps.h"

#include <algorithm>

#include "broker/core/consents.h"
#include "broker/core/keys.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;

bool has_unknown_purpose(const auto& services) {
  return std::any_of(services.begin(), services.end(), [](const auto& service) {
    return !policies::purpose_from(service.purpose).has_value();
  });
}

}  // namespace

Bytes recorded(const TakeRecord& command) {
  return encode(wire::RecordedRecord{command.agency, command.record, {}});
}

Digest hash_of(const TakeRecord& command) {
  return ledger::part_commitment(ledger::PartKind::kRestricted, {{}, command.record.body});
}

void refuse(Step& step, const TakeRecord& command, ErrorCode code, std::string sentence) {
  step.refuse(command.agency, wire::Verdict::kMalformed, Error{code, std::move(sentence)});
}

void take(Step& step, const TakeRecord& command, const wire::ExclusionRecord& record) {
  const auto consent = remembered_consent(step.tick, record.consent, step.now);
  if (!consent || consent->collector != command.agency) {
    refuse(step, command, ErrorCode::kNotFound,
           "no consent that this agency collected; name one of its own");
    return;
  }
  std::vector<AgencyId> agencies = excluded_beside(step.tick, record.consent);
  for (const wire::Excluded& one : record.excluded) {
    const bool known = std::find(agencies.begin(), agencies.end(), one.agency) != agencies.end();
    if (!known) agencies.push_back(one.agency);
  }
  if (agencies.size() > kExcludedBesideMax) {
    refuse(step, command, ErrorCode::kOverloaded, "too many are excluded under this consent");
    return;
  }
  put_excluded_beside(step.tick, record.consent, agencies);
  step.outcome.answer =
      Recorded{step.emit(EntryKind::kExclusion, {.restricted = recorded(command)})};
}

namespace {

// What an agency tells of itself to everyone: the newest counts, the same again is answered again.
void take_newest(Step& step, const TakeRecord& command, ByteView key, EntryKind kind,
                 const auto& services, std::uint64_t its_counter) {
  const auto known = step.tick.get(key);
  ByteReader in(known ? ByteView(*known) : ByteView());
  const std::uint64_t counter = known ? in.u64() : 0;
  const std::uint64_t position = known ? in.u64() : 0;
  const Digest hash = known ? in.array<32>() : Digest{};
  if (known && hash == hash_of(command)) {
    step.outcome.answer = Recorded{position};
    return;
  }
  const std::string what(name(kind));
  if (known && its_counter <= counter) {
    refuse(step, command, ErrorCode::kConflict,
           "a later word on this agency's " + what + " is known; give a higher counter");
    return;
  }
  if (has_unknown_purpose(services)) {
    refuse(step, command, ErrorCode::kInvalid,
           "the " + what + " names a purpose that the vocabulary lacks");
    return;
  }
  const std::uint64_t at = step.emit(kind, {.network = recorded(command)});
  step.tick.put(key, ByteWriter().u64(its_counter).u64(at).raw(hash_of(command)).take());
  step.outcome.answer = Recorded{at};
}

}  // namespace

void take(Step& step, const TakeRecord& command, const wire::CapacityRecord& record) {
  take_newest(step, command, keys::capacity(command.agency), EntryKind::kCapacity, record.services,
              record.counter);
}

void take(Step& step, const TakeRecord& command, const wire::ServiceProfileRecord& record) {
  take_newest(step, command, keys::services(command.agency), EntryKind::kServiceProfile,
              record.offers, record.counter);
}

void take(Step& step, const TakeRecord& command, const wire::UnmetNeedRecord& record) {
  if (!policies::purpose_from(record.purpose) || !policies::urgency_from(record.urgency)) {
    refuse(step, command, ErrorCode::kInvalid,
           "the unmet need names a purpose or urgency that the vocabulary lacks");
    return;
  }
  step.outcome.answer = Recorded{step.emit(
      EntryKind::kUnmetNeed, {.routing = command.record.body, .restricted = recorded(command)})};
}

// INVARIANT: the answer is the same whoever is asked about, known or not, excluded or not.
void take(Step& step, const TakeRecord& command, const wire::QuestionRecord&) {
  step.outcome.answer =
      Recorded{step.emit(EntryKind::kQuestion, {.restricted = recorded(command)})};
}

void run(Step& step, const TakeRecord& command) {
  if (wire::author_of(command.what) != command.agency) {
    refuse(step, command, ErrorCode::kForbidden, "the record is written in another agency's name");
    return;
  }
  if (!signs_with(step.knowledge, command.agency, command.key)) {
    refuse(step, command, ErrorCode::kUnauthentic,
           "the record is signed by a key that is not this agency's in force");
    return;
  }
  std::visit([&](const auto& record) { take(step, command, record); }, command.what);
}

void run(Step& step, const Ring& command) {
  switch (command.bell) {
    case Bell::kReferral:
      return ring_referral(step, {command.id});
    case Bell::kRequest:
      return ring_request(step, {command.id});
    case Bell::kDeletion:
      return ring_deletion(step, {command.id});
    case Bell::kException:
      return ring_exception(step, {command.id});
  }
}

}  // namespace safeconduct::core
