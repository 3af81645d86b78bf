// "Have you a place?": one request to several agencies, before identity (DOMAIN §4.3, progressive
// disclosure). Each candidate has a referral of its own; what ties them together only the sender
// and the broker know.
#include <bit>

#include "broker/core/consents.h"
#include "broker/core/keys.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Event;
using wire::State;

constexpr Duration kRequestKept = days(60);  // past every clock of its candidates

std::optional<Request> remembered_request(const StateView& state, const RequestId& id,
                                          Instant now) {
  if (id.is_zero()) return std::nullopt;
  auto request = find_request(state, id);
  if (request && request->forget <= now) request.reset();
  return request;
}

bool is_inquiry(const wire::RequestRecord& r) {
  return policies::stage_from(r.stage) == policies::Stage::kInquiry;
}

// The sentence that refuses it; empty when it may stand.
std::string wrong_with(const Step& step, const wire::RequestRecord& r) {
  if (std::cmp_greater(std::popcount(r.quasi),
                       step.knowledge.term(policies::Term::kQuasiIdentifiers))) {
    return "the inquiry states more things that narrow down who it is than the policy lets pass; "
           "leave some out";
  }
  if (!policies::purpose_from(r.purpose) || !policies::urgency_from(r.urgency) ||
      !policies::stage_from(r.stage) || !policies::role_from(r.by_role)) {
    return "the request names a purpose, urgency, stage or role that the vocabulary lacks";
  }
  if (!is_inquiry(r) && r.candidates.size() != 1) {
    return "only an inquiry may go to several agencies; release to one";
  }
  if (remembered_request(step.tick, r.id, step.now))
    return "a request with this id exists; make a new one";
  for (const wire::Candidate& c : r.candidates) {
    if (c.agency == r.by || !policies::role_from(c.role)) {
      return "a candidate is the sender itself, or acts in an unknown role";
    }
    if (remembered_referral(step.tick, c.referral, step.now)) {
      return "a case code was used before; make a new one for each agency";
    }
  }
  if (!r.consent.is_zero()) {
    const auto consent = remembered_consent(step.tick, r.consent, step.now);
    if (!consent || consent->collector != r.by) {
      return "the request names a consent that this agency did not collect";
    }
  }
  return "";
}

Referral draft_of(const wire::RequestRecord& r, std::size_t index) {
  const wire::Candidate& c = r.candidates[index];
  Referral out;
  out.from = r.by;
  out.to = c.agency;
  out.from_role = r.by_role;
  out.to_role = c.role;
  out.purpose = r.purpose;
  out.urgency = r.urgency;
  out.request = r.id;
  out.deadline = r.deadline;
  out.place = is_inquiry(r) ? static_cast<std::uint8_t>(index + 1) : std::uint8_t{0};
  return out;
}

// The first that may be asked from `index` on; the size when there is none.
std::size_t next_place(const Request& request, std::size_t index) {
  while (index < request.candidates.size() && request.candidates[index].excluded) ++index;
  return index;
}

// Only a coordinator and the sender learn that nobody is left, and of nobody who.
void no_safe_recipient(Step& step, const wire::RequestRecord& r) {
  Referral nobody = draft_of(r, 0);
  nobody.to = r.by;
  nobody.to_role = r.by_role;
  nobody.place = 0;
  emit_referral(step, EntryKind::kAlarm,
                part_of(r.candidates[0].referral, nobody, Event::kNoSafeRecipient), {true, false});
}

// None of its candidates can still say yes.
bool is_exhausted(Step& step, const Request& request) {
  for (const Asked& asked : request.candidates) {
    if (asked.excluded) continue;
    const auto r = remembered_referral(step.tick, asked.candidate.referral, step.now);
    if (r && !wire::is_final(r->state)) return false;
  }
  return true;
}

void count_unmet(Step& step, const Referral& of, wire::UnmetReason reason) {
  wire::UnmetNeedRecord unmet;
  unmet.by = of.from;
  unmet.purpose = of.purpose;
  unmet.urgency = of.urgency;
  unmet.reason = reason;
  unmet.at = step.now;
  step.emit(EntryKind::kUnmetNeed, {.routing = encode(unmet), .sender = encode(unmet)}, of.from);
}

// An inquiry that waits at a candidate that is not needed any more.
void withdraw_inquiry(Step& step, const ReferralId& id, Referral& r) {
  const bool shown = r.state != State::kDraft;
  if (auto message = find_message(step.tick, r.message); message && message->in_mailbox()) {
    const auto header = wire::decode_header(message->header);
    SC_CHECK(header.has_value());
    leave_mailbox(step, *header, *message);
    message->phase = Phase::kWithdrawn;
    put_message(step.tick, r.message, *message);
  }
  r.state = State::kWithdrawn;
  r.reason = wire::DeclineReason::kNone;
  r.categories = 0;
  rest_clock(step.tick, id, r, step.now);
  emit_referral(step, EntryKind::kReferral, part_of(id, r, Event::kAcceptedElsewhere),
                {true, shown});
}

}  // namespace

