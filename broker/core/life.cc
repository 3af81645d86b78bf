// A message's life: submission, delivery, receipt, expiry.
#include <algorithm>

#include "broker/core/consents.h"
#include "broker/core/core.h"
#include "broker/core/keys.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Verdict;

wire::SenderPart sender_part(const MessageId& message, const Judgement& judgement,
                             std::uint64_t kept) {
  wire::SenderPart part;
  part.message = message;
  part.verdict = judgement.verdict;
  part.kept = kept;
  part.outcome = judgement.outcome;
  part.rules = judgement.rules;
  return part;
}

wire::SenderPart sender_part(const MessageId& message, Verdict verdict) {
  wire::SenderPart part;
  part.message = message;
  part.verdict = static_cast<std::uint8_t>(verdict);
  return part;
}

wire::Header header_of(const MessageRecord& record) {
  auto header = wire::decode_header(record.header);
  SC_CHECK(header.has_value());  // it was decoded before it was stored
  return std::move(*header);
}

void forget(Step& step, const MessageId& id, const MessageRecord& record) {
  step.tick.erase(keys::message(id));
  step.tick.erase(keys::forgetting({record.forget_ms}, id));
  if (!record.consent.is_zero()) {
    step.tick.erase(keys::consent_use(record.consent, record.submission));
  }
  const auto header = wire::decode_header(record.header);
  if (header && header->hop > 1) step.tick.erase(keys::further_hop(header->prior, id));
}

void expire(Step& step, const wire::Header& header, MessageRecord& record) {
  leave_mailbox(step, header, record);
  record.phase = Phase::kExpired;
  record.verdict = static_cast<std::uint8_t>(Verdict::kExpired);
  step.emit(EntryKind::kExpiry,
            {.routing = encode(routing_of(header, record, false)),
             .sender = encode(sender_part(header.message_id, Verdict::kExpired))},
            header.from);
  put_message(step.tick, header.message_id, record);
}

// --- submission

// The first outcome again, or nothing when the id is new.
std::optional<Answer> decided_before(Step& step, const Submit& submit,
                                     const std::optional<MessageRecord>& known) {
  const MessageId& id = submit.header.message_id;
  if (!known || known->forgotten(step.now)) return std::nullopt;
  if (known->digest == submit.digest) {
    return Decided{id, known->submission, known->phase != Phase::kRefused, true};
  }
  const bool gone = known->phase == Phase::kSuperseded;
  const Verdict verdict = gone ? Verdict::kSuperseded : Verdict::kUsedId;
  step.refuse(submit.agency, verdict, {ErrorCode::kConflict, std::string(wire::sentence(verdict))});
  return step.outcome.answer;
}

// INVARIANT: of a message and the one that re-seals it, one takes effect.
void supersede(Step& step, const wire::Header& header) {
  if (header.supersedes.is_zero()) return;
  auto old = find_message(step.tick, header.supersedes);
  if (old && old->forgotten(step.now)) forget(step, header.supersedes, *old);
  const bool unseen = !old || old->forgotten(step.now);
  if (unseen) {
    old.emplace();
    old->phase = Phase::kSuperseded;
    old->forget_ms = forget_at(header).ms;
    step.tick.put(keys::forgetting(forget_at(header), header.supersedes), {});
  }
  old->superseded_by = header.message_id;
  put_message(step.tick, header.supersedes, *old);
}

// One more or less in a mailbox.
void count_waiting(Overlay& tick, ByteView key, std::int32_t change) {
  const auto bytes = tick.get(key);
  const std::uint32_t before = bytes ? ByteReader(*bytes).u32() : 0;
  SC_CHECK(change >= 0 || before > 0);
  const std::uint32_t count = before + static_cast<std::uint32_t>(change);
  if (count == 0) {
    tick.erase(key);
  } else {
    tick.put(key, ByteWriter().u32(count).take());
  }
}

