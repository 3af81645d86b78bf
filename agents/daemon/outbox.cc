#include "agents/daemon/outbox.h"

#include <algorithm>

#include "agents/daemon/place.h"
#include "agents/document/minimise.h"
#include "agents/document/quasi.h"
#include "schemas/base/limits.h"

namespace safeconduct::agent {
namespace {

constexpr Duration kReleaseDefault = days(30);
constexpr Duration kPutOff = seconds(2);
constexpr Duration kReleaseAgain = seconds(5);  // until the receipt comes
constexpr Duration kAnswerMax = seconds(60);    // then it is sent again

}  // namespace

Result<Outbox> Outbox::load(Desk& desk, const Consents& consents, const Records& records) {
  Outbox outbox(desk, consents, records);
  std::vector<std::pair<std::uint64_t, MessageId>> found;
  TRY_OK(
      desk.store.each(place::all('q'), {}, SIZE_MAX, [&](ByteView key, ByteView value) -> Status {
        const std::uint64_t seq = ByteReader(key.subspan(1)).u64();
        found.push_back({seq, MessageId{ByteReader(value).array<16>()}});
        return {};
      }));
  for (const auto& [seq, first] : found) {
    TRY(sent, outbox.find(first));
    outbox.queue_[seq] = {first, sent.to, sent.consent, sent.avoid, !sent.current.is_zero()};
  }
  TRY_OK(desk.store.each(place::all('d'), {}, SIZE_MAX, [&](ByteView key, ByteView) -> Status {
    outbox.releases_[MessageId{ByteReader(key.subspan(1)).array<16>()}] = desk.clock.now();
    return {};
  }));
  TRY(last, desk.store.get(place::named("sent seq")));
  if (last) outbox.next_seq_ = ByteReader(*last).u64() + 1;
  return outbox;
}

// --- coming in

Result<Sent> Outbox::add(std::string_view json) {
  TRY(all, add_all({std::string(json)}));
  return all.front();
}

Result<Sent> Outbox::add(std::string_view json, const ReferralId& referral) {
  Change change(desk_->store);
  TRY(sent, stage(change, json, referral));
  TRY_OK(change.commit());
  enqueue(sent);
  return sent;
}

Result<std::vector<Sent>> Outbox::add_all(const std::vector<std::string>& documents) {
  Change change(desk_->store);
  std::vector<Sent> added;
  for (const std::string& json : documents) {
    TRY(sent, stage(change, json, std::nullopt));
    added.push_back(std::move(sent));
  }
  TRY_OK(change.commit());
  for (const Sent& sent : added) enqueue(sent);
  return added;
}

Result<Sent> Outbox::stage(Change& change, std::string_view json,
                           const std::optional<ReferralId>& referral) {
  document::ReferralDocument document;
  TRY(sent, make(json, document));
  if (referral) sent.referral = *referral;
  sent.seq = next_seq_++;
  put(change, sent);
  TRY_OK(change.put_secret(place::sent(sent.first), view_of(document::to_json(document))));
  change.put(place::outbox(sent.seq), to_bytes(ByteView(sent.first.bytes)));
  change.put(place::sent_order(sent.seq), to_bytes(ByteView(sent.first.bytes)));
  if (!sent.consent.is_zero()) {
    change.put(place::sent_on(sent.consent, sent.seq), to_bytes(ByteView(sent.first.bytes)));
  }
  change.put(place::content_end(sent.content_end, sent.first), {});
  change.put(place::named("sent seq"), ByteWriter().u64(sent.seq).take());
  return sent;
}

void Outbox::enqueue(const Sent& sent) {
  queue_[sent.seq] = {sent.first, sent.to, sent.consent, {}, false};
}

Result<Sent> Outbox::make(std::string_view json, document::ReferralDocument& document) {
  TRY(parsed, document::parse_document(json));
  document = std::move(parsed);
  const Instant now = desk_->now();
  const bool inquiry = document.stage == policies::Stage::kInquiry;
  // What names nobody must not tell who it is by the sum of its parts either.
  if (inquiry || document.basis == policies::Basis::kStatutoryAnonymous) {
    TRY_OK(document::check_quasi_identifiers(document::quasi_identifiers(document, now),
                                             desk_->book.term(policies::Term::kQuasiIdentifiers)));
  }
  Sent sent;
  sent.first.bytes = desk_->random.array<16>();
  sent.referral.bytes = desk_->random.array<16>();
  sent.to = document.to;
  sent.from_role = static_cast<std::uint8_t>(document.as);
  sent.to_role = static_cast<std::uint8_t>(document.to_role);
  sent.purpose = static_cast<std::uint8_t>(document.purpose);
  sent.urgency = static_cast<std::uint8_t>(document.urgency);
  sent.stage = static_cast<std::uint8_t>(document.stage);
  sent.basis = static_cast<std::uint8_t>(document.basis);
  const auto life = [&](policies::Term term) { return hours(desk_->book.term(term)); };
  sent.circumstances = document.circumstances;
  // It runs as long as the policy says, whether or not somebody thought of saying so.
  if (document.reflection_since &&
      now < *document.reflection_since + life(policies::Term::kReflection)) {
    sent.circumstances |= static_cast<std::uint16_t>(policies::Circumstance::kReflection);
  }
  sent.queued_at = sent.changed_at = now;
  sent.content_end =
      now + (inquiry ? life(policies::Term::kInquiryLife)
                     : std::min(kReleaseDefault, life(policies::Term::kContentLife)));
  if (document.content_end) sent.content_end = *document.content_end;
  TRY_OK(check_ground(document, sent));
  if (sent.content_end <= now) {
    return invalid("the referral's content would end at `" + to_rfc3339(sent.content_end) +
                   "`, which is past; give a later `content_end` or renew the consent");
  }
  return sent;
}

Status Outbox::check_ground(const document::ReferralDocument& document, Sent& sent) const {
  if (desk_->book.directory() && desk_->book.agency(document.to) == nullptr) {
    return not_found("there is no agency `" + document.to.text() +
                     "` in the network's directory; check its name");
  }
  if (document.consent && !document.consent->is_zero()) {
    TRY(consent, consents_->find(*document.consent));
    sent.consent = consent.id;
    // Not beyond the consent; when that is over already, the broker is to say so.
    const Instant over = std::max(record_of(consent).expires, sent.queued_at + minutes(1));
    sent.content_end = std::min(sent.content_end, over);
  }
  if (document.prior) {
    TRY(value, desk_->store.get(place::inbox(*document.prior)));
    if (!value) {
      return not_found("there is no message `" + document.prior->text() +
                       "` in the inbox to pass on");
    }
    TRY(prior, decode_received(*value));
    if (prior.rejection != 0 || prior.stopped || prior.ended) {
      return Error{ErrorCode::kConflict, "message `" + document.prior->text() +
                                             "` was stopped or has ended; it may not be passed on"};
    }
    sent.prior = prior.message;
    sent.hop = static_cast<std::uint8_t>(prior.hop + 1);
    sent.content_end = std::min(sent.content_end, prior.content_end);
  }
  return {};
}

// --- going out

struct Outbox::Batch {
  struct Item {
    std::uint64_t seq = 0;
    Sent sent;
    SealedItem sealed;
  };
  std::map<AgencyId, std::vector<Item>> by_recipient;
};

bool Outbox::can_seal(const Queued& item) const {
  const Book& book = desk_->book;
  if (!book.policy() || !book.directory() || records_->is_waiting(item.consent)) return false;
  if (book.policy()->direct()) {
    const wire::DirectoryAgency* recipient = book.agency(item.to);
    if (recipient == nullptr || recipient->direct.empty()) return false;
  }
  return book.card(item.to, desk_->now(), item.avoid) != nullptr;
}

Result<std::vector<Outbox::Release>> Outbox::take_releases() {
  std::vector<Release> out;
  const Instant now = desk_->clock.now();
  for (auto& [message, due] : releases_) {
    if (due > now) continue;
    due = now + kReleaseAgain;
    TRY(bytes, desk_->store.get(place::direct(message)));
    if (!bytes) continue;
    TRY(sent, find(message));
    if (sent.state != SentState::kDelivered) continue;
    TRY(sealed, wire::decode_sealed(*bytes));
    std::erase_if(sealed.slots,
                  [&](const wire::Slot& slot) { return (sent.kept >> slot.number & 1) == 0; });
    out.push_back({sent.to, wire::encode_sealed(sealed)});
  }
  return out;
}

std::size_t Outbox::waiting() const {
  const auto waits = [&](const auto& entry) {
    return !entry.second.sealed && !can_seal(entry.second);
  };
  return static_cast<std::size_t>(std::count_if(queue_.begin(), queue_.end(), waits));
}

Result<bool> Outbox::pump() {
  const Instant now = desk_->clock.now();
  std::vector<std::uint64_t> to_seal;
  std::size_t under_way = 0;
  bool more = false;
  for (auto& [seq, item] : queue_) {
    if (under_way + to_seal.size() >= limits::kSignBatchMax) {
      more = true;
      break;
    }
    if (item.sent_at) {
      ++under_way;
    } else if (item.not_before <= now && item.sealed) {
      TRY_OK(send_kept(item));
      ++under_way;
    } else if (item.not_before <= now && can_seal(item)) {
      to_seal.push_back(seq);
    }
  }
  Change change(desk_->store);
  Batch batch;
  for (const std::uint64_t seq : to_seal) TRY_OK(seal_one(change, seq, batch));
  TRY_OK(sign_and_keep(change, batch));
  return more;
}

Result<Ground> Outbox::ground_of(const Sent& sent) const {
  Ground ground;
  if (!sent.consent.is_zero()) {
    TRY(consent, consents_->find(sent.consent));
    ground.consent = std::move(consent);
  }
  if (!sent.prior.is_zero()) {
    TRY(value, desk_->store.get(place::inbox(sent.prior)));
    if (!value) return corrupt("the message that a stored referral passes on is gone");
    TRY(prior, decode_received(*value));
    ground.prior = policies::Levels();
    for (std::uint8_t slot = 0; slot < policies::kSlotCount; ++slot) {
      const policies::Category category = policies::slot_category(slot);
      const bool kept = (prior.kept >> slot & 1U) != 0;
      if (kept && ground.prior[category] < policies::slot_level(slot)) {
        ground.prior.set(category, policies::slot_level(slot));
      }
    }
  }
  return ground;
}

Status Outbox::seal_one(Change& change, std::uint64_t seq, Batch& batch) {
  TRY(sent, find(queue_.at(seq).first));
  if (sent.content_end <= desk_->now()) return {};  // end_content() says so
  TRY(secret, desk_->store.secret(place::sent(sent.first)));
  if (!secret) return corrupt("the document of a queued referral is gone");
  TRY(document, document::parse_document(text_of(secret->expose())));
  TRY(ground, ground_of(sent));
  const bool first_time = sent.supersedes.is_zero();
  sent.current = first_time ? sent.first : MessageId{desk_->random.array<16>()};
  const wire::SealingCard* card = desk_->book.card(sent.to, desk_->now(), sent.avoid);
  auto sealed = seal_referral(*desk_, sent, document, ground, *card);
  if (!sealed) {
    desk_->problems.add("referral `" + sent.first.text() +
                        "` could not be sealed: " + sealed.error().message);
    sent.current = MessageId();
    sent.verdict = static_cast<std::uint8_t>(wire::Verdict::kMalformed);
    return finish(change, std::move(sent), SentState::kRefused);
  }
  auto& items = batch.by_recipient[sent.to];
  items.push_back({seq, std::move(sent), std::move(*sealed)});
  return {};
}

// One signature per recipient; kept durably before a byte leaves.
Status Outbox::sign_and_keep(Change& change, Batch& batch) {
  for (auto& [to, items] : batch.by_recipient) {
    std::vector<Digest> digests;
    for (const Batch::Item& item : items) digests.push_back(item.sealed.digest);
    const auto signatures =
        seal::sign_batch(desk_->signing, seal::BatchKind::kMessages, digests, desk_->random);
    for (std::size_t i = 0; i < items.size(); ++i) {
      Batch::Item& item = items[i];
      item.sealed.submission.sealed.signature = to_wire(signatures[i]);
      if (desk_->book.policy()->direct()) {
        // INVARIANT: no content, not even sealed, leaves for the broker.
        wire::Sealed& sealed = item.sealed.submission.sealed;
        change.put(place::direct(item.sent.current), wire::encode_sealed(sealed));
        sealed.slots.clear();
        sealed.encapsulated = {};
      }
      change.put(place::frame(item.sent.current),
                 wire::encode(wire::ToBroker{0, item.sealed.submission}));
      if (item.sent.current != item.sent.first) {
        change.put(place::alias(item.sent.current), to_bytes(ByteView(item.sent.first.bytes)));
      }
      put(change, item.sent);
    }
  }
  TRY_OK(change.commit());
  for (auto& [to, items] : batch.by_recipient) {
    for (Batch::Item& item : items) {
      Queued& queued = queue_.at(item.seq);
      queued.sealed = true;
      queued.sent_at = desk_->clock.now();
      queued.request = desk_->port.send(std::move(item.sealed.submission));
    }
  }
  return {};
}

Status Outbox::send_kept(Queued& item) {
  TRY(sent, find(item.first));
  TRY(frame, desk_->store.get(place::frame(sent.current)));
  if (!frame) return corrupt("the sealed bytes of a queued referral are gone");
  TRY(decoded, wire::decode_to_broker(*frame));
  auto* submission = std::get_if<wire::Submission>(&decoded.body);
  if (submission == nullptr) return corrupt("the sealed bytes of a queued referral are damaged");
  item.request = desk_->port.send(std::move(*submission));
  item.sent_at = desk_->clock.now();
  return {};
}

void Outbox::connection_ended() {
  for (auto& [seq, item] : queue_) item.sent_at.reset();
}

void Outbox::resend_unanswered() {
  const Instant now = desk_->clock.now();
  for (auto& [seq, item] : queue_) {
    if (item.sent_at && *item.sent_at + kAnswerMax <= now) item.sent_at.reset();
  }
}

std::optional<MessageId> Outbox::asked_by(std::uint64_t request) const {
  for (const auto& [seq, item] : queue_) {
    if (item.sent_at && item.request == request) {
      const auto sent = find(item.first);
      return sent ? std::optional(sent->current) : std::nullopt;
    }
  }
  return std::nullopt;
}

void Outbox::put_off(const MessageId& message) {
  auto sent = find(message);
  if (!sent) return;
  const auto found = queue_.find(sent->seq);
  if (found == queue_.end()) return;
  found->second.sent_at.reset();
  found->second.not_before = desk_->clock.now() + kPutOff;
}

}  // namespace safeconduct::agent
