#include "broker/dashboard/projection/read_entry.h"

#include "schemas/ledger/note.h"
#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"

namespace safeconduct::dashboard {
namespace {

using ledger::EntryKind;
using ledger::PartKind;

constexpr std::uint8_t kInquiryStage = 1;  // policies::Stage

ReferralFact fact_of(const wire::RoutingPart& part) {
  ReferralFact fact;
  fact.referral = part.referral;
  fact.from = part.from;
  fact.to = part.to;
  fact.from_role = part.from_role;
  fact.to_role = part.to_role;
  fact.purpose = part.purpose;
  fact.urgency = part.urgency;
  fact.basis = part.basis;
  fact.hop = part.hop;
  fact.consent_until = part.consent_until;
  return fact;
}

void fill(ReferralFact& fact, EntryKind kind, const wire::RoutingPart& part) {
  switch (kind) {
    case EntryKind::kSubmission:
      fact.kind = part.went_on ? EventKind::kSubmitted : EventKind::kRefused;
      fact.state = !part.went_on                 ? State::kRefused
                   : part.stage == kInquiryStage ? State::kInquiry
                                                 : State::kSent;
      return;
    case EntryKind::kDelivery:
      fact.kind = part.went_on ? EventKind::kDelivered : EventKind::kWithheld;
      if (!part.went_on) fact.state = State::kUndeliverable;
      return;
    case EntryKind::kReceipt:
      fact.kind = EventKind::kReceived;
      if (part.stage != kInquiryStage) fact.state = State::kReceived;
      return;
    case EntryKind::kRejection:
      fact.kind = EventKind::kUnreadable;
      fact.state = State::kUndeliverable;
      return;
    case EntryKind::kExpiry:
      fact.kind = EventKind::kTransportEnded;
      fact.state = State::kUndeliverable;
      return;
    case EntryKind::kRecall:
      fact.kind = EventKind::kRecalled;
      fact.state = State::kRecalled;
      return;
    default:
      fact.kind = EventKind::kWithdrawn;
      if (!part.went_on) fact.state = State::kWithdrawn;  // else only some categories
  }
}

ReferralFact fact_of(const wire::ReferralPart& part) {
  ReferralFact fact;
  fact.kind = event_kind(part.event);
  fact.referral = part.referral;
  fact.from = part.from;
  fact.to = part.to;
  fact.from_role = part.from_role;
  fact.to_role = part.to_role;
  fact.purpose = part.purpose;
  fact.urgency = part.urgency;
  fact.basis = part.basis;
  fact.hop = part.hop;
  fact.reason = part.reason;
  fact.due = part.due;
  fact.request = part.request;
  fact.parent = part.parent;
  return fact;
}

// Whether the state in the part is the referral's own: an exception or a deletion names the state
// that it found.
bool moves(wire::Event event) {
  switch (event) {
    case wire::Event::kRequested:
    case wire::Event::kMoved:
    case wire::Event::kAcceptedElsewhere:
    case wire::Event::kExpired:
    case wire::Event::kClosed:
      return true;
    default:
      return false;
  }
}

Result<Fact> from_routing(EntryKind kind, ByteView bytes) {
  if (ledger::has_referral_part(kind)) {
    TRY(part, wire::decode_referral_part(bytes));
    if (part.referral.is_zero()) return Fact{};
    ReferralFact fact = fact_of(part);
    if (moves(part.event)) fact.state = state_of(part.state);
    return Fact{fact};
  }
  if (kind == EntryKind::kUnmetNeed) {
    TRY(record, wire::decode_referral_record(wire::RecordKind::kUnmetNeed, bytes));
    return Fact{UnmetNeedFact{std::get<wire::UnmetNeedRecord>(record)}};
  }
  if (kind == EntryKind::kAccess) {
    TRY(recorded, wire::decode_recorded(bytes));
    TRY(action, wire::decode_operator_action(recorded.record.body));
    if (action.what != wire::Action::kAcknowledge) return Fact{};
    return Fact{AcknowledgedFact{action.position, action.who}};
  }
  TRY(part, wire::decode_routing(bytes));
  ReferralFact fact = fact_of(part);
  fill(fact, kind, part);
  return Fact{fact};
}

Result<Fact> from_network(EntryKind kind, ByteView bytes) {
  if (kind == EntryKind::kDirectory) {
    TRY(note, ledger::parse_note(text_of(bytes)));
    TRY(directory, wire::parse_directory(note.text));
    return Fact{DirectoryFact{std::move(directory)}};
  }
  if (kind == EntryKind::kSealingCard) {
    TRY(recorded, wire::decode_recorded(bytes));
    TRY(card, wire::decode_sealing_card(recorded.record.body));
    return Fact{SealingCardFact{card.agency, card.not_after, card.accepted_until}};
  }
  if (kind == EntryKind::kCapacity) {
    TRY(recorded, wire::decode_recorded(bytes));
    TRY(record, wire::decode_referral_record(wire::RecordKind::kCapacity, recorded.record.body));
    return Fact{CapacityFact{std::get<wire::CapacityRecord>(record)}};
  }
  return Fact{};
}

}  // namespace

Result<EntryFacts> read_entry(const ledger::Entry& entry) {
  EntryFacts facts{entry.leaf.position.value, entry.leaf.instant, {}};
  const auto named = [&](Result<Fact> read) -> Result<Fact> {
    if (read) return read;
    return Error{read.error().code,
                 "entry " + std::to_string(facts.position) + ": " + read.error().message};
  };
  if (const auto& routing = entry.part(PartKind::kRouting)) {
    TRY(fact, named(from_routing(entry.leaf.kind, routing->bytes)));
    facts.fact = std::move(fact);
  } else if (const auto& network = entry.part(PartKind::kNetwork)) {
    TRY(fact, named(from_network(entry.leaf.kind, network->bytes)));
    facts.fact = std::move(fact);
  }
  return facts;
}

}  // namespace safeconduct::dashboard