// INVARIANT: what goes nowhere costs what a message costs that waits for an absent recipient: as
// many keys, counts and sealed bytes, so that the time of the answer does not tell.
void lay_down(Step& step, const wire::Header& header, const MessageRecord& record, BodyFate fate) {
  const MessageId& id = header.message_id;
  const bool nowhere = record.phase == Phase::kSilent;
  const auto place = nowhere ? keys::nowhere(header.to, record.submission)
                             : keys::mailbox(header.to, record.submission);
  step.tick.put(place, to_bytes(ByteView(id.bytes)));
  step.tick.put(keys::expiry(ends_at(header), id), {});
  count_waiting(step.tick, nowhere ? keys::nowhere_count(header.to) : keys::waiting(header.to), 1);
  step.outcome.bodies.push_back({id, fate, record.kept, nowhere});
}

// Every message that travels on the ground of a consent is found from it when it is withdrawn. One
// that travels on another ground (a child at risk, a life in danger) does not end with it.
void note_use(Step& step, const MessageRecord& record, const wire::Header& header,
              std::optional<Consent> consent) {
  if (record.consent.is_zero()) return;
  SC_CHECK(consent.has_value());
  const Instant forget_before = consent->forget;
  consent->uses += 1;
  consent->forget = std::max(consent->forget, forget_at(header));
  put_consent(step.tick, record.consent, *consent, forget_before);
  if (policies::basis_from(header.basis) != policies::Basis::kConsent) return;
  step.tick.put(keys::consent_use(record.consent, record.submission),
                to_bytes(ByteView(header.message_id.bytes)));
}

Phase phase_of(const Judgement& judgement) {
  if (!judgement.admitted()) return Phase::kRefused;
  return judgement.silent ? Phase::kSilent : Phase::kWaiting;
}

// The person excluded the recipient at a hop before while it waited: its body is overwritten, and
// to its sender it goes on waiting.
void fall_silent(Step& step, const wire::Header& header, MessageRecord& record,
                 const Judgement& judgement) {
  step.emit(
      EntryKind::kDelivery,
      {.routing = encode(routing_of(header, record, false)),
       .restricted = encode(wire::RestrictedDelivery{record.submission, judgement.in_force})});
  step.tick.erase(keys::mailbox(header.to, record.submission));
  count_waiting(step.tick, keys::waiting(header.to), -1);
  record.phase = Phase::kSilent;
  lay_down(step, header, record, BodyFate::kNarrow);
  put_message(step.tick, header.message_id, record);
  if (auto referral = remembered_referral(step.tick, header.referral_id, step.now)) {
    referral->silent = true;
    put_referral(step.tick, header.referral_id, *referral);
  }
}

// What was refused is kept as long as the same bytes could come again in time.
Instant forget_at(const wire::Header& header, bool admitted, Instant now) {
  const Instant whole = core::forget_at(header);
  if (admitted) return whole;
  return std::min(whole, now + limits::kInquiryLifetimeMax + limits::kClockSkew);
}

}  // namespace

wire::RoutingPart routing_of(const wire::Header& h, const MessageRecord& record, bool went_on,
                             Instant consent_until) {
  return {.message = h.message_id,
          .referral = h.referral_id,
          .from = h.from,
          .to = h.to,
          .from_role = h.from_role,
          .to_role = h.to_role,
          .purpose = h.purpose,
          .urgency = h.urgency,
          .stage = h.stage,
          .basis = h.basis,
          .circumstances = h.circumstances,
          .hop = h.hop,
          .went_on = went_on,
          .sealed_bytes = record.sealed_bytes,
          .consent_until = consent_until};
}

wire::RecipientPart recipient_part(const wire::Header& h, const MessageRecord& record) {
  wire::RecipientPart part;
  part.message = h.message_id;
  part.referral = h.referral_id;
  part.from = h.from;
  part.digest = record.digest;
  part.content_end = h.content_end;
  return part;
}

void leave_mailbox(Step& step, const wire::Header& header, const MessageRecord& record) {
  const bool nowhere = record.phase == Phase::kSilent;
  step.tick.erase(nowhere ? keys::nowhere(header.to, record.submission)
                          : keys::mailbox(header.to, record.submission));
  step.tick.erase(keys::expiry(ends_at(header), header.message_id));
  count_waiting(step.tick, nowhere ? keys::nowhere_count(header.to) : keys::waiting(header.to), -1);
  step.outcome.bodies.push_back({header.message_id, BodyFate::kDrop, 0});
}

