#include "agents/daemon/sealer.h"

#include <algorithm>

#include "agents/document/minimise.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/slots.h"

namespace safeconduct::agent {
namespace {

wire::Header header_of(Desk& desk, const Sent& sent, const wire::SealingCard& card) {
  const Instant now = desk.now();
  wire::Header header;
  header.message_id = sent.current;
  header.referral_id = sent.referral;
  header.from = desk.self;
  header.to = sent.to;
  header.from_role = sent.from_role;
  header.to_role = sent.to_role;
  header.signing_key = desk.signing.id();
  header.sealing_key = seal::SealingPublicKey{card.key}.id();
  header.purpose = sent.purpose;
  header.urgency = sent.urgency;
  header.stage = sent.stage;
  header.basis = sent.basis;
  header.circumstances = sent.circumstances;
  header.hop = sent.hop;
  header.prior = sent.prior;
  header.supersedes = sent.supersedes;
  header.vocabulary_hash = seal::sha256(view_of(policies::canonical_vocabulary()));
  header.policy_hash = seal::sha256(view_of(desk.book.policy()->text()));
  header.created = now;
  // Nobody could open it once the key is gone.
  const auto stage = static_cast<policies::Stage>(sent.stage);
  const Duration life = desk.book.policy()->term_hours(stage == policies::Stage::kInquiry
                                                           ? policies::Term::kInquiryLife
                                                           : policies::Term::kBodyLife);
  header.transport_expiry = std::min(
      {now + std::min(life, limits::kBodyLifetimeMax), sent.content_end, card.accepted_until});
  header.content_end = sent.content_end;
  return header;
}

wire::Sealed to_wire_sealed(Bytes header, seal::SealedMessage message) {
  wire::Sealed sealed;
  sealed.header = std::move(header);
  sealed.leaves = message.leaves;
  sealed.offered_digest = message.offered_digest;
  sealed.encapsulated = message.encapsulated;
  for (seal::SealedSlot& slot : message.slots) {
    sealed.slots.push_back({slot.number, slot.commitment, slot.wrap, std::move(slot.ciphertext)});
  }
  return sealed;
}

}  // namespace

wire::BatchSignature to_wire(const seal::BatchSignature& signature) {
  return {signature.place, signature.salt, signature.siblings, signature.signature};
}

seal::BatchSignature from_wire(const wire::BatchSignature& signature) {
  return {signature.place, signature.salt, signature.siblings, signature.signature};
}

policies::ConsentView everything_granted() {
  policies::ConsentView view;
  view.state = policies::ConsentState::kLive;
  view.purpose_named = view.recipient_named = true;
  view.person_initiated = view.fresh_in_reflection = view.written = true;
  view.full = view.named = policies::kAllCategories;
  return view;
}

policies::Case case_of(const Book& book, const Sent& sent, const Ground& ground, Instant at) {
  policies::Case subject;
  subject.from = static_cast<policies::Role>(sent.from_role);
  subject.to = static_cast<policies::Role>(sent.to_role);
  subject.purpose = static_cast<policies::Purpose>(sent.purpose);
  subject.stage = static_cast<policies::Stage>(sent.stage);
  subject.basis = static_cast<policies::Basis>(sent.basis);
  subject.urgency = static_cast<policies::Urgency>(sent.urgency);
  subject.circumstances = sent.circumstances;
  subject.hop = sent.hop;
  const wire::DirectoryAgency* recipient = book.agency(sent.to);
  subject.agreement_in_force =
      recipient != nullptr && recipient->agreement.covers(at) && recipient->training.covers(at);
  subject.prior = ground.prior;
  if (ground.consent) {
    subject.consent = view_of_consent(*ground.consent, sent.purpose, sent.to,
                                      book.policy()->term_hours(policies::Term::kConsentLife), at);
    apply_never(*ground.consent, sent.to, subject);
  } else if (sent.hop > 1) {
    subject.consent = everything_granted();
  }
  return subject;
}

Result<SealedItem> seal_referral(Desk& desk, Sent& sent, const document::ReferralDocument& document,
                                 const Ground& ground, const wire::SealingCard& card) {
  const Instant now = desk.now();
  const policies::Levels ceiling =
      desk.ceiling(*desk.book.policy(), case_of(desk.book, sent, ground, now));
  const bool inquiry = document.stage == policies::Stage::kInquiry;
  TRY(slots,
      document::slots_for(document, ceiling, now, inquiry,
                          static_cast<int>(desk.book.policy()->term(policies::Term::kMajority))));

  wire::Header header = header_of(desk, sent, card);
  SealedItem item;
  if (!sent.consent.is_zero()) {
    item.submission.consent = sent.consent;
    item.submission.consent_salt = desk.random.array<32>();
    header.consent_commitment = seal::sha256(
        wire::consent_commitment_input(item.submission.consent_salt, sent.consent, sent.to));
  }
  Bytes encoded = wire::encode(header);
  TRY(message, seal::seal_message(encoded, seal::SealingPublicKey{card.key}, slots, desk.random));
  item.digest = message.digest;
  item.submission.offered = message.offered;
  item.submission.offered_salt = message.offered_salt;
  item.submission.sealed = to_wire_sealed(std::move(encoded), std::move(message));
  sent.digest = item.digest;
  sent.offered = item.submission.offered;
  sent.sealed_to = header.sealing_key;
  return item;
}

}  // namespace safeconduct::agent
