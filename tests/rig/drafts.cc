// Referrals, consents and receipts made by hand.
#include <stdexcept>

#include "policies/compile.h"
#include "schemas/base/limits.h"
#include "schemas/seal/hash.h"
#include "tests/rig/client.h"

namespace safeconduct::rig {
namespace {

SystemRandom& random_source() {
  static SystemRandom random;
  return random;
}

wire::BatchSignature to_wire(const seal::BatchSignature& s) {
  return {s.place, s.salt, s.siblings, s.signature};
}

wire::Header header_of(const Network& network, const Draft& draft, const Digest& salt) {
  const Agency& from = network.agency(draft.from);
  const Agency& to = network.agency(draft.to);
  SystemRandom& random = random_source();
  wire::Header h;
  h.message_id.bytes = random.array<16>();
  h.referral_id.bytes = random.array<16>();
  h.from = from.id;
  h.to = to.id;
  h.from_role = static_cast<std::uint8_t>(draft.from_role);
  h.to_role = static_cast<std::uint8_t>(draft.to_role);
  h.signing_key = from.signing.id();
  h.sealing_key = to.sealing.id();
  h.purpose = static_cast<std::uint8_t>(draft.purpose);
  h.urgency = static_cast<std::uint8_t>(draft.urgency);
  h.stage = static_cast<std::uint8_t>(draft.stage);
  h.basis = static_cast<std::uint8_t>(draft.basis);
  h.circumstances = draft.circumstances;
  h.hop = draft.hop;
  h.prior = draft.prior;
  h.supersedes = draft.supersedes;
  h.vocabulary_hash = seal::sha256(view_of(policies::canonical_vocabulary()));
  if (!draft.consent.is_zero()) {
    h.consent_commitment = seal::sha256(wire::consent_commitment_input(salt, draft.consent, h.to));
  }
  h.created = SystemClock().now();
  h.transport_expiry = h.created + draft.life;
  h.content_end = h.created + days(30);
  if (draft.change_header) draft.change_header(h);
  return h;
}

Sealed seal_unsigned(const Network& network, const Draft& draft) {
  Sealed out;
  const Digest salt = random_source().array<32>();
  out.header = header_of(network, draft, salt);
  std::vector<seal::SlotPlaintext> slots;
  for (const auto& [number, text] : draft.slots) {
    slots.push_back({number, SecretBytes(to_bytes(text)), false});
  }
  const Bytes header = encode(out.header);
  auto sealed = seal::seal_message(header, network.agency(draft.to).sealing.public_key(), slots,
                                   random_source());
  if (!sealed) throw std::runtime_error(sealed.error().message);
  wire::Submission& s = out.submission;
  s.sealed.header = header;
  s.sealed.leaves = sealed->leaves;
  s.sealed.offered_digest = sealed->offered_digest;
  s.sealed.encapsulated = sealed->encapsulated;
  for (seal::SealedSlot& slot : sealed->slots) {
    s.sealed.slots.push_back({slot.number, slot.commitment, slot.wrap, std::move(slot.ciphertext)});
  }
  s.offered = sealed->offered;
  s.offered_salt = sealed->offered_salt;
  s.consent = draft.consent;
  if (!draft.consent.is_zero()) s.consent_salt = salt;
  out.digest = sealed->digest;
  return out;
}

}  // namespace

std::vector<Sealed> seal_drafts(const Network& network, const std::vector<Draft>& drafts,
                                std::size_t batch) {
  std::vector<Sealed> out;
  for (const Draft& draft : drafts) out.push_back(seal_unsigned(network, draft));
  for (std::size_t from = 0; from < out.size(); from += batch) {
    const std::size_t to = std::min(out.size(), from + batch);
    std::vector<Digest> digests;
    for (std::size_t i = from; i < to; ++i) digests.push_back(out[i].digest);
    const Agency& sender = network.agency(drafts[from].from);
    const auto signatures =
        seal::sign_batch(sender.signing, seal::BatchKind::kMessages, digests, random_source());
    for (std::size_t i = from; i < to; ++i) {
      out[i].submission.sealed.signature = to_wire(signatures[i - from]);
    }
  }
  return out;
}

Sealed seal_draft(const Network& network, const Draft& draft) {
  return std::move(seal_drafts(network, {draft}).front());
}

std::map<std::uint8_t, std::string> every_slot(const std::string& text) {
  std::map<std::uint8_t, std::string> out;
  for (std::size_t i = 0; i < policies::kSlotCount; ++i) {
    out[static_cast<std::uint8_t>(i)] = text + std::to_string(i);
  }
  return out;
}

wire::ConsentRecord full_consent(const Agency& collector, policies::Purpose purpose,
                                 const std::string& recipient) {
  wire::ConsentRecord record;
  record.id.bytes = random_source().array<16>();
  record.recorded_by = collector.id;
  record.evidence = random_source().array<32>();
  record.given = SystemClock().now();
  record.expires = record.given + days(30);
  wire::ConsentScope scope;
  scope.purpose = static_cast<std::uint8_t>(purpose);
  scope.recipients = {AgencyId::parse(recipient).value()};
  scope.full = policies::kAllCategories;
  scope.named = policies::kAllCategories;
  scope.person_initiated = true;
  record.scopes = {scope};
  return record;
}

wire::SignedRecord signed_record(const Agency& agency, wire::RecordKind kind, Bytes body) {
  wire::SignedRecord record;
  record.kind = kind;
  record.key = agency.signing.id();
  record.signature = agency.signing.sign(wire::signed_bytes(wire::kRecordSignatureLabel, body));
  record.body = std::move(body);
  return record;
}

wire::Receipt signed_receipt(const Agency& agency, const wire::ReceiptRecord& record) {
  wire::Receipt receipt;
  receipt.body = encode(record);
  const Digest digest = seal::labelled_hash(wire::kReceiptDigestLabel, {receipt.body});
  const auto signatures =
      seal::sign_batch(agency.signing, seal::BatchKind::kReceipts, {&digest, 1}, random_source());
  receipt.signature = to_wire(signatures.front());
  return receipt;
}

}  // namespace safeconduct::rig
