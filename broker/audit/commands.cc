#include "broker/audit/commands.h"

#include "broker/audit/sentences.h"
#include "broker/core/message.h"
#include "schemas/ledger/note.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/slot_crypto.h"
#include "schemas/seal/slots.h"
#include "schemas/wire/retention.h"

namespace safeconduct::audit {
namespace {

using ledger::EntryKind;
using ledger::PartKind;
using What = Rebuilt::What;

Rebuilt pruned() {
  return {What::kPruned, core::Heartbeat{}};
}

Result<Rebuilt> open_log(const Bytes& text) {
  const std::string whole(text_of(text));
  const auto line = [&](std::string_view word) {
    const std::size_t at = whole.find("\n" + std::string(word) + " ");
    if (at == std::string::npos) return std::string();
    const std::size_t from = at + word.size() + 2;
    return whole.substr(from, whole.find('\n', from) - from);
  };
  const std::string head = core::genesis_text(line("network"), line("authority"), line("log"));
  if (!whole.starts_with(head)) return invalid("the log's first entry is of another form");
  return Rebuilt{What::kCommand, core::OpenLog{line("network"), line("authority"), line("log"),
                                               whole.substr(head.size())}};
}

Result<Rebuilt> put_directory(const Bytes& note, const Scene& scene) {
  TRY(authority, ledger::NoteKey::parse(scene.knowledge.authority));
  TRY_OK(ledger::open_note(text_of(note), {&authority, 1}));
  return Rebuilt{What::kCommand, core::PutDirectory{{}, note, authority.text()}};
}

Result<Rebuilt> put_rule(const Bytes& note, wire::RecordKind kind, const Scene& scene) {
  if (!scene.knowledge.directory) return invalid("a rule came before any directory");
  std::vector<ledger::NoteKey> officers;
  for (const std::string& vkey : scene.knowledge.directory->officer_vkeys) {
    TRY(key, ledger::NoteKey::parse(vkey));
    officers.push_back(std::move(key));
  }
  TRY(opened, ledger::open_note(text_of(note), officers));
  core::PutRule command{kind, {}, note, {}};
  for (const ledger::Signatory& signatory : opened.signatories()) {
    command.officers.push_back(signatory.key.text());
  }
  return Rebuilt{What::kCommand, std::move(command)};
}

Result<Rebuilt> prune(const Bytes& part) {
  TRY(pruning, wire::decode_pruning(part));
  const auto kind = static_cast<ledger::PartKind>(pruning.part);
  return Rebuilt{What::kCommand, core::Prune{kind, pruning.from, pruning.to, pruning.newest,
                                             std::move(pruning.spared)}};
}

Result<Rebuilt> put_policy(const Bytes& note, const Scene& scene) {
  if (!scene.knowledge.directory) return invalid("a policy came before any directory");
  std::vector<ledger::NoteKey> officers;
  for (const std::string& vkey : scene.knowledge.directory->officer_vkeys) {
    TRY(key, ledger::NoteKey::parse(vkey));
    officers.push_back(std::move(key));
  }
  TRY(opened, ledger::open_note(text_of(note), officers));
  core::PutPolicy command{{}, note, {}};
  for (const ledger::Signatory& signatory : opened.signatories()) {
    command.officers.push_back(signatory.key.text());
  }
  return Rebuilt{What::kCommand, std::move(command)};
}

Result<Rebuilt> put_card(const Bytes& part, const Scene& scene) {
  TRY(recorded, wire::decode_recorded(part));
  TRY(card, wire::decode_sealing_card(recorded.record.body));
  TRY(key, scene.keys.signer_of(recorded.agency, recorded.record));
  const KeyId card_key = seal::SealingPublicKey{card.key}.id();
  return Rebuilt{What::kCommand,
                 core::PutCard{recorded.agency, card, card_key, std::move(recorded.record), key}};
}

Result<Rebuilt> put_consent(const Bytes& part, const Scene& scene) {
  TRY(recorded, wire::decode_recorded(part));
  TRY(consent, wire::decode_consent(recorded.record.body));
  TRY(key, scene.keys.signer_of(recorded.agency, recorded.record));
  const Digest hash = seal::labelled_hash("safeconduct/1 consent version", {recorded.record.body});
  return Rebuilt{What::kCommand, core::PutConsent{recorded.agency, std::move(consent), hash,
                                                  std::move(recorded.record), key}};
}

Result<Rebuilt> withdraw(const Bytes& part, const Scene& scene) {
  TRY(recorded, wire::decode_recorded(part));
  TRY(withdrawal, wire::decode_withdrawal(recorded.record.body));
  TRY(key, scene.keys.signer_of(recorded.agency, recorded.record));
  return Rebuilt{What::kCommand,
                 core::Withdraw{recorded.agency, withdrawal, std::move(recorded.record), key}};
}

Result<Rebuilt> record_action(const Bytes& part, const Scene& scene) {
  TRY(recorded, wire::decode_recorded(part));
  TRY(action, wire::decode_operator_action(recorded.record.body));
  TRY(key, scene.keys.signer_of(recorded.agency, recorded.record));
  return Rebuilt{What::kCommand, core::RecordAction{recorded.agency, std::move(action),
                                                    std::move(recorded.record), key}};
}

// What the broker could check without opening anything, checked again: the offered list and the
// consent are those that the sender committed to, and the sender signed it all.
Status check_commitments(const wire::SubmissionFacts& facts, const wire::Header& header) {
  if (seal::offered_digest(facts.offered_salt, facts.offered) != facts.offered_digest) {
    return unauthentic("the offered list is not the one that the sender signed");
  }
  const bool named = !facts.consent.is_zero();
  const Digest expected = named ? seal::sha256(wire::consent_commitment_input(
                                      facts.consent_salt, facts.consent, header.to))
                                : Digest{};
  if (expected != header.consent_commitment) {
    return unauthentic("the consent is not the one that the sender committed to");
  }
  return {};
}

Result<Rebuilt> submit(const Bytes& part, const Scene& scene) {
  TRY(restricted, wire::decode_restricted_submission(part));
  const wire::SubmissionFacts& facts = restricted.facts;
  TRY(header, wire::decode_header(facts.header));
  TRY_OK(check_commitments(facts, header));
  const Digest digest = seal::message_digest(facts.header, facts.leaves, facts.offered_digest);
  TRY(key, scene.keys.signer_of(header.from, seal::BatchKind::kMessages, digest, facts.signature));
  return Rebuilt{What::kCommand, core::Submit{header.from, header, facts, digest, key}};
}

Result<Rebuilt> take_record(const Bytes& part, const Scene& scene) {
  TRY(recorded, wire::decode_recorded(part));
  TRY(what, wire::decode_referral_record(recorded.record.kind, recorded.record.body));
  TRY(key, scene.keys.signer_of(recorded.agency, recorded.record));
  return Rebuilt{What::kCommand, core::TakeRecord{recorded.agency, std::move(what),
                                                  std::move(recorded.record), key}};
}

// Whose clock rang, from what it said.
Result<Rebuilt> ring(const ledger::Entry& entry) {
  const auto part = referral_of(entry);
  if (!part) return pruned();
  switch (part->event) {
    case wire::Event::kDeletionLate:
    case wire::Event::kStopLate:
      return Rebuilt{What::kCommand, core::Ring{core::Bell::kDeletion, part->message.bytes}};
    case wire::Event::kSecondMissing:
    case wire::Event::kReviewMissing:
    case wire::Event::kTellingMissing:
    case wire::Event::kAccessEnded:
      return Rebuilt{What::kCommand, core::Ring{core::Bell::kException, part->request.bytes}};
    default:
      return Rebuilt{What::kCommand, core::Ring{core::Bell::kReferral, part->referral.bytes}};
  }
}

// A message whose submission was pruned before is not there to be decided about.
template <class Command>
Rebuilt about_message(const ledger::Entry& entry) {
  const auto message = message_of(entry);
  return message ? Rebuilt{What::kCommand, Command{*message}} : pruned();
}

Result<Rebuilt> signed_receipt(const wire::SenderPart& sender, const AgencyId& by,
                               const KeyBook& keys) {
  TRY(signed_receipt, wire::decode_receipt_frame(sender.receipt));
  TRY(receipt, wire::decode_receipt(signed_receipt.body));
  const Digest digest = seal::labelled_hash(wire::kReceiptDigestLabel, {signed_receipt.body});
  TRY(key, keys.signer_of(by, seal::BatchKind::kReceipts, digest, signed_receipt.signature));
  return Rebuilt{What::kCommand, core::TakeReceipt{by, receipt, std::move(signed_receipt), key}};
}

Result<Rebuilt> take_receipt(const ledger::Entry& entry, const Scene& scene) {
  const auto sender = sender_of(entry);
  if (!sender) return pruned();
  const auto record = core::find_message(scene.state, sender->message);
  if (!record) return invalid("it is a receipt for a message that the log does not know");
  TRY(header, wire::decode_header(record->header));
  return signed_receipt(*sender, header.to, scene.keys);
}

template <class Make>
Result<Rebuilt> from_part(const ledger::Entry& entry, PartKind kind, const Make& make) {
  const auto& part = entry.part(kind);
  if (part) return make(part->bytes);
  if (entry.has(kind)) return pruned();
  return invalid("the entry has no " + std::string(ledger::name(kind)) + " part");
}

}  // namespace

std::optional<Rebuilt> receipt_alone(const ledger::Entry& entry, const KeyBook& keys) {
  const auto sender = sender_of(entry);
  const auto routing = routing_of(entry);
  if (!sender || !routing) return std::nullopt;
  auto command = signed_receipt(*sender, routing->to, keys);
  return command ? std::optional(std::move(*command)) : std::nullopt;
}

Result<Rebuilt> rebuild(const ledger::Entry& entry, const Scene& scene) {
  const auto with = [&](auto make) {
    return [make, &scene](const Bytes& part) { return make(part, scene); };
  };
  const auto rule = [&](wire::RecordKind kind) {
    return [kind, &scene](const Bytes& note) { return put_rule(note, kind, scene); };
  };
  switch (entry.leaf.kind) {
    case EntryKind::kGenesis:
    case EntryKind::kRecovery:
      return from_part(entry, PartKind::kNetwork, open_log);
    case EntryKind::kDirectory:
      return from_part(entry, PartKind::kNetwork, with(put_directory));
    case EntryKind::kPolicy:
      return from_part(entry, PartKind::kNetwork, with(put_policy));
    case EntryKind::kSealingCard:
      return from_part(entry, PartKind::kNetwork, with(put_card));
    case EntryKind::kConsent:
      return from_part(entry, PartKind::kRestricted, with(put_consent));
    case EntryKind::kWithdrawal:
      return from_part(entry, PartKind::kRestricted, with(withdraw));
    case EntryKind::kAccess:
      return from_part(entry, PartKind::kRestricted, with(record_action));
    case EntryKind::kSubmission:
      return from_part(entry, PartKind::kRestricted, with(submit));
    case EntryKind::kDelivery:
      return about_message<core::Deliver>(entry);
    case EntryKind::kReceipt:
    case EntryKind::kRejection:
      return take_receipt(entry, scene);
    case EntryKind::kExpiry:
      return about_message<core::Expire>(entry);
    case EntryKind::kRequest:
    case EntryKind::kDeletion:
    case EntryKind::kExclusion:
    case EntryKind::kUnmetNeed:
    case EntryKind::kQuestion:
      return from_part(entry, PartKind::kRestricted, with(take_record));
    case EntryKind::kCapacity:
    case EntryKind::kServiceProfile:
      return from_part(entry, PartKind::kNetwork, with(take_record));
    case EntryKind::kReferral:
    case EntryKind::kException:
      if (!entry.has(PartKind::kRestricted)) return ring(entry);
      return from_part(entry, PartKind::kRestricted, with(take_record));
    case EntryKind::kClock:
    case EntryKind::kAlarm:
      return ring(entry);
    case EntryKind::kOnward:
    case EntryKind::kRefusedFrame:
    case EntryKind::kHeartbeat:
    case EntryKind::kRecall:
      break;
    case EntryKind::kRetention:
      return from_part(entry, PartKind::kNetwork, rule(wire::RecordKind::kRetention));
    case EntryKind::kHold:
      return from_part(entry, PartKind::kRestricted, rule(wire::RecordKind::kHold));
    case EntryKind::kHoldLifted:
      return from_part(entry, PartKind::kRestricted, rule(wire::RecordKind::kHoldLifted));
    case EntryKind::kPruning:
      return from_part(entry, PartKind::kNetwork, prune);
  }
  return Rebuilt{What::kObserved, core::Heartbeat{}};
}

}  // namespace safeconduct::audit
