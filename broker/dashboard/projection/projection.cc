#include "broker/dashboard/projection/projection.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

// The agency whose word or act an entry about a referral is; nothing for the broker's clock.
enum class Actor { kSender, kRecipient, kNobody };

Actor actor_of(const ReferralFact& fact) {
  switch (fact.kind) {
    case EventKind::kSubmitted:
    case EventKind::kRefused:
    case EventKind::kRecalled:
      return Actor::kSender;
    case EventKind::kReceived:
    case EventKind::kUnreadable:
      return Actor::kRecipient;
    default:
      break;
  }
  if (fact.kind == event_kind(wire::Event::kRequested)) return Actor::kSender;
  if (fact.kind == event_kind(wire::Event::kDeletionReceipt) ||
      fact.kind == event_kind(wire::Event::kStopped)) {
    return Actor::kRecipient;
  }
  if (fact.kind != event_kind(wire::Event::kMoved) || !fact.state) return Actor::kNobody;
  const bool by_sender = *fact.state == State::kRecalled || *fact.state == State::kWithdrawn ||
                         *fact.state == State::kClosed;
  return by_sender ? Actor::kSender : Actor::kRecipient;
}

bool is_alarm(EventKind kind) {
  for (const wire::Event event :
       {wire::Event::kExceptionRequested, wire::Event::kDeletionLate, wire::Event::kSecondMissing,
        wire::Event::kReviewMissing, wire::Event::kTellingMissing, wire::Event::kNoSafeRecipient,
        wire::Event::kStopLate}) {
    if (kind == event_kind(event)) return true;
  }
  return false;
}

}  // namespace

void Projection::apply(const EntryFacts& entry) {
  if (entry.position < size_) return;
  size_ = entry.position + 1;
  position_ = entry.position;
  last_at_ = entry.at;
  std::visit([&](const auto& fact) { take(fact); }, entry.fact);
}

RowIndex Projection::find(const ReferralId& id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? kNoRow : at->second;
}

std::optional<AgencyIndex> Projection::agency(std::string_view id) const {
  const auto parsed = AgencyId::parse(id);
  if (!parsed) return std::nullopt;
  const auto at = by_agency_.find(*parsed);
  if (at == by_agency_.end()) return std::nullopt;
  return at->second;
}

