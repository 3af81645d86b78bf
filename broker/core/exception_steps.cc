// Break-glass, child safeguarding, risk conference, anonymous notice: recorded first, released
// then, and every duty that was missed is an alarm (DOMAIN §4.3).
#include <algorithm>
#include <bit>

#include "broker/core/exception.h"
#include "broker/core/keys.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using policies::Basis;
using wire::Event;
using wire::ExceptionAction;
using wire::ExceptionFlag;
using wire::Verdict;

constexpr Duration kExceptionKept = days(365);

bool has(std::uint16_t flags, ExceptionFlag flag) {
  return (flags & static_cast<std::uint16_t>(flag)) != 0;
}

bool is_basis(std::uint8_t number, Basis basis) {
  return policies::basis_from(number) == basis;
}

// INVARIANT: as MessageRecord::forgotten.
std::optional<Exception> standing(const StateView& state, const ExceptionId& id, Instant now) {
  auto x = find_exception(state, id);
  if (x && x->forget <= now) x.reset();
  return x;
}

std::optional<Exception> standing_for(const StateView& state, const ReferralId& referral,
                                      Instant now) {
  const auto id = exception_for(state, referral);
  return id ? standing(state, *id, now) : std::nullopt;
}

// What an exception that nothing more is known of left behind.
void erase_forgotten(Step& step, const wire::ExceptionRecord& r) {
  if (const auto id = exception_for(step.tick, r.referral)) {
    if (const auto x = find_exception(step.tick, *id)) erase_exception(step.tick, *id, *x);
  }
  if (const auto x = find_exception(step.tick, r.id)) erase_exception(step.tick, r.id, *x);
}

// The sentence that refuses a request; empty when it may stand.
std::string wrong_with(const Step& step, const wire::ExceptionRecord& r) {
  const auto basis = policies::basis_from(r.basis);
  if (!basis || *basis == Basis::kConsent || !policies::purpose_from(r.purpose)) {
    return "an exception needs a basis other than consent, and a purpose, of the vocabulary";
  }
  if (standing(step.tick, r.id, step.now) || standing_for(step.tick, r.referral, step.now)) {
    return "an exception with this id or for this referral exists; make a new one";
  }
  const bool minor = has(r.flags, ExceptionFlag::kMinor);
  switch (*basis) {
    case Basis::kConsent:
    case Basis::kBreakGlass:
      break;
    case Basis::kMandatedChild:
      if (!minor) return "child safeguarding is for a minor, or one presumed to be one";
      break;
    case Basis::kHighRisk:
      if (std::find(r.meeting.begin(), r.meeting.end(), r.to) == r.meeting.end()) {
        return "a risk conference names those who take part; this recipient is not among them";
      }
      break;
    case Basis::kStatutoryAnonymous:
      if (minor) return "a child is never notified by the anonymous route of adults";
      if (std::cmp_greater(std::popcount(r.quasi),
                           step.knowledge.term(policies::Term::kQuasiIdentifiers))) {
        return "the notice states more things that narrow down who it is than the policy lets "
               "pass; leave some out";
      }
      break;
  }
  return "";
}

wire::ReferralPart part_about(const ExceptionId& id, const Exception& x, Event event) {
  Referral r;
  r.from = x.by;
  r.to = x.to;
  r.purpose = x.purpose;
  r.basis = x.basis;
  r.message = x.message;
  r.request.bytes = id.bytes;
  r.state = x.message.is_zero() ? wire::State::kDraft : wire::State::kSent;
  wire::ReferralPart part = part_of(x.referral, r, event);
  part.due = x.rings;
  return part;
}

void emit_step(Step& step, const TakeRecord& command, const ExceptionId& id, const Exception& x,
               Event event) {
  const std::uint64_t position = emit_referral(
      step, EntryKind::kException, part_about(id, x, event), {true, false}, recorded(command));
  step.outcome.answer = Recorded{position};
}

void end_access(Step& step, Exception& x) {
  x.closed = true;
  x.access_end = {};
  x.second_due = {};
  if (x.message.is_zero()) return;
  end_message(step, x.message, EntryKind::kRecall,
              static_cast<std::uint8_t>(policies::Reason::kNoConsent));
}

void request(Step& step, const TakeRecord& command, const wire::ExceptionRecord& record) {
  if (std::string sentence = wrong_with(step, record); !sentence.empty()) {
    refuse(step, command, ErrorCode::kInvalid, std::move(sentence));
    return;
  }
  erase_forgotten(step, record);
  Exception x;
  x.by = record.by;
  x.to = record.to;
  x.referral = record.referral;
  x.basis = record.basis;
  x.purpose = record.purpose;
  x.flags = record.flags;
  x.officer = record.officer;
  x.reason = record.reason;
  x.meeting = record.meeting;
  x.position = step.next_position();
  x.record_hash = hash_of(command);
  x.forget = step.now + kExceptionKept;
  put_exception(step.tick, record.id, x);
  emit_step(step, command, record.id, x, Event::kExceptionRequested);
}

