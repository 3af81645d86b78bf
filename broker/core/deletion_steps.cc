// What a recipient owes after it was told to stop: a signed receipt of what it deleted, and of what
// it keeps on which legal ground; and before that, within the hour, its word that it has stopped
// (DOMAIN §4.3, withdrawal).
#include <algorithm>

#include "broker/core/keys.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Event;

constexpr std::uint8_t kForm = 1;
constexpr Duration kStopDue = hours(1);     // by when a recipient says that it has stopped
constexpr Duration kKnownAfter = days(90);  // so that the same receipt again is answered alike

struct Duty {
  ReferralId referral;
  AgencyId from;
  AgencyId to;
  std::uint32_t owed = 0;     // category bits
  Instant stop_due;           // by when it says that it has stopped; 0: it did, or the alarm rang
  std::uint64_t stopped = 0;  // position of that entry
  Instant due;
  Instant rings;  // the earliest of these; then when it may be forgotten
  bool late = false;
  std::uint64_t done = 0;  // position of the receipt's entry
  Digest receipt_hash{};
};

std::optional<Duty> find_duty(const StateView& state, const MessageId& id) {
  const auto bytes = state.get(keys::deletion(id));
  if (!bytes) return std::nullopt;
  ByteReader in(*bytes);
  Duty d;
  const std::uint8_t form = in.u8();
  d.referral.bytes = in.array<16>();
  const auto from = AgencyId::parse(in.str8());
  const auto to = AgencyId::parse(in.str8());
  d.owed = in.u32();
  d.stop_due.ms = in.i64();
  d.stopped = in.u64();
  d.due.ms = in.i64();
  d.rings.ms = in.i64();
  d.late = in.u8() == 1;
  d.done = in.u64();
  d.receipt_hash = in.array<32>();
  SC_CHECK(form == kForm && from && to && in.finish("deletion duty").has_value());
  d.from = *from;
  d.to = *to;
  return d;
}

bool is_over(const Duty& d, Instant now) {
  return (d.done != 0 || d.late) && d.rings <= now;
}

// INVARIANT: as MessageRecord::forgotten.
std::optional<Duty> remembered_duty(const StateView& state, const MessageId& id, Instant now) {
  auto duty = find_duty(state, id);
  if (duty && is_over(*duty, now)) duty.reset();
  return duty;
}

void put_duty(Overlay& tick, const MessageId& id, Duty& d, Instant rings) {
  const auto before = find_duty(tick, id);
  if (before) clear_bell(tick, Bell::kDeletion, id.bytes, before->rings);
  d.rings = rings;
  set_bell(tick, Bell::kDeletion, id.bytes, rings);
  ByteWriter out(176);
  out.u8(kForm).raw(d.referral.bytes).str8(d.from.text()).str8(d.to.text()).u32(d.owed);
  out.i64(d.stop_due.ms)
      .u64(d.stopped)
      .i64(d.due.ms)
      .i64(d.rings.ms)
      .u8(d.late ? 1 : 0)
      .u64(d.done)
      .raw(d.receipt_hash);
  tick.put(keys::deletion(id), out.take());
}

Instant next_of(const Duty& d) {
  return d.stop_due.ms != 0 ? std::min(d.stop_due, d.due) : d.due;
}

std::uint32_t categories_of(std::uint64_t slots) {
  const policies::Levels levels = levels_of(slots);
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category c = policies::category_at(i);
    if (levels[c] != policies::Level::kWithheld) out |= policies::bit(c);
  }
  return out;
}

wire::ReferralPart part_about(const Step& step, const MessageId& id, const Duty& duty, Event event,
                              std::uint32_t categories) {
  const auto referral = remembered_referral(step.tick, duty.referral, step.now);
  Referral known = referral.value_or(Referral{});
  known.from = duty.from;
  known.to = duty.to;
  wire::ReferralPart part = part_of(duty.referral, known, event);
  part.message = id;
  part.reason = wire::DeclineReason::kNone;
  part.categories = categories;
  part.due = duty.due;
  return part;
}

}  // namespace

