#include "agents/daemon/inbox.h"

#include <algorithm>

#include "agents/daemon/place.h"
#include "agents/daemon/sealer.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/hash.h"
#include "schemas/wire/parts.h"

namespace safeconduct::agent {
namespace {

// The feed entry follows its delivery within the broker's tick; a directory or policy too.
constexpr Duration kEarlyMax = seconds(5);
constexpr std::size_t kEndedPerCall = 64;
constexpr std::size_t kReleasedMax = 64;       // 16 MiB of slots at most
constexpr Duration kBroughtMax = seconds(60);  // the sender brings them again

}  // namespace

Result<Inbox> Inbox::load(Desk& desk, const Keyring& keys) {
  Inbox inbox(desk, keys);
  TRY_OK(desk.store.each(place::all('t'), {}, SIZE_MAX, [&](ByteView key, ByteView) -> Status {
    inbox.unanswered_.insert(MessageId{ByteReader(key.subspan(1)).array<16>()});
    return {};
  }));
  TRY(count, desk.store.each(place::all('I'), {}, SIZE_MAX, [&](ByteView key, ByteView) -> Status {
    inbox.next_seq_ = ByteReader(key.subspan(1)).u64() + 1;
    return {};
  }));
  inbox.size_ = count;
  return inbox;
}

// --- deliveries

bool Inbox::slots_come_directly(const wire::Delivery& delivery) const {
  if (!delivery.sealed.slots.empty()) return false;
  const auto entry = desk_->book.prove(delivery.entry);
  if (!entry || !entry->part(ledger::PartKind::kRecipient)) return false;
  const auto part = wire::decode_recipient(entry->part(ledger::PartKind::kRecipient)->bytes);
  return part && part->kept != 0;
}

Status Inbox::await_slots(Change& change, const wire::Delivery& delivery) {
  TRY(header, wire::decode_header(delivery.sealed.header));
  TRY(known, change.get(place::inbox(header.message_id)));
  const auto brought = brought_.find(header.message_id);
  if (brought == brought_.end() && !known) {
    // The broker gives what falls out again on the next connection.
    if (released_.size() >= kReleasedMax) {
      released_.erase(released_.begin());
      ++dealt_with_;
    }
    const auto [at, fresh] = released_.insert_or_assign(header.message_id, delivery);
    if (!fresh) ++dealt_with_;
    return {};
  }
  wire::Delivery whole = delivery;
  if (brought != brought_.end()) {
    whole.sealed = std::move(brought->second.sealed);
    brought_.erase(brought);
  }
  return take_whole(change, whole);
}

Status Inbox::take_direct(Change& change, const AgencyId& from, ByteView bytes) {
  auto sealed = wire::decode_sealed(bytes);
  const auto header =
      sealed ? wire::decode_header(sealed->header) : Result<wire::Header>(sealed.error());
  if (!header || header->from != from || header->to != desk_->self) {
    desk_->problems.add("`" + from.text() +
                        "` brought something directly that is not a message of "
                        "its own for this agency; ask what it is");
    return {};
  }
  const Instant now = desk_->clock.now();
  std::erase_if(brought_, [&](const auto& b) { return b.second.since + kBroughtMax <= now; });
  const auto released = released_.find(header->message_id);
  if (released == released_.end()) {
    TRY(known, change.get(place::inbox(header->message_id)));
    if (!known && brought_.size() < kReleasedMax) {
      brought_[header->message_id] = {std::move(*sealed), now};
    }
    return {};
  }
  wire::Delivery whole = std::move(released->second);
  released_.erase(released);
  whole.sealed = std::move(*sealed);
  return take_whole(change, whole);
}

Status Inbox::take(Change& change, const wire::Delivery& delivery) {
  if (slots_come_directly(delivery)) return await_slots(change, delivery);
  return take_whole(change, delivery);
}

Status Inbox::take_whole(Change& change, const wire::Delivery& delivery) {
  auto opened = open_delivery(*desk_, *keys_, delivery);
  if (!opened) {  // no message id: nothing to sign a rejection for
    desk_->problems.add("a delivery was not readable: " + opened.error().message);
    ++dealt_with_;
    return {};
  }
  auto* refused = std::get_if<NotOpened>(&*opened);
  const MessageId id =
      refused != nullptr ? refused->header.message_id : std::get<Opened>(*opened).header.message_id;
  const bool in_change = std::any_of(fresh_.begin(), fresh_.end(),
                                     [&](const Fresh& fresh) { return fresh.item.message == id; });
  TRY(known, change.get(place::inbox(id)));
  if (known || in_change) {  // it is in the inbox, or was refused: the first receipt again
    if (known) unanswered_.insert(id);
    std::erase_if(under_way_, [&](const auto& entry) { return entry.second == id; });
    ++dealt_with_;
    return {};
  }
  if (refused == nullptr) return enter(change, std::get<Opened>(std::move(*opened)));
  if (refused->may_be_early) {
    const auto same = [&](const Early& early) {
      return early.delivery.sealed.header == delivery.sealed.header;
    };
    if (std::none_of(early_.begin(), early_.end(), same)) {
      early_.push_back({delivery, desk_->clock.now()});
    }
    return {};
  }
  reject(std::move(*refused));
  return {};
}

Status Inbox::retry(Change& change) {
  const Instant now = desk_->clock.now();
  std::vector<Early> waiting = std::exchange(early_, {});
  for (Early& early : waiting) {
    auto opened = open_delivery(*desk_, *keys_, early.delivery);
    if (!opened) continue;
    if (auto* good = std::get_if<Opened>(&*opened)) {
      TRY_OK(enter(change, std::move(*good)));
      continue;
    }
    NotOpened& refused = std::get<NotOpened>(*opened);
    if (refused.may_be_early && now < early.since + kEarlyMax) {
      early_.push_back(std::move(early));
    } else {
      reject(std::move(refused));
    }
  }
  return {};
}

Status Inbox::enter(Change& change, Opened opened) {
  const wire::Header& h = opened.header;
  const Instant now = desk_->now();
  Fresh fresh;
  Received& item = fresh.item;
  item.message = h.message_id;
  item.seq = next_seq_++;
  item.referral = h.referral_id;
  item.from = h.from;
  item.from_role = h.from_role;
  item.to_role = h.to_role;
  item.purpose = h.purpose;
  item.urgency = h.urgency;
  item.stage = h.stage;
  item.hop = h.hop;
  item.received_at = now;
  item.content_end = opened.content_end;
  item.kept = opened.kept;
  item.obligations = std::move(opened.obligations);
  fresh.receipt = {h.message_id, opened.position,        opened.digest,
                   opened.kept,  wire::Rejection::kNone, now};
  TRY_OK(change.put_secret(place::inbox(item.message), encode_slots(opened.slots).expose()));
  change.put(place::inbox(item.message), encode(item));
  change.put(place::arrival(item.seq), to_bytes(ByteView(item.message.bytes)));
  change.put(place::inbox_end(item.content_end, item.message), {});
  fresh_.push_back(std::move(fresh));
  ++size_;
  ++dealt_with_;
  return h.supersedes.is_zero() ? Status() : take_place_of(change, h.supersedes, h.from);
}

// A message that had come, but whose receipt the broker did not have in time, comes under a new id:
// one of them stays.
Status Inbox::take_place_of(Change& change, const MessageId& old, const AgencyId& from) {
  TRY(value, change.get(place::inbox(old)));
  if (!value) return {};
  TRY(item, decode_received(*value));
  if (item.from != from || item.rejection != 0 || item.ended) return {};
  change.erase(place::arrival(item.seq));
  --size_;
  item.ended = true;
  return destroy(change, std::move(item));
}

void Inbox::reject(NotOpened refused) {
  const wire::Header& h = refused.header;
  Fresh fresh;
  fresh.item.message = h.message_id;
  fresh.item.referral = h.referral_id;
  fresh.item.from = h.from;
  fresh.item.received_at = desk_->now();
  fresh.item.rejection = static_cast<std::uint8_t>(refused.code);
  fresh.receipt = {h.message_id, refused.position, refused.digest, 0, refused.code, desk_->now()};
  desk_->problems.add("message `" + h.message_id.text() + "` of `" + h.from.text() +
                      "` was refused: " + refused.why);
  fresh_.push_back(std::move(fresh));
  ++dealt_with_;
}

Status Inbox::sign(Change& change) {
  std::map<AgencyId, std::vector<Fresh*>> by_sender;
  for (Fresh& fresh : fresh_) {
    auto& items = by_sender[fresh.item.from];
    items.push_back(&fresh);
    if (items.size() == seal::kBatchPlaces) TRY_OK(sign_for(change, std::exchange(items, {})));
  }
  for (auto& [from, items] : by_sender) {
    if (!items.empty()) TRY_OK(sign_for(change, std::move(items)));
  }
  fresh_.clear();
  return {};
}

Status Inbox::sign_for(Change& change, std::vector<Fresh*> items) {
  std::vector<Bytes> bodies;
  std::vector<Digest> digests;
  for (const Fresh* fresh : items) {
    bodies.push_back(wire::encode(fresh->receipt));
    digests.push_back(seal::labelled_hash(wire::kReceiptDigestLabel, {bodies.back()}));
  }
  const auto signatures =
      seal::sign_batch(desk_->signing, seal::BatchKind::kReceipts, digests, desk_->random);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Received item = items[i]->item;
    TRY(entered, change.get(place::inbox(item.message)));
    if (entered) {  // a stop may have come in the same breath
      TRY(now, decode_received(*entered));
      item = std::move(now);
    }
    item.receipt = wire::encode_receipt({std::move(bodies[i]), to_wire(signatures[i])});
    change.put(place::inbox(item.message), encode(item));
    change.put(place::receipt(item.message), {});
    unanswered_.insert(item.message);
  }
  return {};
}