std::vector<EventRow> Projection::timeline(RowIndex row) const {
  std::vector<EventRow> out;
  for (std::uint32_t at = rows_[row].last_event; at != UINT32_MAX; at = events_[at].earlier) {
    out.push_back(events_[at]);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

AgencyIndex Projection::agency_of(const AgencyId& id) {
  const auto [at, is_new] = by_agency_.try_emplace(id, static_cast<AgencyIndex>(agencies_.size()));
  if (is_new) agencies_.emplace_back().id = id;
  return at->second;
}

void Projection::seen(AgencyIndex agency) {
  agencies_[agency].last_seen = last_at_;
}

void Projection::take(const ReferralFact& fact) {
  const auto [at, is_new] = by_id_.try_emplace(fact.referral, static_cast<RowIndex>(rows_.size()));
  const RowIndex index = at->second;
  if (is_new) {
    ReferralRow& fresh = rows_.emplace_back();
    fresh.id = fact.referral;
    fresh.opened = last_at_;
    fresh.from = agency_of(fact.from);
    fresh.to = agency_of(fact.to);
    fresh.hop = fact.hop;
  }
  ReferralRow& row = rows_[index];
  row.changed = last_at_;
  if (fact.from_role != 0) row.from_role = fact.from_role;
  if (fact.to_role != 0) row.to_role = fact.to_role;
  if (fact.purpose != 0) row.purpose = fact.purpose;
  if (fact.urgency != 0) row.urgency = fact.urgency;
  if (fact.basis != 0) row.basis = fact.basis;  // a request has none yet
  if (!fact.request.is_zero()) row.request = fact.request;
  if (!fact.parent.is_zero()) row.parent = fact.parent;
  if (fact.consent_until.ms != 0) row.consent_until = fact.consent_until;
  if (fact.reason != wire::DeclineReason::kNone) row.reason = fact.reason;
  if (fact.kind == EventKind::kDelivered) row.delivered = true;
  if (fact.kind == event_kind(wire::Event::kEscalation)) row.escalated = true;
  // A release that is refused leaves a referral that was accepted before as it is.
  if (fact.state && (is_new || fact.kind != EventKind::kRefused)) move(row, *fact.state);
  const bool has_clock = awaits_answer(row.state) || row.state == State::kAnnounced;
  if (fact.due.ms != 0 && has_clock) row.due = fact.due;
  const Actor actor = actor_of(fact);
  if (actor == Actor::kSender) seen(row.from);
  if (actor == Actor::kRecipient) seen(row.to);
  events_.push_back({position_, last_at_, fact.due, row.last_event, index, fact.kind,
                     fact.state ? static_cast<std::uint8_t>(*fact.state) : std::uint8_t{0},
                     fact.reason});
  row.last_event = static_cast<std::uint32_t>(events_.size() - 1);
  ++row.events;
  note_duty(index, fact);
}

void Projection::move(ReferralRow& row, State state) {
  if (state == State::kAnnounced) return;  // what is known already goes on
  // A copy of what a referral's own life has left behind (a late receipt) does not take it back.
  if (is_final(row.state) && row.ended.ms != 0 && !is_final(state) && state != State::kSent &&
      state != State::kInquiry) {
    return;
  }
  if (state == State::kReceived && !awaits_answer(row.state)) return;
  row.state = state;
  if (awaits_answer(state)) {
    if (row.due.ms == 0) row.due = last_at_ + wire::answer_limit(row.urgency);
    row.ended = {};
    return;
  }
  row.due = {};
  const bool answers = state == State::kAccepted || state == State::kDeclined ||
                       state == State::kOffered || state == State::kConsentPending;
  if (answers && row.answered.ms == 0) row.answered = last_at_;
  if (state == State::kAccepted && row.accepted.ms == 0) row.accepted = last_at_;
  if (state == State::kDone) row.helped = true;
  if (is_final(state) && row.ended.ms == 0) row.ended = last_at_;
  if (!is_final(state)) row.ended = {};
}

void Projection::note_duty(RowIndex index, const ReferralFact& fact) {
  if (fact.kind == event_kind(wire::Event::kDeletionOwed)) deletions_[index] = fact.due;
  if (fact.kind == event_kind(wire::Event::kDeletionReceipt)) deletions_.erase(index);
  // Each step of an exception names the next duty: the second person, the review, telling her.
  const bool is_step = fact.kind >= event_kind(wire::Event::kSecondApproved) &&
                       fact.kind <= event_kind(wire::Event::kPersonNotTold);
  if (is_step) {
    for (auto& [position, review] : reviews_) {
      if (review.referral == index) review.due = fact.due;
    }
  }
  if (is_alarm(fact.kind)) {
    reviews_[position_] = {position_, last_at_, fact.due, index, fact.kind, {}, {}};
  }
}

void Projection::take(const DirectoryFact& fact) {
  network_ = fact.directory.network;
  for (AgencyRow& agency : agencies_) agency.listed = false;
  for (const wire::DirectoryAgency& listed : fact.directory.agencies) {
    AgencyRow& row = agencies_[agency_of(listed.id)];
    row.roles = listed.roles;
    row.standing = listed.standing;
    row.agreement = listed.agreement;
    row.training = listed.training;
    row.listed = true;
  }
}

void Projection::take(const SealingCardFact& fact) {
  const AgencyIndex index = agency_of(fact.agency);
  agencies_[index].card_published_until = fact.not_after;
  agencies_[index].card_accepted_until = fact.accepted_until;
  seen(index);
}

void Projection::take(const CapacityFact& fact) {
  const AgencyIndex index = agency_of(fact.record.by);
  agencies_[index].capacity = fact.record.services;
  agencies_[index].capacity_at = last_at_;
  seen(index);
}

void Projection::take(const UnmetNeedFact& fact) {
  const AgencyIndex index = fact.record.by.empty() ? AgencyIndex{0} : agency_of(fact.record.by);
  unmet_.push_back({last_at_, index, fact.record.purpose, fact.record.urgency, fact.record.district,
                    fact.record.reason});
}

void Projection::take(const AcknowledgedFact& fact) {
  const auto at = reviews_.find(fact.position);
  if (at == reviews_.end() || !at->second.acknowledged_by.empty()) return;
  at->second.acknowledged_by = fact.who;
  at->second.acknowledged_at = last_at_;
}

}  // namespace safeconduct::dashboard
