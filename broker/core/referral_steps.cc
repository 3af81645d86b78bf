// A referral's life: opened by a message, moved by its two agencies, driven by its clock
// (DOMAIN §3.4, §3.5).
#include "broker/core/referral_steps.h"

#include "broker/core/keys.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Event;
using wire::Move;
using wire::State;
using wire::Verdict;

bool is_inquiry(const wire::Header& h) {
  return policies::stage_from(h.stage) == policies::Stage::kInquiry;
}

bool is_before_identity(State state) {
  return state == State::kDraft || state == State::kInquiryOpen ||
         state == State::kCapacityOffered || state == State::kConsentPending;
}

// Its recipient knows of it.
bool was_shown(const Referral& r) {
  return r.state != State::kDraft && !r.silent;
}

Referral opened_by(const wire::Header& h) {
  Referral r;
  r.from = h.from;
  r.to = h.to;
  r.from_role = h.from_role;
  r.to_role = h.to_role;
  r.purpose = h.purpose;
  r.urgency = h.urgency;
  return r;
}

ReferralId parent_of(const StateView& state, const wire::Header& h, Instant now) {
  const auto prior = remembered(state, h.prior, now);
  const auto header = prior ? wire::decode_header(prior->header) : Result<wire::Header>(h);
  return prior && header ? header->referral_id : ReferralId();
}

// DESIGN §6: the origin of a further hop is told of it.
void tell_origin(Step& step, const wire::Header& h, const Referral& r) {
  const auto parent = remembered_referral(step.tick, r.parent, step.now);
  const AgencyId origin = parent ? parent->from : AgencyId();
  const Bytes part = encode(part_of(h.referral_id, r, Event::kOnward));
  PartBytes parts{.routing = part};
  if (!origin.empty()) parts.sender = part;
  step.emit(EntryKind::kOnward, std::move(parts), origin);
}

// Content that still waits for the recipient ends with its referral.
void drop_waiting(Step& step, const MessageId& id, Phase phase, std::uint8_t verdict) {
  auto record = find_message(step.tick, id);
  if (!record || !record->seems_waiting()) return;
  const auto header = wire::decode_header(record->header);
  SC_CHECK(header.has_value());
  leave_mailbox(step, *header, *record);
  record->phase = phase;
  record->verdict = verdict;
  put_message(step.tick, id, *record);
}

void expire(Step& step, const ReferralId& id, Referral& r) {
  const bool shown = was_shown(r);
  r.state = State::kExpired;
  rest_clock(step.tick, id, r, step.now);
  emit_referral(step, EntryKind::kClock, part_of(id, r, Event::kExpired), {true, shown});
  drop_waiting(step, r.message, Phase::kExpired, static_cast<std::uint8_t>(Verdict::kExpired));
  if (!r.request.is_zero()) ask_next(step, r.request, wire::UnmetReason::kNoAnswer);
}

void ring_half(Step& step, const ReferralId& id, Referral& r) {
  set_clock(step.tick, id, r, Clock::kLimit, r.due);
  emit_referral(step, EntryKind::kClock, part_of(id, r, Event::kReminder), {true, was_shown(r)});
  const bool unanswered = r.state == State::kInquiryOpen;
  if (unanswered && !r.request.is_zero() && wire::asks_next_at_half(r.urgency)) {
    ask_next(step, r.request, wire::UnmetReason::kNoAnswer);
  }
}

void ring_limit(Step& step, const ReferralId& id, Referral& r) {
  if (wire::expires_on_silence(r.urgency)) {
    expire(step, id, r);
    return;
  }
  set_clock(step.tick, id, r, Clock::kEnd, std::max(r.ends, r.due));
  emit_referral(step, EntryKind::kClock, part_of(id, r, Event::kEscalation), {true, false});
}

void close(Step& step, const ReferralId& id, Referral& r) {
  r.state = State::kClosed;
  rest_clock(step.tick, id, r, step.now);
  emit_referral(step, EntryKind::kReferral, part_of(id, r, Event::kClosed), {true, false});
}

}  // namespace

std::uint64_t emit_referral(Step& step, EntryKind kind, const wire::ReferralPart& part, Told told,
                            std::optional<Bytes> restricted) {
  PartBytes parts{.routing = encode(part), .restricted = std::move(restricted)};
  if (told.sender) parts.sender = encode(part);
  if (told.recipient) parts.recipient = encode(wire::for_recipient(part));
  return step.emit(kind, std::move(parts), told.sender ? part.from : AgencyId(),
                   told.recipient ? part.to : AgencyId());
}

Verdict referral_verdict(const StateView& state, const wire::Header& h, Instant now) {
  const auto r = remembered_referral(state, h.referral_id, now);
  if (!r) return Verdict::kAdmitted;
  const bool same = r->from == h.from && r->to == h.to && r->purpose == h.purpose;
  if (!same || wire::is_final(r->state)) return Verdict::kReferral;
  const bool asked_now = r->state != State::kDraft || is_asked(state, *r, now);
  if (is_inquiry(h)) {
    const bool asks = r->place != 0 || r->request.is_zero();
    const bool may = asks && asked_now && is_before_identity(r->state);
    return may ? Verdict::kAdmitted : Verdict::kReferral;
  }
  // INVARIANT: no identity to a candidate that has not said that it has a place.
  const bool too_early =
      r->state == State::kInquiryOpen || (r->state == State::kDraft && r->place != 0);
  return too_early ? Verdict::kReferral : Verdict::kAdmitted;
}

