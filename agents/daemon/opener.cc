#include "agents/daemon/opener.h"

#include <algorithm>

#include "agents/daemon/sealer.h"
#include "agents/document/check.h"
#include "schemas/base/codec.h"
#include "schemas/wire/parts.h"

namespace safeconduct::agent {
namespace {

using wire::Rejection;

// One delivery on its way through the checks; each check needs what the one before found.
struct Check {
  const Desk& desk;
  const Keyring& keys;
  const wire::Delivery& delivery;
  wire::Header header = {};
  wire::RecipientPart part = {};
  std::uint64_t position = 0;
  Instant instant = {};
  Digest digest = {};
  bool proved = false;
};

using Refused = std::optional<std::pair<Rejection, std::string>>;

Refused refuse(Rejection code, std::string why) {
  return std::make_pair(code, std::move(why));
}

// What a rejection names when nothing is proved: the bytes as they came, the entry as it says.
void take_unproved(Check& c) {
  const wire::Sealed& sealed = c.delivery.sealed;
  c.digest = seal::message_digest(sealed.header, sealed.leaves, sealed.offered_digest);
  const auto leaf = ledger::decode_leaf(c.delivery.entry.leaf);
  if (leaf) c.position = leaf->position.value;
}

Refused check_entry(Check& c) {
  auto entry = c.desk.book.prove(c.delivery.entry);
  if (!entry) return refuse(Rejection::kBroken, "no proof in the ledger: " + entry.error().message);
  const auto& recipient = entry->part(ledger::PartKind::kRecipient);
  if (entry->leaf.kind != ledger::EntryKind::kDelivery || !recipient) {
    return refuse(Rejection::kBroken, "the proved entry is not a delivery to this agency");
  }
  auto part = wire::decode_recipient(recipient->bytes);
  if (!part) return refuse(Rejection::kBroken, "the delivery entry is malformed");
  c.part = std::move(*part);
  c.position = entry->leaf.position.value;
  c.instant = entry->leaf.instant;
  c.proved = true;
  c.digest = c.part.digest;
  const bool same = c.part.message == c.header.message_id &&
                    c.part.referral == c.header.referral_id && c.part.from == c.header.from &&
                    c.part.content_end <= c.header.content_end;
  if (!same) return refuse(Rejection::kBroken, "the delivery entry is of another message");
  if (c.part.stop) return refuse(Rejection::kStale, "the message was stopped");
  return std::nullopt;
}

bool holds_role(const wire::DirectoryAgency& agency, std::uint8_t role) {
  const auto known = policies::role_from(role);
  if (!known) return false;
  const auto& roles = agency.roles;
  return std::find(roles.begin(), roles.end(), policies::name(*known)) != roles.end();
}

Refused check_parties(const Check& c) {
  const wire::Header& h = c.header;
  if (h.to != c.desk.self) return refuse(Rejection::kNotForUs, "sealed for another agency");
  const wire::DirectoryAgency* self = c.desk.book.agency(c.desk.self);
  if (self == nullptr || !holds_role(*self, h.to_role)) {
    return refuse(Rejection::kNotForUs, "sealed for a role that this agency does not hold");
  }
  const wire::DirectoryAgency* sender = c.desk.book.agency(h.from);
  if (sender == nullptr || !holds_role(*sender, h.from_role)) {
    return refuse(Rejection::kBroken, "the sender is not in the directory with that role");
  }
  if (c.part.content_end <= c.desk.now()) return refuse(Rejection::kStale, "its content has ended");
  return std::nullopt;
}

Refused check_ceiling(const Check& c) {
  const wire::Header& h = c.header;
  const policies::CompiledPolicy* policy = c.desk.book.policy_at(c.position, c.instant);
  if (policy == nullptr) return refuse(Rejection::kAbovePolicy, "no policy is known here");
  Sent as_sent;  // the same words; what only the sender and the broker know counts as granted
  as_sent.to = h.to;
  as_sent.from_role = h.from_role;
  as_sent.to_role = h.to_role;
  as_sent.purpose = h.purpose;
  as_sent.urgency = h.urgency;
  as_sent.stage = h.stage;
  as_sent.basis = h.basis;
  as_sent.circumstances = h.circumstances;
  as_sent.hop = h.hop;
  policies::Case subject = case_of(c.desk.book, as_sent, {}, c.desk.now());
  // Who granted it is not known here: what goes on the word of either may have come.
  policies::Levels ceiling;
  for (const auto grantor : {policies::Grantor::kSelf, policies::Grantor::kGuardian}) {
    subject.consent = everything_granted();
    subject.consent.grantor = grantor;
    ceiling = higher_of(ceiling, c.desk.ceiling(*policy, subject));
  }
  for (std::uint8_t slot = 0; slot < policies::kSlotCount; ++slot) {
    if ((c.part.kept >> slot & 1U) == 0) continue;
    if (policies::slot_level(slot) > ceiling[policies::slot_category(slot)]) {
      return refuse(Rejection::kAbovePolicy,
                    "`" + std::string(policies::name(policies::slot_category(slot))) +
                        "` lies above the policy's ceiling");
    }
  }
  return std::nullopt;
}

// Signature, leaves, slots, seal and values.
Refused check_content(Check& c, std::vector<seal::OpenedSlot>& opened) {
  const wire::Sealed& sealed = c.delivery.sealed;
  std::vector<seal::SlotView> views;
  std::uint64_t present = 0;
  for (const wire::Slot& slot : sealed.slots) {
    views.emplace_back(slot.number, slot.commitment, slot.wrap, slot.ciphertext);
    present |= std::uint64_t{1} << (slot.number & 63U);
  }
  if (present != c.part.kept) {
    return refuse(Rejection::kBroken, "other slots came than the ledger says were delivered");
  }
  const wire::DirectoryAgency* sender = c.desk.book.agency(c.header.from);
  auto verified = seal::verify_message(
      {sealed.header, sealed.leaves, sealed.offered_digest, sealed.encapsulated, views},
      from_wire(sealed.signature), seal::VerifyKey{sender->signing_key});
  if (!verified) return refuse(Rejection::kBroken, verified.error().message);
  if (verified->digest() != c.part.digest) {
    return refuse(Rejection::kBroken, "the ledger names other bytes than came");
  }
  if (auto above = check_ceiling(c)) return above;
  const seal::SealingKey* key = c.keys.find(c.header.sealing_key);
  if (key == nullptr) return refuse(Rejection::kUnknownKey, "sealed to a key that is gone");
  auto slots = seal::open_message(*verified, c.part.kept, *key);
  if (!slots) return refuse(Rejection::kBroken, slots.error().message);
  for (const seal::OpenedSlot& slot : *slots) {
    const auto category = policies::slot_category(slot.number);
    auto belongs =
        document::check_slot(category, policies::slot_level(slot.number), slot.text.expose());
    if (!belongs) return refuse(Rejection::kForeignContent, belongs.error().message);
  }
  opened = std::move(*slots);
  return std::nullopt;
}

}  // namespace

Result<std::variant<Opened, NotOpened>> open_delivery(const Desk& desk, const Keyring& keys,
                                                      const wire::Delivery& delivery) {
  Check c{desk, keys, delivery};
  TRY(header, wire::decode_header(delivery.sealed.header));
  c.header = header;
  std::vector<seal::OpenedSlot> slots;
  take_unproved(c);
  Refused refused = check_entry(c);
  if (!refused) refused = check_parties(c);
  if (!refused) refused = check_content(c, slots);
  if (refused) {
    const bool early =
        c.proved && c.position >= desk.book.feed_next() && refused->first != Rejection::kStale;
    return std::variant<Opened, NotOpened>(NotOpened{refused->first, std::move(refused->second),
                                                     early, std::move(c.header), c.position,
                                                     c.digest});
  }
  return std::variant<Opened, NotOpened>(Opened{std::move(c.header), c.position, c.digest,
                                                c.part.kept, c.part.content_end,
                                                std::move(c.part.obligations), std::move(slots)});
}

SecretBytes encode_slots(const std::vector<seal::OpenedSlot>& slots) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(slots.size()));
  for (const seal::OpenedSlot& slot : slots) out.u8(slot.number).blob(slot.text.expose());
  return SecretBytes(out.take());
}

Result<std::vector<seal::OpenedSlot>> decode_slots(ByteView bytes) {
  ByteReader in(bytes);
  std::vector<seal::OpenedSlot> slots;
  const std::uint8_t count = in.u8();
  for (std::uint8_t i = 0; i < count && !in.failed(); ++i) {
    const std::uint8_t number = in.u8();
    slots.push_back(seal::OpenedSlot{number, SecretBytes(to_bytes(in.blob(bytes.size())))});
  }
  if (!in.finish("inbox content")) return corrupt("the content of a received message is damaged");
  return slots;
}

}  // namespace safeconduct::agent
