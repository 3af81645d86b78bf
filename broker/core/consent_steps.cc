// Consent as it is recorded, narrowed and withdrawn (DESIGN §6).
#include "broker/core/consents.h"
#include "broker/core/keys.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Verdict;

std::optional<Error> wrong_with(const Step& step, const PutConsent& command) {
  const wire::ConsentRecord& record = command.consent;
  if (record.recorded_by != command.agency) {
    return Error{ErrorCode::kForbidden, "the consent is recorded in another agency's name"};
  }
  if (!signs_with(step.knowledge, command.agency, command.key)) {
    return unauthentic("the consent is signed by a key that is not this agency's in force");
  }
  if (record.given > step.now + limits::kClockSkew) {
    return Error{ErrorCode::kExpired, "the consent is dated ahead; check the agent's clock"};
  }
  if (record.expires <= step.now) {
    return Error{ErrorCode::kExpired, "the consent has expired; ask the person again"};
  }
  for (const wire::ConsentScope& scope : record.scopes) {
    if (!policies::purpose_from(scope.purpose)) {
      return invalid("the consent names a purpose that the vocabulary lacks");
    }
    if (((scope.full | scope.generalised | scope.named) & ~policies::kAllCategories) != 0) {
      return invalid("the consent names a category that the vocabulary lacks");
    }
  }
  return std::nullopt;
}

// The consent that a withdrawal means, when this agency may withdraw it: its collector by the
// consent's id, an agency that it was used towards by the message that it received.
std::optional<ConsentId> meant(const StateView& state, const Withdraw& command, Instant now) {
  const wire::Withdrawal& w = command.withdrawal;
  if (w.message.is_zero()) {
    const auto consent = remembered_consent(state, w.consent, now);
    const bool collected = consent && consent->collector == command.agency;
    return collected ? std::optional(w.consent) : std::nullopt;
  }
  const auto message = remembered(state, w.message, now);
  if (!message || message->consent.is_zero() || !message->disclosed()) return std::nullopt;
  const auto header = wire::decode_header(message->header);
  const bool received = header && header->to == command.agency &&
                        remembered_consent(state, message->consent, now).has_value();
  return received ? std::optional(message->consent) : std::nullopt;
}

std::vector<MessageId> uses_of(const StateView& state, const ConsentId& id) {
  std::vector<MessageId> out;
  state.range(keys::consent_use(id, 0), keys::consent_use(id, UINT64_MAX),
              [&](ByteView, ByteView value) {
                MessageId message;
                std::copy(value.begin(), value.end(), message.bytes.begin());
                out.push_back(message);
                return true;
              });
  return out;
}

// The recipient has the content, or may have it.
bool holds(const MessageRecord& record) {
  return record.disclosed() && record.phase != Phase::kRejected;
}

// Further hops of a message that are still to be ended, or narrowed, with it.
std::vector<MessageId> further_hops(const StateView& state, const MessageId& id) {
  std::vector<MessageId> out;
  const MessageId last{.bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0xff}};
  state.range(keys::further_hop(id, {}), keys::further_hop(id, last), [&](ByteView key, ByteView) {
    out.push_back(keys::id_of<MessageId>(key));
    return true;
  });
  return out;
}

bool would_end(const MessageRecord& record) {
  return record.seems_waiting() || (holds(record) && record.phase != Phase::kWithdrawn);
}

}  // namespace

// The recipient never learns why.
void end_message(Step& step, const MessageId& id, EntryKind kind, std::uint8_t verdict) {
  auto record = remembered(step.tick, id, step.now);
  if (!record || !would_end(*record)) return;
  const bool held = holds(*record);
  auto header = wire::decode_header(record->header);
  SC_CHECK(header.has_value());
  if (record->seems_waiting()) leave_mailbox(step, *header, *record);
  record->phase = Phase::kWithdrawn;
  record->verdict = verdict;
  wire::SenderPart sender;
  sender.message = id;
  sender.verdict = record->verdict;
  PartBytes parts{.routing = encode(routing_of(*header, *record, false)), .sender = encode(sender)};
  if (held) {
    wire::RecipientPart told = recipient_part(*header, *record);
    told.content_end = step.now;
    told.stop = true;
    parts.recipient = encode(told);
  }
  step.emit(kind, std::move(parts), header->from, held ? header->to : AgencyId());
  put_message(step.tick, id, *record);
  const bool recalled = verdict == static_cast<std::uint8_t>(Verdict::kRecalled);
  referral_ended(step, header->referral_id,
                 recalled ? wire::State::kRecalled : wire::State::kWithdrawn);
  if (held) owe_deletion(step, *header, record->receipt != 0 ? record->kept : record->given);
  // What rests on it further on ends with it.
  for (const MessageId& further : further_hops(step.tick, id)) {
    end_message(step, further, kind, verdict);
  }
}

