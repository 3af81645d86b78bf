#include "tests/audit/signed_log.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "broker/core/message.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"
#include "schemas/seal/slots.h"

namespace safeconduct::audit {
namespace {

constexpr const char* kNetwork = "demo.example";
constexpr const char* kOrigin = "demo.example/log";

class RandomSalts final : public core::Salts {
 public:
  explicit RandomSalts(Random& random) : random_(random) {}
  Digest next() override { return random_.array<32>(); }

 private:
  Random& random_;
};

std::string vkey(const std::string& name, const seal::SigningKey& key) {
  return ledger::NoteKey::make(name, ledger::SignatureType::kEd25519, key.verify_key())->text();
}

std::string national_policy() {
  std::ifstream file(SAFECONDUCT_SOURCE "/policies/national-referral.policy");
  std::ostringstream all;
  all << file.rdbuf();
  return policies::format(policies::parse(all.str(), "policy").value());
}

wire::DirectoryAgency member(const Agency& agency) {
  wire::DirectoryAgency out;
  out.id = agency.id;
  out.roles = {agency.role};
  out.signing_key = agency.signing.verify_key().bytes;
  out.transport_key = agency.sealing.public_key().bytes;  // some key; nobody connects here
  out.agreement = out.training = {{2025, 1, 1}, {2026, 12, 31}};
  return out;
}

}  // namespace

Status MemorySource::for_each(const Visit& visit) const {
  for (const auto& [place, record] : records) {
    if (!visit(place, record)) break;
  }
  return {};
}

std::optional<Digest> MemorySource::node(const ledger::NodeId& node) const {
  const auto at = nodes.find(node);
  return at != nodes.end() ? std::optional(at->second) : std::nullopt;
}

ledger::Entry MemorySource::entry(std::uint64_t place) const {
  return *ledger::decode_record(records.at(place).second);
}

void MemorySource::put(std::uint64_t place, const ledger::Entry& entry) {
  records.at(place).second = ledger::encode_record(entry);
}

SignedLog::SignedLog(std::uint64_t entries)
    : authority_(seal::SigningKey::generate(random_)),
      log_key_(seal::SigningKey::generate(random_)),
      anna_(seal::SigningKey::generate(random_)),
      bela_(seal::SigningKey::generate(random_)),
      ngo_{*AgencyId::parse("ngo"), "ngo_case", seal::SigningKey::generate(random_),
           seal::SealingKey::generate(random_)},
      haven_{*AgencyId::parse("haven"), "shelter", seal::SigningKey::generate(random_),
             seal::SealingKey::generate(random_)},
      salts_(std::make_unique<RandomSalts>(random_)),
      core_(*core::Core::load(state_, *salts_)) {
  random_.fill(consent_.bytes);
  put_in_force();
  tell_story();
  while (source.records.size() < entries) apply(core::Heartbeat{});
  resign();
}

core::Outcome SignedLog::apply(const core::Command& command) {
  now_ = now_ + pace;
  auto tick = std::make_unique<core::Overlay>(state_);
  core::Outcome outcome = core_.apply(*tick, command, now_);
  state_.apply(tick->changes());
  for (const core::Emitted& emitted : outcome.entries) {
    source.records.emplace_back(emitted.entry.leaf.position.value,
                                ledger::encode_record(emitted.entry));
  }
  for (const core::Pruned& pruned : outcome.prunings) {
    for (std::uint64_t at = pruned.from; at < pruned.to; ++at) {
      if (std::binary_search(pruned.spared.begin(), pruned.spared.end(), at)) continue;
      ledger::Entry entry = source.entry(at);
      entry.part(pruned.part).reset();
      source.put(at, entry);
    }
  }
  if (keep_ticks) ticks.push_back({std::move(tick), outcome.entries});
  return outcome;
}

void SignedLog::put_in_force() {
  apply(core::OpenLog{kNetwork, vkey(kNetwork, authority_), vkey(kOrigin, log_key_)});
  wire::Directory directory;
  directory.network = kNetwork;
  directory.issued = now_;
  directory.log_vkey = vkey(kOrigin, log_key_);
  directory.officer_vkeys = {vkey("anna", anna_), vkey("bela", bela_)};
  directory.agencies = {member(haven_), member(ngo_)};
  const std::string note = ledger::signed_note(wire::to_text(directory), kNetwork, authority_);
  apply(core::PutDirectory{{}, to_bytes(note), vkey(kNetwork, authority_)});
  ledger::Note policy;
  policy.text = national_policy();
  policy.signatures = {ledger::sign_text(policy.text, "anna", anna_),
                       ledger::sign_text(policy.text, "bela", bela_)};
  apply(core::PutPolicy{{}, to_bytes(ledger::to_text(policy)), directory.officer_vkeys});
  apply(card(haven_));
  apply(card(ngo_));
  apply(consent());
  SC_CHECK(source.records.size() == 6);
}

void SignedLog::tell_story() {
  const core::Submit first = letter({});
  first_message = first.header.message_id;
  submission = std::get<core::Decided>(apply(first).answer).position;
  refused = std::get<core::Decided>(apply(letter({.consent = false})).answer).position;
  const auto given = std::get<core::Given>(apply(core::Deliver{first_message}).answer);
  delivery = given.position;
  receipt = std::get<core::Recorded>(apply(receipt_for(given)).answer).position;
  apply(core::RefuseFrame{ngo_.id, wire::Verdict::kMalformed, "the frame is cut short"});
  const core::Submit brief = letter({.life = minutes(1)});
  apply(brief);
  now_ = now_ + minutes(2);
  apply(core::Expire{brief.header.message_id});
  const core::Submit third = letter({});
  apply(third);
  apply(core::Deliver{third.header.message_id});
  wire::Withdrawal back;
  back.consent = consent_;
  back.recorded_by = ngo_.id;
  back.at = now_;
  const wire::SignedRecord signed_back =
      record(ngo_, wire::RecordKind::kWithdrawal, wire::encode(back));
  withdrawal = source.records.size();
  const core::Outcome ended = apply(core::Withdraw{ngo_.id, back, signed_back, ngo_.signing.id()});
  SC_CHECK(ended.entries.size() == 5);
  action = std::get<core::Recorded>(apply(looked()).answer).position;
  apply(core::Heartbeat{});
}

core::Outcome SignedLog::rule(wire::RecordKind kind, const std::string& text,
                              std::size_t officers) {
  ledger::Note note;
  note.text = text;
  core::PutRule command{kind, {}, {}, {}};
  const auto sign = [&](const char* name, const seal::SigningKey& key) {
    note.signatures.push_back(ledger::sign_text(text, name, key));
    command.officers.push_back(vkey(name, key));
  };
  if (officers > 0) sign("anna", anna_);
  if (officers > 1) sign("bela", bela_);
  command.note = to_bytes(ledger::to_text(note));
  return apply(command);
}

core::RecordAction SignedLog::looked() {
  core::RecordAction out;
  out.agency = out.action.recorded_by = haven_.id;
  random_.fill(out.action.id.bytes);
  out.action.who = "op-17";
  out.action.what = wire::Action::kListViewed;
  out.action.at = now_;
  out.record = record(haven_, wire::RecordKind::kOperatorAction, wire::encode(out.action));
  out.key = haven_.signing.id();
  return out;
}

wire::SignedRecord SignedLog::record(const Agency& agency, wire::RecordKind kind,
                                     Bytes body) const {
  wire::SignedRecord out;
  out.kind = kind;
  out.key = agency.signing.id();
  out.signature = agency.signing.sign(wire::signed_bytes(wire::kRecordSignatureLabel, body));
  out.body = std::move(body);
  return out;
}

core::PutCard SignedLog::card(const Agency& agency) const {
  core::PutCard out;
  out.agency = out.card.agency = agency.id;
  out.card.counter = 1;
  out.card.key = agency.sealing.public_key().bytes;
  out.card.not_before = now_;
  out.card.not_after = now_ + days(7);
  out.card.accepted_until = now_ + days(14);
  out.card_key = agency.sealing.id();
  out.record = record(agency, wire::RecordKind::kSealingCard, wire::encode(out.card));
  out.key = agency.signing.id();
  return out;
}

core::PutConsent SignedLog::consent() {
  core::PutConsent out;
  out.agency = out.consent.recorded_by = ngo_.id;
  out.consent.id = consent_;
  out.consent.given = now_;
  out.consent.expires = now_ + days(30);
  wire::ConsentScope scope;
  scope.purpose = static_cast<std::uint8_t>(policies::Purpose::kSafeAccommodation);
  scope.recipients = {haven_.id};
  scope.full = scope.named = policies::kAllCategories;
  out.consent.scopes = {scope};
  out.record = record(ngo_, wire::RecordKind::kConsent, wire::encode(out.consent));
  out.version_hash = seal::labelled_hash("safeconduct/1 consent version", {out.record.body});
  out.key = ngo_.signing.id();
  return out;
}

wire::BatchSignature SignedLog::batch(const Agency& agency, seal::BatchKind kind,
                                      const Digest& digest) {
  const auto s = seal::sign_batch(agency.signing, kind, std::span(&digest, 1), random_)[0];
  return {s.place, s.salt, s.siblings, s.signature};
}

void SignedLog::refer(std::size_t count, std::size_t sign_batch) {
  constexpr std::size_t kUses = 1024;  // of one consent; the story's was withdrawn
  std::size_t left = 0;
  for (std::size_t done = 0; done < count; done += sign_batch) {
    const std::size_t n = std::min(sign_batch, count - done);
    if (left < n) {
      random_.fill(consent_.bytes);
      apply(consent());
      left = kUses;
    }
    left -= n;
    std::vector<core::Submit> letters;
    std::vector<Digest> digests;
    for (std::size_t i = 0; i < n; ++i) {
      letters.push_back(letter({}));
      digests.push_back(letters.back().digest);
    }
    const auto signed_letters =
        seal::sign_batch(ngo_.signing, seal::BatchKind::kMessages, digests, random_);
    std::vector<core::TakeReceipt> receipts;
    for (std::size_t i = 0; i < n; ++i) {
      const auto& s = signed_letters[i];
      letters[i].facts.signature = {s.place, s.salt, s.siblings, s.signature};
      const auto decided = std::get<core::Decided>(apply(letters[i]).answer);
      SC_CHECK(decided.admitted);
      const auto given =
          std::get<core::Given>(apply(core::Deliver{letters[i].header.message_id}).answer);
      receipts.push_back(receipt_for(given));
    }
    digests.clear();
    for (const core::TakeReceipt& one : receipts) {
      digests.push_back(seal::labelled_hash(wire::kReceiptDigestLabel, {one.signed_receipt.body}));
    }
    const auto signed_receipts =
        seal::sign_batch(haven_.signing, seal::BatchKind::kReceipts, digests, random_);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& s = signed_receipts[i];
      receipts[i].signed_receipt.signature = {s.place, s.salt, s.siblings, s.signature};
      SC_CHECK(std::holds_alternative<core::Recorded>(apply(receipts[i]).answer));
    }
  }
}