void referral_submitted(Step& step, const wire::Header& h, bool silent) {
  auto known = remembered_referral(step.tick, h.referral_id, step.now);
  if (!known) erase_referral(step.tick, h.referral_id);
  Referral r = known ? std::move(*known) : opened_by(h);
  const bool opens = is_before_identity(r.state);
  r.message = h.message_id;
  r.basis = h.basis;
  r.hop = h.hop;
  r.ends = h.content_end;
  r.silent = silent;
  if (h.hop > 1) {
    r.parent = parent_of(step.tick, h, step.now);
    step.tick.put(keys::further_hop(h.prior, h.message_id), {});
  }
  if (!opens) {
    put_referral(step.tick, h.referral_id, r);
    return;
  }
  const bool was_inquiry = r.state != State::kDraft;
  r.state = is_inquiry(h) ? State::kInquiryOpen : State::kSent;
  r.reason = wire::DeclineReason::kNone;
  r.categories = 0;
  start_answer_clock(step.tick, h.referral_id, r, step.now);
  if (h.hop > 1) tell_origin(step, h, r);
  if (was_inquiry && r.state == State::kSent) settle_request(step, r.request, h.referral_id);
}

void referral_received(Step& step, const wire::Header& h) {
  auto r = remembered_referral(step.tick, h.referral_id, step.now);
  if (!r || r->state != State::kSent || r->message != h.message_id) return;
  r->state = State::kReceived;
  put_referral(step.tick, h.referral_id, *r);
}

void referral_ended(Step& step, const ReferralId& id, State state) {
  auto r = remembered_referral(step.tick, id, step.now);
  if (!r || wire::is_final(r->state)) return;
  r->state = state;
  rest_clock(step.tick, id, *r, step.now);
}

void ring_referral(Step& step, const ReferralId& id) {
  auto r = find_referral(step.tick, id);
  if (!r || r->clock == Clock::kNone || r->clock_at > step.now) return;
  switch (r->clock) {
    case Clock::kNone:
      return;
    case Clock::kHalf:
      return ring_half(step, id, *r);
    case Clock::kLimit:
      return ring_limit(step, id, *r);
    case Clock::kEnd:
      return expire(step, id, *r);
    case Clock::kClose:
      return close(step, id, *r);
    case Clock::kForget:
      erase_referral(step.tick, id);
      return;
  }
}

namespace {

// What a move brings beside the referral's own new state.
void follow(Step& step, const ReferralId& id, const Referral& r, const wire::MoveRecord& move) {
  switch (move.move) {
    case Move::kAccept:
      if (r.state == State::kConsentPending) settle_request(step, r.request, id);
      return;
    case Move::kDecline:
      if (!r.request.is_zero()) ask_next(step, r.request, wire::UnmetReason::kNoCapacity);
      return;
    case Move::kRecall:
    case Move::kWithdraw: {
      const bool recall = move.move == Move::kRecall;
      const auto verdict = recall ? static_cast<std::uint8_t>(Verdict::kRecalled)
                                  : static_cast<std::uint8_t>(policies::Reason::kConsentWithdrawn);
      end_message(step, r.message, EntryKind::kRecall, verdict);
      if (!r.request.is_zero()) settle_request(step, r.request, id);
      return;
    }
    case Move::kOffer:
    case Move::kWaitlist:
    case Move::kAskMore:
    case Move::kSchedule:
    case Move::kStart:
    case Move::kWait:
    case Move::kNoShow:
    case Move::kDone:
    case Move::kNotDone:
    case Move::kRedirect:
    case Move::kClose:
      return;
  }
}

void set_state(Step& step, const ReferralId& id, Referral& r, const wire::MoveRecord& move,
               State to) {
  r.state = to;
  r.reason = move.move == Move::kWaitlist ? wire::DeclineReason::kWaitlist : move.reason;
  r.categories = move.categories;
  // An answer that is not a place, and a release that is awaited, are waited for in their turn.
  const bool awaited = to == State::kCapacityOffered || to == State::kConsentPending;
  if (awaited) {
    start_answer_clock(step.tick, id, r, step.now);
  } else {
    rest_clock(step.tick, id, r, step.now);
  }
}

std::string illegal(const Referral& r, Move move) {
  std::string out = "a referral that is `" + std::string(wire::name(r.state));
  out.append("` does not take `").append(wire::name(move));
  return out + "`; look at where it is and choose another step";
}

}  // namespace

void take(Step& step, const TakeRecord& command, const wire::MoveRecord& move) {
  auto r = remembered_referral(step.tick, move.referral, step.now);
  const bool sender = r && r->from == command.agency;
  const bool recipient = r && r->to == command.agency && was_shown(*r);
  if (!sender && !recipient) {
    refuse(step, command, ErrorCode::kNotFound,
           "there is no such referral of this agency; check its id");
    return;
  }
  const Digest hash = hash_of(command);
  if (r->record != 0 && r->record_hash == hash) {
    step.outcome.answer = Recorded{r->record};
    return;
  }
  const bool theirs = wire::made_by_sender(move.move) ? sender : recipient;
  if (!theirs) {
    const char* const who = wire::made_by_sender(move.move) ? "sender" : "recipient";
    refuse(step, command, ErrorCode::kForbidden,
           "only a referral's " + std::string(who) + " may say `" +
               std::string(wire::name(move.move)) + "`; this agency is the other one");
    return;
  }
  const auto to = wire::after(r->state, move.move);
  if (!to) {
    refuse(step, command, ErrorCode::kConflict, illegal(*r, move.move));
    return;
  }
  const bool shown = was_shown(*r);
  r->record = step.next_position();
  r->record_hash = hash;
  set_state(step, move.referral, *r, move, *to);
  emit_referral(step, EntryKind::kReferral, part_of(move.referral, *r, Event::kMoved),
                {true, shown}, recorded(command));
  step.outcome.answer = Recorded{r->record};
  follow(step, move.referral, *r, move);
}

}  // namespace safeconduct::core
