#include "agents/daemon/referrals.h"

#include <nlohmann/json.hpp>

#include "agents/daemon/place.h"
#include "agents/document/quasi.h"
#include "schemas/seal/hash.h"

namespace safeconduct::agent {
namespace {

using wire::Event;
using wire::State;

constexpr Duration kWaitForFurther = days(5);  // of the seven that a deletion receipt has
constexpr std::size_t kPaidAtOnce = 64;
constexpr std::size_t kSearched = 5000;  // sent referrals looked through for further hops
constexpr std::size_t kPartBytesMax = 8192;
constexpr std::size_t kRequestBytesMax = 4096;

Bytes encode_known(const Known& k) {
  ByteWriter out(320);
  out.u8(k.ours ? 1 : 0).i64(k.at.ms).u64(k.position).blob(wire::encode(k.part));
  return out.take();
}

Result<Known> decode_known(ByteView bytes) {
  ByteReader in(bytes);
  Known k;
  k.ours = in.u8() == 1;
  k.at.ms = in.i64();
  k.position = in.u64();
  TRY(part, wire::decode_referral_part(in.blob(kPartBytesMax)));
  k.part = std::move(part);
  TRY_OK(in.finish("known referral"));
  return k;
}

// Duties and exceptions are told with the referral but are no step of it.
bool is_step(Event event) {
  switch (event) {
    case Event::kRequested:
    case Event::kMoved:
    case Event::kAcceptedElsewhere:
    case Event::kReminder:
    case Event::kNextCandidate:
    case Event::kEscalation:
    case Event::kExpired:
    case Event::kClosed:
      return true;
    case Event::kOnward:
    case Event::kDeletionOwed:
    case Event::kDeletionReceipt:
    case Event::kDeletionLate:
    case Event::kExceptionRequested:
    case Event::kSecondApproved:
    case Event::kSecondRefused:
    case Event::kReviewed:
    case Event::kPersonTold:
    case Event::kPersonNotTold:
    case Event::kSecondMissing:
    case Event::kReviewMissing:
    case Event::kTellingMissing:
    case Event::kAccessEnded:
    case Event::kNoSafeRecipient:
    case Event::kStopped:
    case Event::kStopLate:
      return false;
  }
  return false;
}

}  // namespace

Digest code_of(const Digest& salt, std::string_view text) {
  return seal::labelled_hash("safeconduct/1 code", {salt, view_of(text)});
}

Status Referrals::take_entry(Change& change, const ledger::Entry& entry) {
  if (!ledger::has_referral_part(entry.leaf.kind)) return {};
  const auto& sender = entry.part(ledger::PartKind::kSender);
  const auto& recipient = entry.part(ledger::PartKind::kRecipient);
  if (!sender && !recipient) return {};
  Known known;
  known.ours = sender.has_value();
  known.at = entry.leaf.instant;
  known.position = entry.leaf.position.value;
  TRY(part, wire::decode_referral_part(sender ? sender->bytes : recipient->bytes));
  known.part = std::move(part);
  // A recipient's part says `withdrawn` whatever the cause; that it owes a receipt, the kind says.
  const bool owed = !known.ours && entry.leaf.kind == ledger::EntryKind::kDeletion;
  if (owed) known.part.event = Event::kDeletionOwed;
  if (is_step(known.part.event)) {
    change.put(place::referral(known.part.referral), encode_known(known));
  }
  return known.ours ? follow_ours(change, known) : follow_theirs(change, known);
}

Status Referrals::follow_ours(Change& change, const Known& known) {
  const wire::ReferralPart& part = known.part;
  if (part.event == Event::kNextCandidate) return ask_next(change, part);
  if (part.event == Event::kDeletionReceipt) {
    std::uint32_t kept = 0;
    if (!part.record.empty()) {
      TRY(recorded, wire::decode_recorded(part.record));
      TRY(said, wire::decode_referral_record(recorded.record.kind, recorded.record.body));
      if (const auto* deletion = std::get_if<wire::DeletionRecord>(&said)) kept = deletion->kept;
    }
    change.put(place::deleted_there(part.message),
               ByteWriter().u64(known.position).i64(known.at.ms).u32(kept).take());
    return {};
  }
  if (part.event == Event::kOnward) {
    change.put(place::onward(part.parent, part.referral), encode_known(known));
  }
  if (part.event == Event::kDeletionLate) {
    desk_->problems.add("`" + part.to.text() + "` has not confirmed that it deleted message `" +
                        part.message.text() + "`; ask it");
  }
  if (part.event == Event::kStopLate) {
    desk_->problems.add("`" + part.to.text() + "` was told to stop using message `" +
                        part.message.text() + "` and has not said within the hour that it did; " +
                        "call it");
  }
  if (part.message.is_zero()) return {};
  const bool expired = part.event == Event::kExpired;
  if (expired || part.event == Event::kAcceptedElsewhere) {
    return outbox_->referral_over(change, part.message,
                                  expired ? SentState::kExpired : SentState::kWithdrawn);
  }
  return {};
}

Status Referrals::follow_theirs(Change& change, const Known& known) {
  const wire::ReferralPart& part = known.part;
  if (part.event == Event::kDeletionOwed) {
    change.put(place::deletion_owed(part.message),
               ByteWriter().u32(part.categories).i64(known.at.ms).take());
    // The inbox stopped it; what further hops deleted may be waited for, that much not.
    wire::DeletionRecord stopped;
    stopped.message = part.message;
    stopped.by = desk_->self;
    stopped.at = desk_->now();
    say(change, stopped);
    return {};
  }
  const bool over = part.state == State::kWithdrawn || part.state == State::kExpired ||
                    part.state == State::kDeclined || part.state == State::kRecalled;
  // What was asked before identity, or declined, is not needed here any more (DOMAIN B1).
  if (over && is_step(part.event)) return inbox_->stop(change, part.message);
  return {};
}

// --- several agencies

Result<wire::RequestRecord> Referrals::ask(Change& change, wire::RequestRecord request,
                                           std::string_view inquiry) {
  request.id.bytes = desk_->random.array<16>();
  request.by = desk_->self;
  request.at = desk_->now();
  for (wire::Candidate& c : request.candidates) c.referral.bytes = desk_->random.array<16>();
  nlohmann::json form = nlohmann::json::parse(inquiry, nullptr, false);
  form["to"] = request.candidates.front().agency.text();
  TRY(document, document::parse_document(form.dump()));
  request.quasi = document::quasi_identifiers(document, request.at);
  TRY_OK(document::check_quasi_identifiers(request.quasi,
                                           desk_->book.term(policies::Term::kQuasiIdentifiers)));
  if (document.consent) request.consent = *document.consent;
  const Bytes key = place::request(request.id);
  change.put(key, ByteWriter(256).blob(wire::encode(request)).take());
  TRY_OK(change.put_secret(key, view_of(inquiry)));
  say(change, request);
  for (std::size_t i = 0; i < request.together; ++i) {
    TRY_OK(send_inquiry(change, request, i, inquiry));
  }
  return request;
}

Status Referrals::send_inquiry(Change& change, const wire::RequestRecord& request,
                               std::size_t index, std::string_view inquiry) {
  const wire::Candidate& c = request.candidates[index];
  nlohmann::json form = nlohmann::json::parse(inquiry, nullptr, false);
  form["to"] = c.agency.text();
  form["to_role"] = policies::name(static_cast<policies::Role>(c.role));
  TRY(sent, outbox_->stage(change, form.dump(), c.referral));
  staged_.push_back(std::move(sent));
  return {};
}

Status Referrals::ask_next(Change& change, const wire::ReferralPart& part) {
  const Bytes key = place::request(part.request);
  TRY(value, change.get(key));
  TRY(secret, desk_->store.secret(key));
  if (!value || !secret) return {};
  ByteReader in(*value);
  TRY(record, wire::decode_referral_record(wire::RecordKind::kRequest, in.blob(kRequestBytesMax)));
  const auto& request = std::get<wire::RequestRecord>(record);
  for (std::size_t i = 0; i < request.candidates.size(); ++i) {
    if (request.candidates[i].referral != part.referral) continue;
    return send_inquiry(change, request, i, text_of(secret->expose()));
  }
  return {};
}

void Referrals::committed() {
  for (const Sent& sent : std::exchange(staged_, {})) outbox_->enqueue(sent);
}

std::uint64_t Referrals::say(Change& change, const wire::ReferralRecord& record) {
  Outgoing out;
  out.kind = wire::kind_of(record);
  out.body = wire::encode(record);
  return records_->add(*desk_, change, std::move(out));
}

// --- deletion

void Referrals::keep(Change& change, const MessageId& message, const KeptElsewhere& kept) {
  ByteWriter out;
  out.u32(kept.categories).u8(static_cast<std::uint8_t>(kept.ground)).i64(kept.until.ms);
  change.put(place::kept_elsewhere(message), out.take());
}

Result<std::optional<std::vector<std::uint64_t>>> Referrals::further_receipts(
    const MessageId& message, Instant since) const {
  TRY(all, outbox_->list(std::nullopt, kSearched));
  std::vector<std::uint64_t> found;
  bool missing = false;
  for (const Sent& sent : all) {
    const bool held = sent.received_kept != 0 || sent.state == SentState::kDelivered;
    if (sent.prior != message || !held) continue;
    TRY(value, desk_->store.get(place::deleted_there(sent.current)));
    if (value) {
      found.push_back(ByteReader(*value).u64());
    } else {
      missing = true;
    }
  }
  if (missing && desk_->now() < since + kWaitForFurther) {
    return std::optional<std::vector<std::uint64_t>>();
  }
  std::sort(found.begin(), found.end());
  if (found.size() > wire::kFurtherHopsMax) found.resize(wire::kFurtherHopsMax);
  return std::optional(std::move(found));
}

// Whatever was to be deleted has been: the inbox destroyed it when it was told to stop.
Status Referrals::pay(Change& change, const MessageId& message, std::uint32_t owed, Instant since) {
  TRY(further, further_receipts(message, since));
  if (!further) return {};
  wire::DeletionRecord record;
  record.message = message;
  record.by = desk_->self;
  record.deleted = owed;
  record.further = std::move(*further);
  record.at = desk_->now();
  TRY(kept, desk_->store.get(place::kept_elsewhere(message)));
  if (kept) {
    ByteReader in(*kept);
    record.kept = in.u32() & owed;
    record.deleted = owed & ~record.kept;
    const auto ground = static_cast<wire::KeepGround>(in.u8());
    const Instant until{in.i64()};
    if (record.kept != 0) {
      record.ground = ground;
      record.kept_until = until;
    }
  }
  say(change, record);
  change.erase(place::deletion_owed(message));
  return {};
}

Status Referrals::tick(Change& change) {
  struct Owed {
    MessageId message;
    std::uint32_t categories = 0;
    Instant since;
  };
  std::vector<Owed> owed;
  TRY(shown, desk_->store.each(place::all('D'), {}, kPaidAtOnce,
                               [&](ByteView key, ByteView value) -> Status {
                                 ByteReader in(value);
                                 Owed one;
                                 one.message.bytes = ByteReader(key.subspan(1)).array<16>();
                                 one.categories = in.u32();
                                 one.since.ms = in.i64();
                                 owed.push_back(one);
                                 return {};
                               }));
  static_cast<void>(shown);
  for (const Owed& one : owed) TRY_OK(pay(change, one.message, one.categories, one.since));
  return {};
}

Result<std::optional<Referrals::Deleted>> Referrals::deletion_of(const MessageId& message) const {
  TRY(stored, desk_->store.get(place::deleted_there(message)));
  if (!stored) return std::optional<Deleted>();
  ByteReader in(*stored);
  (void)in.u64();
  Deleted out;
  out.at.ms = in.i64();
  out.kept = in.u32();
  TRY_OK(in.finish("a deletion receipt"));
  return std::optional(out);
}

Result<std::vector<Known>> Referrals::onward_from(const ReferralId& ours) const {
  std::vector<Known> found;
  TRY_OK(
      desk_->store.each(place::onward(ours), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
        TRY(known, decode_known(value));
        found.push_back(std::move(known));
        return {};
      }));
  return found;
}

Result<std::vector<std::pair<MessageId, std::uint64_t>>> Referrals::deletions(
    std::size_t limit) const {
  std::vector<std::pair<MessageId, std::uint64_t>> found;
  TRY_OK(desk_->store.each(place::all('Z'), {}, limit, [&](ByteView key, ByteView value) -> Status {
    found.emplace_back(MessageId{ByteReader(key.subspan(1)).array<16>()}, ByteReader(value).u64());
    return {};
  }));
  return found;
}

// --- what is known

Result<Known> Referrals::find(const ReferralId& id) const {
  TRY(value, desk_->store.get(place::referral(id)));
  if (!value) return not_found("nothing is known of a referral `" + id.text() + "` here");
  return decode_known(*value);
}

Result<std::vector<Known>> Referrals::list(std::size_t limit) const {
  std::vector<Known> found;
  TRY_OK(desk_->store.each(place::all('R'), {}, limit, [&](ByteView, ByteView value) -> Status {
    TRY(known, decode_known(value));
    found.push_back(std::move(known));
    return {};
  }));
  return found;
}

}  // namespace safeconduct::agent
