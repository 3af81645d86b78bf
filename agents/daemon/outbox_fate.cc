// What becomes of a referral that was sent: the broker's decisions, the recipient's receipt, its
// end.
#include <algorithm>

#include "agents/daemon/outbox.h"
#include "agents/daemon/place.h"
#include "schemas/seal/hash.h"
#include "schemas/wire/parts.h"

namespace safeconduct::agent {
namespace {

constexpr std::uint8_t kRetriesMax = 3;  // sealings again after a refusal that asks for one
constexpr std::size_t kEndedPerCall = 64;

// Refusals that a fresh sealing answers: an old key, an old clock, too long on its way.
bool asks_to_seal_again(std::uint8_t verdict) {
  switch (static_cast<wire::Verdict>(verdict)) {
    case wire::Verdict::kSealingKey:
    case wire::Verdict::kWrongClock:
    case wire::Verdict::kExpired:
    case wire::Verdict::kDirectOnly:
    case wire::Verdict::kNoContent:
      return true;
    default:
      return false;
  }
}

void take_decision(Sent& sent, const wire::SenderPart& part, std::uint64_t position) {
  sent.verdict = part.verdict;
  sent.kept = part.kept;
  sent.outcome = part.outcome;
  sent.rules = part.rules;
  sent.obligations = part.obligations;
  sent.position = position;
}

}  // namespace

void Outbox::put(Change& change, Sent& sent) {
  change.put(place::sent(sent.first), encode(sent));
}

void Outbox::leave_queue(Change& change, const Sent& sent) {
  change.erase(place::outbox(sent.seq));
  if (!sent.current.is_zero()) change.erase(place::frame(sent.current));
  queue_.erase(sent.seq);
}

void Outbox::drop_release(Change& change, const Sent& sent) {
  if (sent.current.is_zero()) return;
  change.erase(place::direct(sent.current));
  releases_.erase(sent.current);
}

Status Outbox::finish(Change& change, Sent sent, SentState state) {
  leave_queue(change, sent);
  drop_release(change, sent);
  change.erase(place::content_end(sent.content_end, sent.first));
  sent.state = state;
  sent.changed_at = desk_->now();
  put(change, sent);
  return change.erase_secret(place::sent(sent.first));
}

Status Outbox::seal_again(Change& change, Sent sent) {
  leave_queue(change, sent);
  drop_release(change, sent);
  sent.supersedes = sent.current;
  sent.superseded_digest = sent.digest;
  sent.current = MessageId();
  sent.state = SentState::kQueued;
  sent.changed_at = desk_->now();
  put(change, sent);
  change.put(place::outbox(sent.seq), to_bytes(ByteView(sent.first.bytes)));
  queue_[sent.seq] = {sent.first, sent.to, sent.consent, sent.avoid, false};
  return {};
}

Status Outbox::send_again(Change& change) {
  std::vector<Sent> open;
  TRY_OK(desk_->store.each(place::all('S'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    MessageId first;
    if (value.size() != first.bytes.size()) return {};
    std::copy(value.begin(), value.end(), first.bytes.begin());
    TRY(sent, load_sent(change, first));
    const bool on_its_way =
        sent && (sent->state == SentState::kSubmitted || sent->state == SentState::kDelivered);
    if (on_its_way) open.push_back(std::move(*sent));
    return {};
  }));
  for (Sent& sent : open) TRY_OK(seal_again(change, std::move(sent)));
  return {};
}

Status Outbox::decided(Change& change, const wire::Decided& decided) {
  TRY(sent, load_sent(change, decided.message));
  if (!sent || sent->current != decided.message) return {};
  auto part = wire::decode_sender(decided.sender_part);
  if (!part || part->message != decided.message) {
    desk_->problems.add("the broker's answer about `" + decided.message.text() +
                        "` is not readable; the ledger will tell");
    return {};
  }
  return on_submission(change, std::move(*sent), *part, decided.position);
}

Status Outbox::referral_over(Change& change, const MessageId& message, SentState state) {
  TRY(sent, load_sent(change, message));
  if (!sent || is_final(sent->state)) return {};
  return finish(change, std::move(*sent), state);
}

Status Outbox::not_understood(Change& change, const MessageId& message) {
  TRY(sent, load_sent(change, message));
  if (!sent || sent->current != message || sent->state != SentState::kQueued) return {};
  sent->verdict = static_cast<std::uint8_t>(wire::Verdict::kMalformed);
  return finish(change, std::move(*sent), SentState::kRefused);
}

Status Outbox::take_entry(Change& change, const ledger::Entry& entry) {
  const auto& sender = entry.part(ledger::PartKind::kSender);
  const ledger::EntryKind kind = entry.leaf.kind;
  if (!sender || ledger::has_referral_part(kind) || kind == ledger::EntryKind::kUnmetNeed) {
    return {};
  }
  TRY(part, wire::decode_sender(sender->bytes));
  TRY(sent, load_sent(change, part.message));
  if (!sent || part.message.is_zero()) return {};
  const bool receipt = entry.leaf.kind == ledger::EntryKind::kReceipt;
  const bool late_receipt = receipt && part.message == sent->supersedes;
  if (sent->current != part.message && !late_receipt) return {};
  const std::uint64_t position = entry.leaf.position.value;
  switch (entry.leaf.kind) {
    case ledger::EntryKind::kSubmission:
      return on_submission(change, std::move(*sent), part, position);
    case ledger::EntryKind::kDelivery:
      return on_delivery(change, std::move(*sent), part, position);
    case ledger::EntryKind::kReceipt:
    case ledger::EntryKind::kRejection:
      return on_receipt(change, std::move(*sent), part, position);
    case ledger::EntryKind::kExpiry:
      if (is_final(sent->state)) return {};
      sent->expiries += 1;
      if (sent->content_end <= desk_->now()) {
        return finish(change, std::move(*sent), SentState::kExpired);
      }
      return seal_again(change, std::move(*sent));
    case ledger::EntryKind::kWithdrawal:
    case ledger::EntryKind::kRecall:
      if (part.verdict == 0) return {};  // narrowed only
      sent->verdict = part.verdict;
      sent->position = position;
      return finish(change, std::move(*sent), SentState::kWithdrawn);
    default:  // no other kind has a sender
      return {};
  }
}

Status Outbox::on_submission(Change& change, Sent sent, const wire::SenderPart& part,
                             std::uint64_t position) {
  if (sent.state != SentState::kQueued) return {};
  take_decision(sent, part, position);
  if (part.verdict == 0) {
    leave_queue(change, sent);
    sent.state = SentState::kSubmitted;
    sent.changed_at = desk_->now();
    sent.retries = 0;
    put(change, sent);
    return {};
  }
  const bool again = asks_to_seal_again(part.verdict) && sent.retries < kRetriesMax &&
                     desk_->now() < sent.content_end;
  if (!again) return finish(change, std::move(sent), SentState::kRefused);
  sent.retries = static_cast<std::uint8_t>(sent.retries + 1);
  if (part.verdict == static_cast<std::uint8_t>(wire::Verdict::kSealingKey)) {
    sent.avoid = sent.sealed_to;
  }
  return seal_again(change, std::move(sent));
}

Status Outbox::on_delivery(Change& change, Sent sent, const wire::SenderPart& part,
                           std::uint64_t position) {
  if (is_final(sent.state)) return {};
  take_decision(sent, part, position);
  if (part.verdict == static_cast<std::uint8_t>(wire::Verdict::kDirectOnly) &&
      desk_->now() < sent.content_end) {
    return seal_again(change, std::move(sent));
  }
  if (part.verdict != 0) return finish(change, std::move(sent), SentState::kRefused);
  leave_queue(change, sent);
  TRY(kept_here, change.get(place::direct(sent.current)));
  if (kept_here) releases_[sent.current] = desk_->clock.now();
  sent.state = SentState::kDelivered;
  sent.changed_at = desk_->now();
  if (sent.delivered_at.ms == 0) sent.delivered_at = sent.changed_at;
  put(change, sent);
  return {};
}

Status Outbox::on_receipt(Change& change, Sent sent, const wire::SenderPart& part,
                          std::uint64_t position) {
  const bool late = sent.state == SentState::kExpired || sent.state == SentState::kWithdrawn;
  // A redelivery may have been refused after the first one was given.
  if (sent.state == SentState::kReceived || sent.state == SentState::kRejected) return {};
  TRY(frame, wire::decode_receipt_frame(part.receipt));
  TRY(receipt, wire::decode_receipt(frame.body));
  const wire::DirectoryAgency* recipient = desk_->book.agency(sent.to);
  const Digest digest = seal::labelled_hash(wire::kReceiptDigestLabel, {frame.body});
  const bool signed_by_recipient =
      recipient != nullptr &&
      seal::verify_batch(seal::VerifyKey{recipient->signing_key}, seal::BatchKind::kReceipts,
                         digest, from_wire(frame.signature))
          .has_value();
  const bool of_current = receipt.message == sent.current;
  const Digest& expected = of_current ? sent.digest : sent.superseded_digest;
  if (!signed_by_recipient || receipt.message != part.message || receipt.digest != expected) {
    desk_->problems.add("the receipt for `" + sent.first.text() + "` is not signed by `" +
                        sent.to.text() + "`; ask that agency whether it has the referral");
    return {};
  }
  sent.position = position;
  sent.received_kept = receipt.kept;
  if (sent.delivered_at.ms == 0) sent.delivered_at = desk_->now();
  sent.rejection = static_cast<std::uint8_t>(receipt.rejection);
  const bool accepted = receipt.rejection == wire::Rejection::kNone;
  sent.differs = accepted && receipt.kept != sent.kept;
  if (late) {  // its end stands; what the recipient signed is known all the same
    put(change, sent);
    return {};
  }
  if (accepted) return finish(change, std::move(sent), SentState::kReceived);
  const bool again = receipt.rejection == wire::Rejection::kUnknownKey &&
                     sent.retries < kRetriesMax && desk_->now() < sent.content_end;
  if (!again) return finish(change, std::move(sent), SentState::kRejected);
  sent.retries = static_cast<std::uint8_t>(sent.retries + 1);
  sent.avoid = sent.sealed_to;
  return seal_again(change, std::move(sent));
}

Status Outbox::consent_withdrawn(Change& change, const ConsentId& consent) {
  std::vector<MessageId> ending;
  for (const auto& [seq, item] : queue_) {
    if (item.consent == consent && !item.sealed) ending.push_back(item.first);
  }
  for (const MessageId& first : ending) {
    TRY(sent, load_sent(change, first));
    if (!sent) continue;
    sent->verdict = static_cast<std::uint8_t>(policies::Reason::kConsentWithdrawn);
    TRY_OK(finish(change, std::move(*sent), SentState::kWithdrawn));
  }
  return {};
}

Status Outbox::end_content(Change& change) {
  std::vector<MessageId> ending;
  const Instant now = desk_->now();
  const Bytes past = place::content_end(now + milliseconds(1), MessageId());
  TRY_OK(
      desk_->store.each(place::all('x'), {}, kEndedPerCall, [&](ByteView key, ByteView) -> Status {
        if (std::lexicographical_compare(key.begin(), key.end(), past.begin(), past.end())) {
          ending.push_back(MessageId{ByteReader(key.subspan(9)).array<16>()});
        }
        return {};
      }));
  for (const MessageId& first : ending) {
    TRY(sent, load_sent(change, first));
    if (!sent) continue;
    if (sent->state == SentState::kDelivered) {  // a receipt may still come; nothing is re-sealed
      change.erase(place::content_end(sent->content_end, first));
      drop_release(change, *sent);
      TRY_OK(change.erase_secret(place::sent(first)));
    } else if (!is_final(sent->state)) {
      TRY_OK(finish(change, std::move(*sent), SentState::kExpired));
    }
  }
  return {};
}

}  // namespace safeconduct::agent