// --- receipts

Status Inbox::send_receipts() {
  std::set<MessageId> sent;
  for (const auto& [request, message] : under_way_) sent.insert(message);
  for (const MessageId& message : unanswered_) {
    if (sent.contains(message)) continue;
    TRY(item, find(message));
    TRY(receipt, wire::decode_receipt_frame(item.receipt));
    under_way_.emplace(desk_->port.send(std::move(receipt)), message);
  }
  return {};
}

void Inbox::connection_ended() {
  under_way_.clear();
  early_.clear();  // they come again
  dealt_with_ = 0;
}

std::uint32_t Inbox::dealt_with() {
  return std::exchange(dealt_with_, 0);
}

bool Inbox::receipt_answered(Change& change, std::uint64_t request) {
  const auto sent = under_way_.find(request);
  if (sent == under_way_.end()) return false;
  unanswered_.erase(sent->second);
  change.erase(place::receipt(sent->second));
  under_way_.erase(sent);
  return true;
}

// --- later

Status Inbox::take_entry(Change& change, const ledger::Entry& entry) {
  const auto& recipient = entry.part(ledger::PartKind::kRecipient);
  if (!recipient) return {};
  const ledger::EntryKind kind = entry.leaf.kind;
  if (kind != ledger::EntryKind::kWithdrawal && kind != ledger::EntryKind::kRecall) return {};
  TRY(part, wire::decode_recipient(recipient->bytes));
  TRY(value, change.get(place::inbox(part.message)));
  if (!value) return {};
  TRY(item, decode_received(*value));
  if (!part.stop) return narrow(change, std::move(item), part.kept);
  item.stopped = true;
  return destroy(change, std::move(item));
}

