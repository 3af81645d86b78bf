#include "broker/admission.h"

#include "schemas/ledger/note.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/slots.h"

namespace safeconduct::broker {
namespace {

using wire::Verdict;

seal::BatchSignature to_seal(const wire::BatchSignature& s) {
  return {s.place, s.salt, s.siblings, s.signature};
}

Result<seal::VerifyKey> key_of(const Keyring& keyring, const AgencyId& agency) {
  const auto at = keyring.signing.find(agency);
  if (at == keyring.signing.end()) {
    return Error{ErrorCode::kForbidden, "this agency is not in the directory; ask the network"};
  }
  return at->second;
}

Status check_batch(const seal::VerifyKey& key, seal::BatchKind kind, const Digest& digest,
                   const wire::BatchSignature& signature, RootCache& roots) {
  TRY(root, seal::batch_root(digest, to_seal(signature)));
  if (!roots.holds(key, kind, root, signature.signature)) {
    return unauthentic(
        "the signature does not verify under this agency's signing key; check which key signs");
  }
  return {};
}

Status check_consent_commitment(const wire::SubmissionView& s, const wire::Header& header) {
  const bool named = !s.consent.is_zero();
  const Digest expected =
      named ? seal::sha256(wire::consent_commitment_input(s.consent_salt, s.consent, header.to))
            : Digest{};
  if (expected == header.consent_commitment) return {};
  return unauthentic("the consent that is named is not the one that the header commits to");
}

wire::SubmissionFacts facts_of(const wire::SubmissionView& s, std::size_t body_bytes) {
  wire::SubmissionFacts facts;
  facts.header = to_bytes(s.sealed.header);
  facts.leaves = s.sealed.leaves;
  facts.offered_digest = s.sealed.offered_digest;
  facts.offered = s.offered;
  facts.offered_salt = s.offered_salt;
  facts.signature = s.sealed.signature;
  facts.consent = s.consent;
  facts.consent_salt = s.consent_salt;
  facts.sealed_bytes = static_cast<std::uint32_t>(body_bytes);
  return facts;
}

Result<seal::CheckedOffer> check_slots(const wire::SubmissionView& s) {
  std::vector<seal::SlotView> slots;
  slots.reserve(s.sealed.slots);
  for (const wire::SlotView& slot : s.sealed.present()) {
    slots.emplace_back(slot.number, slot.commitment.first<32>(), slot.wrap.first<48>(),
                       slot.ciphertext);
  }
  const seal::OfferedMessage offered{s.sealed.header, s.sealed.leaves, s.sealed.offered_digest,
                                     s.offered,       s.offered_salt,  slots};
  // Whether content may stay away, or must, the policy says: the core asks it.
  return slots.empty() ? seal::check_offered_elsewhere(offered) : seal::check_offered(offered);
}

Result<VerifiedSubmission> verify_submission(const AgencyId& agency, const wire::SubmissionView& s,
                                             const wire::Header& header, const Keyring& keyring,
                                             RootCache& roots) {
  TRY(offer, check_slots(s));
  TRY_OK(check_consent_commitment(s, header));
  TRY(key, key_of(keyring, agency));
  TRY_OK(check_batch(key, seal::BatchKind::kMessages, offer.digest, s.sealed.signature, roots));
  return VerifiedSubmission{{agency, header, facts_of(s, offer.body_bytes), offer.digest, key.id()},
                            s.sealed.bytes};
}

Result<core::TakeReceipt> verify_receipt(const AgencyId& agency, wire::Receipt receipt,
                                         const Keyring& keyring, RootCache& roots) {
  TRY(record, wire::decode_receipt(receipt.body));
  TRY(key, key_of(keyring, agency));
  const Digest digest = seal::labelled_hash(wire::kReceiptDigestLabel, {receipt.body});
  TRY_OK(check_batch(key, seal::BatchKind::kReceipts, digest, receipt.signature, roots));
  return core::TakeReceipt{agency, record, std::move(receipt), key.id()};
}

// The id of the agency's key, when it signed the record.
Result<KeyId> check_record(const AgencyId& agency, const wire::SignedRecord& record,
                           const Keyring& keyring) {
  TRY(key, key_of(keyring, agency));
  const Bytes signed_part = wire::signed_bytes(wire::kRecordSignatureLabel, record.body);
  if (record.key != key.id() || !seal::verify(key, signed_part, record.signature)) {
    return unauthentic(
        "the record is not signed by this agency's signing key; check which key "
        "signs");
  }
  return key.id();
}

template <class What>
void store(Checked& out, Result<What> checked, const MessageId& about = {}) {
  if (checked) {
    out.what = std::move(*checked);
  } else {
    out.what = Refused{Verdict::kMalformed, std::move(checked).error(), about};
  }
}

Result<core::PutCard> card_command(const AgencyId& agency, wire::SignedRecord record,
                                   const Keyring& keyring) {
  TRY(key, check_record(agency, record, keyring));
  TRY(card, wire::decode_sealing_card(record.body));
  const KeyId card_key = seal::SealingPublicKey{card.key}.id();
  return core::PutCard{agency, card, card_key, std::move(record), key};
}

Result<core::PutConsent> consent_command(const AgencyId& agency, wire::SignedRecord record,
                                         const Keyring& keyring) {
  TRY(key, check_record(agency, record, keyring));
  TRY(consent, wire::decode_consent(record.body));
  const Digest hash = seal::labelled_hash("safeconduct/1 consent version", {record.body});
  return core::PutConsent{agency, std::move(consent), hash, std::move(record), key};
}

Result<core::Withdraw> withdrawal_command(const AgencyId& agency, wire::SignedRecord record,
                                          const Keyring& keyring) {
  TRY(key, check_record(agency, record, keyring));
  TRY(withdrawal, wire::decode_withdrawal(record.body));
  return core::Withdraw{agency, withdrawal, std::move(record), key};
}

Result<core::RecordAction> action_command(const AgencyId& agency, wire::SignedRecord record,
                                          const Keyring& keyring) {
  TRY(key, check_record(agency, record, keyring));
  TRY(action, wire::decode_operator_action(record.body));
  return core::RecordAction{agency, std::move(action), std::move(record), key};
}

Result<core::TakeRecord> referral_command(const AgencyId& agency, wire::SignedRecord record,
                                          const Keyring& keyring) {
  TRY(key, check_record(agency, record, keyring));
  TRY(what, wire::decode_referral_record(record.kind, record.body));
  return core::TakeRecord{agency, std::move(what), std::move(record), key};
}

void check_signed_record(Checked& out, const AgencyId& agency, wire::SignedRecord record,
                         const Keyring& keyring) {
  switch (record.kind) {
    case wire::RecordKind::kConsent:
      return store(out, consent_command(agency, std::move(record), keyring));
    case wire::RecordKind::kWithdrawal:
      return store(out, withdrawal_command(agency, std::move(record), keyring));
    case wire::RecordKind::kSealingCard:
      return store(out, card_command(agency, std::move(record), keyring));
    case wire::RecordKind::kOperatorAction:
      return store(out, action_command(agency, std::move(record), keyring));
    case wire::RecordKind::kRetention:
    case wire::RecordKind::kHold:
    case wire::RecordKind::kHoldLifted:
      return store(out, check_rule(agency, record.kind, record.body, keyring));
    case wire::RecordKind::kDirectory:
      return store(out, check_directory(agency, record.body, keyring));
    case wire::RecordKind::kPolicy:
      return store(out, check_policy(agency, record.body, keyring));
    case wire::RecordKind::kMove:
    case wire::RecordKind::kRequest:
    case wire::RecordKind::kDeletion:
    case wire::RecordKind::kException:
    case wire::RecordKind::kExclusion:
    case wire::RecordKind::kCapacity:
    case wire::RecordKind::kUnmetNeed:
    case wire::RecordKind::kQuestion:
    case wire::RecordKind::kServiceProfile:
      return store(out, referral_command(agency, std::move(record), keyring));
  }
}

void check_submission(Checked& out, const AgencyId& agency, const wire::SubmissionView& submission,
                      const Keyring& keyring, RootCache& roots) {
  auto header = wire::decode_header(submission.sealed.header);
  if (!header) {
    out.what = Refused{Verdict::kMalformed, std::move(header).error(), {}};
    return;
  }
  store(out, verify_submission(agency, submission, *header, keyring, roots), header->message_id);
}

}  // namespace

Result<AuthenticatedFrame> authenticate(const io::RouterFrame& frame, ByteView message) {
  TRY(agency, AgencyId::parse(frame.agency));
  return AuthenticatedFrame(std::move(agency), message);
}

Checked check(const AuthenticatedFrame& frame, const Keyring& keyring, RootCache& roots) {
  Checked out;
  auto decoded = wire::view_to_broker(frame.payload());
  if (!decoded) {
    out.request = wire::request_of(frame.payload());
    out.what = Refused{Verdict::kMalformed, std::move(decoded).error(), {}};
    return out;
  }
  out.request = decoded->request;
  const AgencyId& agency = frame.agency();
  struct Reader {
    Checked& out;
    const AgencyId& agency;
    const Keyring& keyring;
    RootCache& roots;
    void operator()(wire::Hello& hello) const { out.what = std::move(hello); }
    void operator()(wire::Credit& credit) const { out.what = credit; }
    void operator()(wire::Subscribe& subscribe) const { out.what = subscribe; }
    void operator()(const wire::SubmissionView& submission) const {
      check_submission(out, agency, submission, keyring, roots);
    }
    void operator()(wire::SignedRecord& record) const {
      check_signed_record(out, agency, std::move(record), keyring);
    }
    void operator()(wire::Receipt& receipt) const {
      store(out, verify_receipt(agency, std::move(receipt), keyring, roots));
    }
  };
  std::visit(Reader{out, agency, keyring, roots}, decoded->body);
  return out;
}

Result<core::PutDirectory> check_directory(const AgencyId& by, ByteView note,
                                           const Keyring& keyring) {
  if (!keyring.authority) return unauthentic("this broker knows no network authority");
  TRY(opened, ledger::open_note(text_of(note), {&*keyring.authority, 1}));
  return core::PutDirectory{by, to_bytes(note), keyring.authority->text()};
}

Result<core::PutRule> check_rule(const AgencyId& by, wire::RecordKind kind, ByteView note,
                                 const Keyring& keyring) {
  TRY(opened, ledger::open_note(text_of(note), keyring.officers));
  core::PutRule out{kind, by, to_bytes(note), {}};
  for (const ledger::Signatory& signatory : opened.signatories()) {
    out.officers.push_back(signatory.key.text());
  }
  return out;
}

Result<core::PutPolicy> check_policy(const AgencyId& by, ByteView note, const Keyring& keyring) {
  TRY(opened, ledger::open_note(text_of(note), keyring.officers));
  core::PutPolicy out{by, to_bytes(note), {}};
  for (const ledger::Signatory& signatory : opened.signatories()) {
    out.officers.push_back(signatory.key.text());
  }
  return out;
}

}  // namespace safeconduct::broker