core::Submit SignedLog::letter(const Letter& l) {
  core::Submit out;
  wire::Header& h = out.header;
  random_.fill(h.message_id.bytes);
  random_.fill(h.referral_id.bytes);
  h.from = ngo_.id;
  h.to = haven_.id;
  h.from_role = static_cast<std::uint8_t>(policies::Role::kNgoCase);
  h.to_role = static_cast<std::uint8_t>(policies::Role::kShelter);
  h.signing_key = ngo_.signing.id();
  h.sealing_key = haven_.sealing.id();
  h.purpose = static_cast<std::uint8_t>(policies::Purpose::kSafeAccommodation);
  h.urgency = static_cast<std::uint8_t>(policies::Urgency::kTonight);
  h.stage = static_cast<std::uint8_t>(policies::Stage::kRelease);
  h.basis = static_cast<std::uint8_t>(policies::Basis::kConsent);
  h.created = now_;
  h.transport_expiry = now_ + l.life;
  h.content_end = now_ + days(30);
  if (l.consent) {
    out.facts.consent = consent_;
    out.facts.consent_salt = random_.array<32>();
    h.consent_commitment =
        seal::sha256(wire::consent_commitment_input(out.facts.consent_salt, consent_, haven_.id));
  }
  out.facts.header = wire::encode(h);
  std::vector<seal::SlotPlaintext> plain;
  static constexpr std::uint8_t kOffered[] = {0, 1, 2, 3, 14, 22};
  for (const std::uint8_t number : kOffered) {
    plain.push_back({number, SecretBytes(Bytes(20, number)), false});
  }
  const auto sealed =
      *seal::seal_message(out.facts.header, haven_.sealing.public_key(), plain, random_);
  out.agency = ngo_.id;
  out.facts.leaves = sealed.leaves;
  out.facts.offered = sealed.offered;
  out.facts.offered_salt = sealed.offered_salt;
  out.facts.offered_digest = sealed.offered_digest;
  out.facts.signature = batch(ngo_, seal::BatchKind::kMessages, sealed.digest);
  out.facts.sealed_bytes = 1024;
  out.digest = sealed.digest;
  out.key = ngo_.signing.id();
  return out;
}

