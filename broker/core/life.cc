// A message's life: submission, delivery, receipt, expiry.
#include <algorithm>

#include "broker/core/consents.h"
#include "broker/core/core.h"
#include "broker/core/keys.h"
#include "broker/core/step.h"
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

// How long the core must know of a message: for replays, for onward hops and for withdrawals.
Instant forget_at(const wire::Header& header) {
  return std::max(header.transport_expiry, header.content_end) + limits::kClockSkew;
}

wire::Header header_of(const MessageRecord& record) {
  auto header = wire::decode_header(record.header);
  SC_CHECK(header.has_value());  // it was decoded before it was stored
  return std::move(*header);
}

// --- submission

// The first outcome again, or nothing when the id is new.
std::optional<Answer> decided_before(Step& step, const Submit& submit) {
  const MessageId& id = submit.header.message_id;
  const auto known = find_message(step.tick, id);
  if (!known) return std::nullopt;
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
  const bool unseen = !old;
  if (unseen) {
    old.emplace();
    old->phase = Phase::kSuperseded;
    old->forget_ms = forget_at(header).ms;
    step.tick.put(keys::forgetting(forget_at(header), header.supersedes), {});
  }
  old->superseded_by = header.message_id;
  put_message(step.tick, header.supersedes, *old);
}

void enter_mailbox(Step& step, const wire::Header& header, const MessageRecord& record) {
  const MessageId& id = header.message_id;
  step.tick.put(keys::mailbox(header.to, record.submission), to_bytes(ByteView(id.bytes)));
  step.tick.put(keys::expiry(header.transport_expiry, id), {});
  add_waiting(step.tick, header.to, 1);
  step.outcome.bodies.push_back({id, BodyFate::kStore, record.kept});
}

// Every message that rests on a consent is found from it when it is withdrawn.
void note_use(Step& step, const MessageRecord& record, const MessageId& id) {
  if (record.consent.is_zero()) return;
  auto consent = find_consent(step.tick, record.consent);
  if (!consent) return;
  consent->uses += 1;
  put_consent(step.tick, record.consent, *consent);
  step.tick.put(keys::consent_use(record.consent, record.submission), to_bytes(ByteView(id.bytes)));
}

// The consent that a withdrawal must find the message by: its own, or that of the hop before.
ConsentId binding_consent(const StateView& state, const Submit& submit) {
  if (!submit.facts.consent.is_zero() || submit.header.hop == 1) return submit.facts.consent;
  const auto prior = find_message(state, submit.header.prior);
  return prior ? prior->consent : ConsentId();
}

bool too_many_uses(const StateView& state, const ConsentId& id) {
  if (id.is_zero()) return false;
  const auto consent = find_consent(state, id);
  return consent && consent->uses >= limits::kUsesPerConsentMax;
}

Bytes restricted_part(const Submit& submit, const Judgement& judgement) {
  return encode(wire::RestrictedSubmission{submit.facts, judgement.in_force});
}

}  // namespace

bool signs_with(const Knowledge& knowledge, const AgencyId& agency, const KeyId& key) {
  return knowledge.signing_key(agency) == key && knowledge.active(agency) != nullptr;
}

void add_waiting(Overlay& tick, const AgencyId& agency, std::int32_t change) {
  const std::uint32_t count = waiting_count(tick, agency) + static_cast<std::uint32_t>(change);
  tick.put(keys::waiting(agency), ByteWriter().u32(count).take());
}

wire::RoutingPart routing_of(const wire::Header& h, const MessageRecord& record, bool went_on) {
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
          .sealed_bytes = record.sealed_bytes};
}