// The sentence that refuses a later step; empty when it may stand.
std::string wrong_step(const Exception& x, const wire::ExceptionRecord& r) {
  const bool same =
      x.to == r.to && x.referral == r.referral && x.basis == r.basis && x.purpose == r.purpose;
  if (!same) return "the step names another recipient, referral, basis or purpose than its request";
  const bool second = r.action == ExceptionAction::kApprove ||
                      r.action == ExceptionAction::kRefuse || r.action == ExceptionAction::kReview;
  if (second && r.officer == x.officer) {
    return "a second person must do this, not the one who asked";
  }
  if (x.closed && (r.action == ExceptionAction::kApprove || r.action == ExceptionAction::kRefuse)) {
    return "this exception is over; record a new one";
  }
  const bool after = r.action == ExceptionAction::kReview ||
                     r.action == ExceptionAction::kTellPerson ||
                     r.action == ExceptionAction::kCannotTell;
  if (after && x.message.is_zero()) return "nothing was released under this exception yet";
  return "";
}

Event act(Step& step, Exception& x, ExceptionAction action) {
  switch (action) {
    case ExceptionAction::kRequest:
    case ExceptionAction::kApprove:
      x.approved = true;
      x.second_due = {};
      return Event::kSecondApproved;
    case ExceptionAction::kRefuse:
      return Event::kSecondRefused;
    case ExceptionAction::kReview:
      x.review_due = {};
      return Event::kReviewed;
    case ExceptionAction::kTellPerson:
      x.telling_due = {};
      return Event::kPersonTold;
    case ExceptionAction::kCannotTell:
      x.telling_due = step.now + limits::kTellingPutOff;
      return Event::kPersonNotTold;
  }
  return Event::kSecondRefused;
}

// One duty that is due. INVARIANT: each alarm rings once.
void miss(Step& step, const ExceptionId& id, Exception& x) {
  Event event = Event::kTellingMissing;
  EntryKind kind = EntryKind::kAlarm;
  const auto due = [&](Instant at) { return at.ms != 0 && at <= step.now; };
  bool ends = false;
  if (due(x.second_due)) {
    event = Event::kSecondMissing;
    ends = true;
  } else if (due(x.access_end)) {
    event = Event::kAccessEnded;
    kind = EntryKind::kException;
    ends = true;
  } else if (due(x.review_due)) {
    event = Event::kReviewMissing;
    x.review_due = {};
  } else {
    x.telling_due = {};
  }
  if (ends) {
    x.second_due = {};
    x.access_end = {};
  }
  emit_referral(step, kind, part_about(id, x, event), {true, false});
  if (ends) end_access(step, x);
  put_exception(step.tick, id, x);
}

}  // namespace

Verdict exception_verdict(const StateView& state, const wire::Header& h, Instant now) {
  if (is_basis(h.basis, Basis::kConsent)) return Verdict::kAdmitted;
  const auto x = standing_for(state, h.referral_id, now);
  const bool fits = x && x->by == h.from && x->to == h.to && x->basis == h.basis &&
                    x->purpose == h.purpose && !x->closed;
  if (!fits) return Verdict::kException;
  if (!is_basis(h.basis, Basis::kBreakGlass) || x->approved) return Verdict::kAdmitted;
  // A life is at risk: the second person has an hour from the release on.
  const bool in_time = x->second_due.ms == 0 || now < x->second_due;
  return x->life_at_risk() && in_time ? Verdict::kAdmitted : Verdict::kException;
}

void exception_released(Step& step, const wire::Header& h) {
  if (is_basis(h.basis, Basis::kConsent)) return;
  const auto id = exception_for(step.tick, h.referral_id);
  auto x = id ? find_exception(step.tick, *id) : std::nullopt;
  SC_CHECK(x.has_value());  // exception_verdict saw it
  const bool first = x->message.is_zero();
  x->message = h.message_id;
  if (first) {
    const bool glass = is_basis(h.basis, Basis::kBreakGlass);
    if (glass && !x->approved) x->second_due = step.now + limits::kSecondPersonDue;
    if (glass) x->review_due = step.now + limits::kReviewDue;
    if (glass) x->access_end = step.now + limits::kBreakGlassAccess;
    const bool told = has(x->flags, ExceptionFlag::kChildTold);
    const bool anonymous = is_basis(h.basis, Basis::kStatutoryAnonymous);
    if (!told && !anonymous) x->telling_due = step.now + limits::kTellingDue;
  }
  put_exception(step.tick, *id, *x);
}

void take(Step& step, const TakeRecord& command, const wire::ExceptionRecord& record) {
  auto x = standing(step.tick, record.id, step.now);
  if (record.action == ExceptionAction::kRequest) {
    if (x && x->record_hash == hash_of(command)) {
      step.outcome.answer = Recorded{x->position};
      return;
    }
    request(step, command, record);
    return;
  }
  if (!x || x->by != command.agency) {
    refuse(step, command, ErrorCode::kNotFound,
           "there is no such exception of this agency; request it first");
    return;
  }
  if (std::string sentence = wrong_step(*x, record); !sentence.empty()) {
    refuse(step, command, ErrorCode::kInvalid, std::move(sentence));
    return;
  }
  const Event event = act(step, *x, record.action);
  put_exception(step.tick, record.id, *x);
  emit_step(step, command, record.id, *x, event);
  if (record.action != ExceptionAction::kRefuse) return;
  end_access(step, *x);
  put_exception(step.tick, record.id, *x);
}

void ring_exception(Step& step, const ExceptionId& id) {
  auto x = find_exception(step.tick, id);
  if (!x || x->rings > step.now) return;
  if (x->forget <= step.now) {
    erase_exception(step.tick, id, *x);
    return;
  }
  miss(step, id, *x);
}

}  // namespace safeconduct::core