void owe_deletion(Step& step, const wire::Header& header, std::uint64_t slots) {
  const std::uint32_t categories = categories_of(slots);
  if (categories == 0) return;
  Duty duty = remembered_duty(step.tick, header.message_id, step.now).value_or(Duty{});
  const bool open = duty.owed != 0 && duty.done == 0 && !duty.late;
  duty.referral = header.referral_id;
  duty.from = header.from;
  duty.to = header.to;
  duty.owed = open ? duty.owed | categories : categories;
  if (!open) duty.due = step.now + limits::kDeletionDue;
  duty.stop_due = step.now + kStopDue;
  duty.stopped = 0;
  duty.late = false;
  duty.done = 0;
  put_duty(step.tick, header.message_id, duty, next_of(duty));
  const auto part = part_about(step, header.message_id, duty, Event::kDeletionOwed, duty.owed);
  emit_referral(step, EntryKind::kDeletion, part, {true, true});
}

namespace {

// The recipient was told, and has stopped. Said again: the first answer.
void stopped(Step& step, const TakeRecord& command, const MessageId& id, Duty& duty) {
  if (duty.stopped == 0 && duty.done == 0) {
    wire::ReferralPart part = part_about(step, id, duty, Event::kStopped, duty.owed);
    const Bytes bytes = encode(part);
    duty.stopped =
        step.emit(EntryKind::kDeletion,
                  {.routing = bytes, .sender = bytes, .restricted = recorded(command)}, duty.from);
    duty.stop_due = {};
    put_duty(step.tick, id, duty, duty.late ? duty.rings : duty.due);
  }
  step.outcome.answer = Recorded{duty.stopped != 0 ? duty.stopped : duty.done};
}

}  // namespace

void take(Step& step, const TakeRecord& command, const wire::DeletionRecord& record) {
  auto duty = remembered_duty(step.tick, record.message, step.now);
  if (!duty || duty->to != command.agency) {
    refuse(step, command, ErrorCode::kNotFound,
           "no deletion receipt is owed by this agency for that message");
    return;
  }
  if (record.deleted == 0 && record.kept == 0) {
    stopped(step, command, record.message, *duty);
    return;
  }
  const Digest hash = hash_of(command);
  if (duty->done != 0) {
    if (duty->receipt_hash == hash) {
      step.outcome.answer = Recorded{duty->done};
    } else {
      refuse(step, command, ErrorCode::kConflict, "another deletion receipt for it is on record");
    }
    return;
  }
  if ((duty->owed & ~(record.deleted | record.kept)) != 0) {
    refuse(step, command, ErrorCode::kInvalid,
           "the deletion receipt does not speak of every category that was to be deleted; say of "
           "each whether it was deleted, or kept and on which ground");
    return;
  }
  wire::ReferralPart part =
      part_about(step, record.message, *duty, Event::kDeletionReceipt, record.deleted);
  const Bytes routing = encode(part);
  part.record = recorded(command);
  duty->done = step.emit(
      EntryKind::kDeletion,
      {.routing = routing, .sender = encode(part), .restricted = recorded(command)}, duty->from);
  duty->receipt_hash = hash;
  put_duty(step.tick, record.message, *duty, step.now + kKnownAfter);
  step.outcome.answer = Recorded{duty->done};
}

void ring_deletion(Step& step, const MessageId& id) {
  auto duty = find_duty(step.tick, id);
  if (!duty || duty->rings > step.now) return;
  if (is_over(*duty, step.now)) {
    clear_bell(step.tick, Bell::kDeletion, id.bytes, duty->rings);
    step.tick.erase(keys::deletion(id));
    return;
  }
  if (duty->stop_due.ms != 0 && duty->stop_due <= step.now) {
    duty->stop_due = {};
    put_duty(step.tick, id, *duty, duty->due);
    emit_referral(step, EntryKind::kAlarm,
                  part_about(step, id, *duty, Event::kStopLate, duty->owed), {true, false});
    return;
  }
  duty->late = true;
  put_duty(step.tick, id, *duty, step.now + kKnownAfter);
  emit_referral(step, EntryKind::kAlarm,
                part_about(step, id, *duty, Event::kDeletionLate, duty->owed), {true, false});
}

}  // namespace safeconduct::core