void run(Step& step, const Submit& submit) {
  const wire::Header& header = submit.header;
  if (submit.agency != header.from) {
    step.refuse(submit.agency, Verdict::kSender,
                {ErrorCode::kForbidden,
                 "the message names another sender than the agency of "
                 "this connection; seal it under your own name"});
    return;
  }
  const auto old = find_message(step.tick, header.message_id);
  if (auto answer = decided_before(step, submit, old)) {
    step.outcome.answer = std::move(*answer);
    return;
  }
  const Subject subject{header, submit.facts.consent};
  Ground ground = ground_of(step.tick, subject, step.now);
  const bool used_up = ground.consent && ground.consent->uses >= limits::kUsesPerConsentMax;
  if (waiting_count(step.tick, header.to) >= limits::kMailboxMessagesMax || used_up) {
    step.outcome.answer = Error{ErrorCode::kOverloaded,
                                "the recipient's mailbox is full, or this consent has been used "
                                "too often; try again later"};
    return;
  }
  Verdict bus = bus_verdict(step.tick, step.knowledge, header, step.now);
  if (bus == Verdict::kAdmitted && submit.key != header.signing_key) bus = Verdict::kSigningKey;
  if (bus == Verdict::kAdmitted) {
    bus = transport_verdict(step.knowledge, submit.facts.sealed_bytes, submit.facts.offered);
  }
  const Judgement judgement = judge(step.tick, step.knowledge, subject, ground, bus, step.now);

  MessageRecord record;
  record.phase = phase_of(judgement);
  record.verdict = judgement.verdict;
  record.submission = step.next_position();
  record.forget_ms = forget_at(header, judgement.admitted(), step.now).ms;
  record.digest = submit.digest;
  record.kept = slots_within(judgement.levels, submit.facts.offered, Keep::kAll);
  record.sealed_bytes = submit.facts.sealed_bytes;
  record.consent = ground.id;
  record.header = submit.facts.header;
  wire::SenderPart told = sender_part(header.message_id, judgement, record.kept);
  told.obligations = obligations(step.knowledge, judgement, record.kept);
  const Instant until = last_day(ground.consent);
  const std::uint64_t position = step.emit(
      EntryKind::kSubmission,
      {.routing = encode(routing_of(header, record, judgement.admitted(), until)),
       .sender = encode(told),
       .restricted = encode_restricted(submit.facts, judgement.in_force, judgement.silent)},
      header.from);
  if (old) forget(step, header.message_id, *old);
  put_message(step.tick, header.message_id, record);
  step.tick.put(keys::forgetting({record.forget_ms}, header.message_id), {});
  if (judgement.admitted()) {
    supersede(step, header);
    lay_down(step, header, record, BodyFate::kStore);
    note_use(step, record, header, std::move(ground.consent));
    exception_released(step, header);
    referral_submitted(step, header, judgement.silent);
  }
  step.outcome.answer = Decided{header.message_id, position, judgement.admitted(), false};
}