namespace {

std::uint64_t slots_of(std::uint32_t categories) {
  const auto levels = policies::Levels::of(categories, policies::Level::kFull);
  return slots_within(levels, UINT64_MAX, Keep::kAll);
}

bool would_narrow(const MessageRecord& record, std::uint64_t slots) {
  const bool waits = record.in_mailbox() && (record.kept & slots) != 0;
  return waits || (holds(record) && (record.given & slots) != 0);
}

// Some categories were taken back: what waits loses them now, not only when it is given; who holds
// them is told which slots may stay.
void narrow_message(Step& step, const MessageId& id, std::uint64_t slots) {
  auto record = find_message(step.tick, id);
  SC_CHECK(record.has_value());
  auto header = wire::decode_header(record->header);
  SC_CHECK(header.has_value());
  const std::uint64_t stays = record->kept & ~slots;
  if (record->in_mailbox() && stays != record->kept) {
    step.outcome.bodies.push_back({id, BodyFate::kNarrow, stays});
  }
  if (holds(*record) && (record->given & slots) != 0) {
    wire::RecipientPart told = recipient_part(*header, *record);
    told.kept = (record->receipt != 0 ? record->kept : record->given) & ~slots;
    step.emit(EntryKind::kWithdrawal,
              {.routing = encode(routing_of(*header, *record, true)), .recipient = encode(told)},
              {}, header->to);
    owe_deletion(step, *header, (record->receipt != 0 ? record->kept : record->given) & slots);
  }
  record->kept = stays;
  put_message(step.tick, id, *record);
}

// What rests on the consent, and what was referred on from it.
std::vector<MessageId> touched_by(const StateView& state, const ConsentId& id) {
  std::vector<MessageId> out = uses_of(state, id);
  const std::size_t own = out.size();
  for (std::size_t i = 0; i < own; ++i) {
    for (const MessageId& further : further_hops(state, out[i])) {
      if (std::find(out.begin(), out.end(), further) == out.end()) out.push_back(further);
    }
  }
  return out;
}

void take_back(Step& step, const Withdraw& command, const ConsentId& id, Consent& consent) {
  const std::uint32_t categories = command.withdrawal.categories;
  const bool wholly = categories == 0;
  const std::uint64_t slots = slots_of(categories);
  wire::RecordedRecord recorded{command.agency, command.record, {}};
  for (const MessageId& message : touched_by(step.tick, id)) {
    const auto record = remembered(step.tick, message, step.now);
    if (!record) continue;
    const bool touched = wholly ? would_end(*record) : would_narrow(*record, slots);
    if (touched) recorded.touched.push_back(message);
  }
  const std::uint64_t position =
      step.emit(EntryKind::kWithdrawal, {.restricted = encode(recorded)});
  consent.withdrawal = position;
  consent.withdrawn = wholly;
  consent.narrowed |= categories;
  consent.narrowed_at = step.now;
  for (ConsentHead& head : consent.heads) head.taken_back |= categories;
  put_consent(step.tick, id, consent);
  for (const MessageId& message : recorded.touched) {
    if (wholly) {
      end_message(step, message, EntryKind::kWithdrawal,
                  static_cast<std::uint8_t>(policies::Reason::kConsentWithdrawn));
    } else {
      narrow_message(step, message, slots);
    }
  }
  step.outcome.answer = Recorded{position};
}

}  // namespace

void run(Step& step, const PutConsent& command) {
  const ConsentId& id = command.consent.id;
  Consent consent = remembered_consent(step.tick, id, step.now).value_or(Consent{});
  if (const auto same = consent.find(command.version_hash)) {
    step.outcome.answer = Recorded{same->position};
    return;
  }
  std::optional<Error> error = wrong_with(step, command);
  if (!error) {
    auto added = add_version(consent, command.consent, command.version_hash, step.next_position());
    if (!added) error = std::move(added).error();
  }
  if (error) {
    step.refuse(command.agency, Verdict::kMalformed, std::move(*error));
    return;
  }
  const std::uint64_t position =
      step.emit(EntryKind::kConsent,
                {.restricted = encode(wire::RecordedRecord{command.agency, command.record, {}})});
  put_consent(step.tick, id, consent);
  step.outcome.answer = Recorded{position};
}

void run(Step& step, const Withdraw& command) {
  const wire::Withdrawal& w = command.withdrawal;
  if (w.recorded_by != command.agency || !signs_with(step.knowledge, command.agency, command.key)) {
    step.refuse(command.agency, Verdict::kMalformed,
                unauthentic("the withdrawal is not signed by this agency's key in force"));
    return;
  }
  const auto id = meant(step.tick, command, step.now);
  if (!id || (w.categories & ~policies::kAllCategories) != 0) {
    step.refuse(command.agency, Verdict::kMalformed,
                not_found("no consent that this agency may withdraw; name one that it collected, "
                          "or a message that it received"));
    return;
  }
  Consent consent = *remembered_consent(step.tick, *id, step.now);
  const bool nothing_new =
      consent.withdrawn ||
      (w.categories != 0 &&
       std::all_of(consent.heads.begin(), consent.heads.end(), [&](const ConsentHead& head) {
         return (w.categories & ~head.taken_back) == 0;
       }));
  if (nothing_new) {
    step.outcome.answer = Recorded{consent.withdrawal};
    return;
  }
  take_back(step, command, *id, consent);
}

}  // namespace safeconduct::core