core::TakeReceipt SignedLog::receipt_for(const core::Given& given) {
  core::TakeReceipt out;
  out.agency = haven_.id;
  out.receipt.message = given.message;
  out.receipt.delivery = given.position;
  out.receipt.digest = core::find_message(state_, given.message)->digest;
  out.receipt.kept = given.kept;
  out.receipt.at = now_;
  out.signed_receipt.body = wire::encode(out.receipt);
  const Digest digest = seal::labelled_hash(wire::kReceiptDigestLabel, {out.signed_receipt.body});
  out.signed_receipt.signature = batch(haven_, seal::BatchKind::kReceipts, digest);
  out.key = haven_.signing.id();
  return out;
}

std::string SignedLog::sign(const ledger::TreeHead& head) const {
  return ledger::sign_checkpoint(kOrigin, head, log_key_);
}

void SignedLog::resign() {
  ledger::Frontier tree;
  std::vector<ledger::TreeNode> nodes;
  for (const auto& [place, record] : source.records) {
    tree.append(seal::leaf_hash(*ledger::leaf_of_record(record)), nodes);
  }
  source.nodes.clear();
  for (const ledger::TreeNode& node : nodes) source.nodes[node.id] = node.hash;
  source.note = sign(tree.head());
}

std::string SignedLog::trust_text() const {
  return "log " + vkey(kOrigin, log_key_) + "\nquorum none\n";
}

ledger::TrustPolicy SignedLog::trust() const {
  return *ledger::TrustPolicy::parse(trust_text());
}

}  // namespace safeconduct::audit