void run(Step& step, const Deliver& deliver) {
  auto record = find_message(step.tick, deliver.message);
  if (!record || !record->in_mailbox()) return;
  const wire::Header header = header_of(*record);
  if (ends_at(header) <= step.now) {
    expire(step, header, *record);
    return;
  }
  Verdict bus = delivery_verdict(step.tick, step.knowledge, header, step.now);
  // What was sealed before the policy asked for direct transport is not given by the broker.
  if (bus == Verdict::kAdmitted && record->sealed_bytes != 0) {
    bus = transport_verdict(step.knowledge, record->sealed_bytes, record->kept);
  }
  const Subject subject{header, record->consent};
  const Ground ground = ground_of(step.tick, subject, step.now);
  const Judgement judgement = judge(step.tick, step.knowledge, subject, ground, bus, step.now);
  if (judgement.silent) {
    fall_silent(step, header, *record, judgement);
    return;
  }
  // INVARIANT: a slot that an earlier delivery did not have is in no later one.
  const std::uint64_t left = record->disclosed() ? record->kept & record->last_given : record->kept;
  const std::uint64_t retained = slots_within(judgement.levels, left, Keep::kAll);
  const std::uint64_t given = slots_within(judgement.levels, left, Keep::kTop);
  const bool goes = judgement.admitted();

  const std::vector<wire::Obligation> owed = obligations(step.knowledge, judgement, given);
  wire::RecipientPart recipient = recipient_part(header, *record);
  recipient.kept = given;
  recipient.content_end = access_end(header, owed);
  recipient.obligations = for_recipient(owed);
  wire::SenderPart told = sender_part(deliver.message, judgement, given);
  told.obligations = owed;
  PartBytes parts{
      .routing = encode(routing_of(header, *record, goes, last_day(ground.consent))),
      .sender = encode(told),
      .restricted = encode(wire::RestrictedDelivery{record->submission, judgement.in_force})};
  if (goes) parts.recipient = encode(recipient);
  const std::uint64_t position =
      step.emit(EntryKind::kDelivery, std::move(parts), header.from, goes ? header.to : AgencyId());
  if (goes) {
    if (retained != record->kept) {
      step.outcome.bodies.push_back({deliver.message, BodyFate::kNarrow, retained});
    }
    record->phase = Phase::kGiven;
    record->kept = retained;
    record->given |= given;
    record->last_given = given;
    record->last_delivery = position;
    record->notices |= notices_of(owed);
    record->content_end_ms = recipient.content_end.ms;
    if (record->first_delivery == 0) record->first_delivery = position;
    step.outcome.answer = Given{deliver.message, position, given};
  } else {
    record->phase = Phase::kWithheld;
    record->verdict = judgement.verdict;
    leave_mailbox(step, header, *record);
  }
  put_message(step.tick, deliver.message, *record);
}

namespace {

// Nothing when the receipt may take effect.
std::optional<Error> wrong_with(const Step& step, const TakeReceipt& command,
                                const std::optional<MessageRecord>& record) {
  const wire::ReceiptRecord& receipt = command.receipt;
  if (!record || !record->disclosed() || header_of(*record).to != command.agency) {
    return not_found("the receipt names a message that was not delivered to this agency");
  }
  if (!signs_with(step.knowledge, command.agency, command.key)) {
    return unauthentic("the receipt is signed by a key that is not this agency's in force");
  }
  const bool fits =
      receipt.digest == record->digest && receipt.delivery >= record->first_delivery &&
      receipt.delivery <= record->last_delivery && (receipt.kept & ~record->given) == 0;
  if (!fits) return invalid("the receipt does not fit the delivery that it names");
  return std::nullopt;
}

// The recipient answers late: after the broker had given the message up, or would not give it
// again. What was withdrawn stays so; the receipt is recorded all the same.
bool was_given_up(Phase phase) {
  return phase == Phase::kExpired || phase == Phase::kWithheld;
}

}  // namespace

void run(Step& step, const TakeReceipt& command) {
  auto record = remembered(step.tick, command.receipt.message, step.now);
  if (auto error = wrong_with(step, command, record)) {
    step.refuse(command.agency, Verdict::kMalformed, std::move(*error));
    return;
  }
  if (record->receipt != 0) {
    step.outcome.answer = Recorded{record->receipt};
    return;
  }
  const wire::Header header = header_of(*record);
  const bool rejected = command.receipt.rejection != wire::Rejection::kNone;
  const bool waited = record->in_mailbox();
  if (waited) leave_mailbox(step, header, *record);
  if (waited || was_given_up(record->phase)) {
    record->phase = rejected ? Phase::kRejected : Phase::kReceived;
  }
  if (!rejected) referral_received(step, header);
  record->kept = command.receipt.kept;
  wire::SenderPart part;
  part.message = command.receipt.message;
  part.kept = command.receipt.kept;
  part.receipt = encode_receipt(command.signed_receipt);
  record->receipt =
      step.emit(rejected ? EntryKind::kRejection : EntryKind::kReceipt,
                {.routing = encode(routing_of(header, *record, !rejected)), .sender = encode(part)},
                header.from);
  put_message(step.tick, command.receipt.message, *record);
  step.outcome.answer = Recorded{record->receipt};
}

void run(Step& step, const Expire& command) {
  auto record = find_message(step.tick, command.message);
  if (!record) return;
  if (record->forgotten(step.now)) {
    forget(step, command.message, *record);
  } else if (record->seems_waiting()) {
    const wire::Header header = header_of(*record);
    if (ends_at(header) <= step.now) expire(step, header, *record);
  }
}

}  // namespace safeconduct::core