void leave_mailbox(Step& step, const wire::Header& header, const MessageRecord& record) {
  step.tick.erase(keys::mailbox(header.to, record.submission));
  step.tick.erase(keys::expiry(header.transport_expiry, header.message_id));
  add_waiting(step.tick, header.to, -1);
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
  if (auto answer = decided_before(step, submit)) {
    step.outcome.answer = std::move(*answer);
    return;
  }
  const ConsentId binding = binding_consent(step.tick, submit);
  if (waiting_count(step.tick, header.to) >= limits::kMailboxMessagesMax ||
      too_many_uses(step.tick, binding)) {
    step.outcome.answer = Error{ErrorCode::kOverloaded,
                                "the recipient's mailbox is full, or this consent has been used "
                                "too often; try again later"};
    return;
  }
  Verdict bus = bus_verdict(step.tick, step.knowledge, header, step.now);
  if (bus == Verdict::kAdmitted && submit.key != header.signing_key) bus = Verdict::kSigningKey;
  const Judgement judgement =
      judge(step.tick, step.knowledge, {header, submit.facts.consent}, bus, step.now);

  MessageRecord record;
  record.phase = judgement.admitted() ? Phase::kWaiting : Phase::kRefused;
  record.verdict = judgement.verdict;
  record.submission = step.next_position();
  record.forget_ms = forget_at(header).ms;
  record.digest = submit.digest;
  record.kept = slots_within(judgement.levels, submit.facts.offered, Keep::kAll);
  record.sealed_bytes = submit.facts.sealed_bytes;
  record.consent = binding;
  record.header = submit.facts.header;
  const wire::SenderPart told = sender_part(header.message_id, judgement, record.kept);
  const std::uint64_t position =
      step.emit(EntryKind::kSubmission,
                {.routing = encode(routing_of(header, record, judgement.admitted())),
                 .sender = encode(told),
                 .restricted = restricted_part(submit, judgement)},
                header.from);
  put_message(step.tick, header.message_id, record);
  step.tick.put(keys::forgetting(forget_at(header), header.message_id), {});
  if (judgement.admitted()) {
    supersede(step, header);
    enter_mailbox(step, header, record);
    note_use(step, record, header.message_id);
  }
  step.outcome.answer = Decided{header.message_id, position, judgement.admitted(), false};
}

void run(Step& step, const Deliver& deliver) {
  auto record = find_message(step.tick, deliver.message);
  if (!record || !record->in_mailbox()) return;
  const wire::Header header = header_of(*record);
  // The recorded consent may be the prior hop's; judge() finds that by itself.
  const bool own = header.consent_commitment != Digest{};
  const Subject subject{header, own ? record->consent : ConsentId()};
  const Judgement judgement =
      judge(step.tick, step.knowledge, subject, standing_verdict(step.knowledge, header), step.now);
  const std::uint64_t retained = slots_within(judgement.levels, record->kept, Keep::kAll);
  const std::uint64_t given = slots_within(judgement.levels, record->kept, Keep::kTop);
  const bool goes = judgement.admitted();

  wire::RecipientPart recipient;
  recipient.message = deliver.message;
  recipient.referral = header.referral_id;
  recipient.from = header.from;
  recipient.digest = record->digest;
  recipient.kept = given;
  recipient.content_end = header.content_end;
  PartBytes parts{
      .routing = encode(routing_of(header, *record, goes)),
      .sender = encode(sender_part(deliver.message, judgement, given)),
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
  const bool fits = receipt.digest == record->digest &&
                    receipt.delivery >= record->first_delivery &&
                    (receipt.kept & ~record->given) == 0;
  if (!fits) return invalid("the receipt does not fit the delivery that it names");
  return std::nullopt;
}

void forget(Step& step, const MessageId& id, const MessageRecord& record) {
  step.tick.erase(keys::message(id));
  step.tick.erase(keys::forgetting({record.forget_ms}, id));
  if (!record.consent.is_zero()) {
    step.tick.erase(keys::consent_use(record.consent, record.submission));
  }
}

}  // namespace

void run(Step& step, const TakeReceipt& command) {
  auto record = find_message(step.tick, command.receipt.message);
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
  // What was withdrawn after it was given stays so; the receipt is recorded all the same.
  if (waited || record->phase == Phase::kExpired) {
    record->phase = rejected ? Phase::kRejected : Phase::kReceived;
  }
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
  if (record->forget_ms <= step.now.ms && !record->in_mailbox())
    forget(step, command.message, *record);
  if (!record->in_mailbox()) return;
  const wire::Header header = header_of(*record);
  if (header.transport_expiry <= step.now) {
    record->phase = Phase::kExpired;
    record->verdict = static_cast<std::uint8_t>(Verdict::kExpired);
    leave_mailbox(step, header, *record);
    step.emit(EntryKind::kExpiry,
              {.routing = encode(routing_of(header, *record, false)),
               .sender = encode(sender_part(command.message, Verdict::kExpired))},
              header.from);
    put_message(step.tick, command.message, *record);
  }
}

}  // namespace safeconduct::core