Status Inbox::stop(Change& change, const MessageId& message) {
  TRY(value, change.get(place::inbox(message)));
  if (!value) return {};
  TRY(item, decode_received(*value));
  if (item.stopped || item.ended) return {};
  item.stopped = true;
  return destroy(change, std::move(item));
}

// The person took some categories back: their slots are destroyed, the rest gets a new key.
Status Inbox::narrow(Change& change, Received item, std::uint64_t kept) {
  if ((item.kept & ~kept) == 0 || item.stopped || item.ended) return {};
  TRY(slots, content(item.message));
  const bool not_here_yet = slots.empty();  // it came in this very change
  std::erase_if(slots,
                [&](const seal::OpenedSlot& slot) { return (kept >> slot.number & 1) == 0; });
  item.kept &= kept;
  if (not_here_yet) {
    item.stopped = true;  // what cannot be narrowed is not kept at all
    return destroy(change, std::move(item));
  }
  change.put(place::inbox(item.message), encode(item));
  return change.put_secret(place::inbox(item.message), encode_slots(slots).expose());
}

Status Inbox::destroy(Change& change, Received item) {
  change.erase(place::inbox_end(item.content_end, item.message));
  change.put(place::inbox(item.message), encode(item));
  return change.erase_secret(place::inbox(item.message));
}

Status Inbox::end_content(Change& change) {
  std::vector<MessageId> ending;
  const Bytes past = place::inbox_end(desk_->now() + milliseconds(1), MessageId());
  TRY_OK(
      desk_->store.each(place::all('y'), {}, kEndedPerCall, [&](ByteView key, ByteView) -> Status {
        if (std::lexicographical_compare(key.begin(), key.end(), past.begin(), past.end())) {
          ending.push_back(MessageId{ByteReader(key.subspan(9)).array<16>()});
        }
        return {};
      }));
  for (const MessageId& id : ending) {
    TRY(value, change.get(place::inbox(id)));
    if (!value) continue;
    TRY(item, decode_received(*value));
    item.ended = true;
    TRY_OK(destroy(change, std::move(item)));
  }
  return {};
}

Result<std::vector<Received>> Inbox::list(std::size_t limit) const {
  std::vector<MessageId> ids;
  TRY_OK(
      desk_->store.each_back(place::all('I'), {}, limit, [&](ByteView, ByteView value) -> Status {
        ids.push_back(MessageId{ByteReader(value).array<16>()});
        return {};
      }));
  std::vector<Received> found;
  for (const MessageId& id : ids) {
    TRY(item, find(id));
    found.push_back(std::move(item));
  }
  return found;
}

Result<Received> Inbox::find(const MessageId& id) const {
  TRY(value, desk_->store.get(place::inbox(id)));
  if (!value) return not_found("there is no message `" + id.text() + "` in the inbox");
  return decode_received(*value);
}

Result<std::vector<seal::OpenedSlot>> Inbox::content(const MessageId& id) const {
  TRY(secret, desk_->store.secret(place::inbox(id)));
  if (!secret) return std::vector<seal::OpenedSlot>();
  return decode_slots(secret->expose());
}

}  // namespace safeconduct::agent