bool is_asked(const StateView& state, const Referral& referral, Instant now) {
  if (referral.place == 0) return true;
  const auto request = remembered_request(state, referral.request, now);
  return request && !request->closed && referral.place <= request->asked &&
         !request->candidates[referral.place - 1u].excluded;
}

void take(Step& step, const TakeRecord& command, const wire::RequestRecord& record) {
  const auto known = remembered_request(step.tick, record.id, step.now);
  if (known && known->by == command.agency && known->record_hash == hash_of(command)) {
    step.outcome.answer = Recorded{known->position};
    return;
  }
  if (std::string sentence = wrong_with(step, record); !sentence.empty()) {
    refuse(step, command, ErrorCode::kInvalid, std::move(sentence));
    return;
  }
  Request request;
  request.by = record.by;
  request.position = step.next_position();
  request.record_hash = hash_of(command);
  request.consent = record.consent;
  request.forget = step.now + kRequestKept;
  const auto consent = remembered_consent(step.tick, record.consent, step.now);
  for (const wire::Candidate& c : record.candidates) {
    const bool excluded = consent && excludes(step.tick, record.consent, *consent, c.agency);
    request.candidates.push_back({c, excluded});
  }
  std::size_t asked = 0;
  for (std::size_t i = 0; i < record.together; ++i) asked = next_place(request, asked) + 1;
  request.asked = static_cast<std::uint8_t>(std::min(asked, request.candidates.size()));
  std::optional<Bytes> restricted = recorded(command);
  for (std::size_t i = 0; i < record.candidates.size(); ++i) {
    // INVARIANT: of an excluded candidate there is no trace but in the restricted record.
    if (request.candidates[i].excluded) continue;
    const ReferralId& id = record.candidates[i].referral;
    Referral r = draft_of(record, i);
    erase_referral(step.tick, id);
    set_clock(step.tick, id, r, Clock::kEnd, step.now + limits::kInquiryLifetimeMax);
    emit_referral(step, EntryKind::kRequest, part_of(id, r, Event::kRequested), {true, false},
                  std::exchange(restricted, std::nullopt));
  }
  if (restricted) {
    step.emit(EntryKind::kRequest, {.restricted = std::move(restricted)});
    no_safe_recipient(step, record);
    request.closed = true;
  }
  if (const auto old = find_request(step.tick, record.id)) {
    clear_bell(step.tick, Bell::kRequest, record.id.bytes, old->forget);
  }
  put_request(step.tick, record.id, request);
  set_bell(step.tick, Bell::kRequest, record.id.bytes, request.forget);
  step.outcome.answer = Recorded{request.position};
}

void settle_request(Step& step, const RequestId& id, const ReferralId& winner) {
  auto request = remembered_request(step.tick, id, step.now);
  if (!request || request->closed) return;
  request->closed = true;
  put_request(step.tick, id, *request);
  for (const Asked& asked : request->candidates) {
    const ReferralId& other = asked.candidate.referral;
    auto r = remembered_referral(step.tick, other, step.now);
    if (other == winner || asked.excluded || !r || wire::is_final(r->state)) continue;
    withdraw_inquiry(step, other, *r);
  }
}

void ask_next(Step& step, const RequestId& id, wire::UnmetReason reason) {
  auto request = remembered_request(step.tick, id, step.now);
  if (!request || request->closed) return;
  const std::size_t place = next_place(*request, request->asked);
  if (place < request->candidates.size()) {
    const ReferralId& next = request->candidates[place].candidate.referral;
    request->asked = static_cast<std::uint8_t>(place + 1);
    put_request(step.tick, id, *request);
    const auto r = remembered_referral(step.tick, next, step.now);
    if (!r) return;
    emit_referral(step, EntryKind::kClock, part_of(next, *r, Event::kNextCandidate), {true, false});
    return;
  }
  if (!is_exhausted(step, *request)) return;
  request->closed = true;
  put_request(step.tick, id, *request);
  for (const Asked& asked : request->candidates) {
    const auto any = remembered_referral(step.tick, asked.candidate.referral, step.now);
    if (any) return count_unmet(step, *any, reason);
  }
}

void ring_request(Step& step, const RequestId& id) {
  const auto request = find_request(step.tick, id);
  if (!request || request->forget > step.now) return;
  clear_bell(step.tick, Bell::kRequest, id.bytes, request->forget);
  step.tick.erase(keys::request(id));
}

}  // namespace safeconduct::core
