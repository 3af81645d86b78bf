#include "tests/broker_core/bench_top.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "broker/core/consents.h"
#include "broker/core/message.h"
#include "policies/diff.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "schemas/base/limits.h"
#include "schemas/ledger/note.h"
#include "schemas/seal/hash.h"
#include "schemas/wire/activation.h"

namespace safeconduct::core {
namespace {

SameSalt& salts() {
  static SameSalt same;
  return same;
}

struct Member {
  std::string_view id;
  std::string_view role;
};
constexpr Member kMembers[] = {
    {"cousin_clinic", "health"},
    {"cps", "child_protection"},
    {"dispatch", "emergency"},
    {"embassy", "consular"},
    {"fund", "stats"},
    {"haven", "shelter"},
    {"helpline", "hotline"},
    {"homes", "housing"},
    {"immig", "immigration"},
    {"lawaid", "legal"},
    {"mindwell", "mental_health"},
    {"ngo", "ngo_case"},
    {"pd_unit", "police"},
    {"returns", "return_org"},
    {"sca", "identification"},
    {"skills", "employment"},
    {"stmary", "health"},
};

ByteArray<32> key_bytes(std::string_view name, std::string_view what) {
  return seal::sha256({view_of(name), view_of(what)});
}

std::string officer(std::string_view name, std::string_view secret) {
  const seal::VerifyKey key{key_bytes(secret, "officer")};
  return ledger::NoteKey::make(std::string(name), ledger::SignatureType::kEd25519, key)->text();
}

const std::string& authority() {
  static const std::string vkey = officer("demo.example", "authority");
  return vkey;
}

template <class Id>
Id numbered(std::uint64_t number) {
  Id id;
  if (number == 0) return id;
  const Digest hash = seal::sha256(ByteWriter().u64(number).bytes());
  std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::uint8_t purpose(std::string_view word) {
  const auto known = policies::purpose_named(word);
  return known ? static_cast<std::uint8_t>(*known) : std::uint8_t{200};
}
std::uint8_t role(std::string_view word) {
  const auto known = policies::role_named(word);
  return known ? static_cast<std::uint8_t>(*known) : std::uint8_t{200};
}

wire::Header header_of(const Letter& l, Instant now) {
  wire::Header h;
  h.message_id = message_id(l.number);
  h.referral_id = referral_of(l);
  h.from = agency(l.from);
  h.to = agency(l.to);
  h.from_role = role(l.from_role);
  h.to_role = role(l.to_role);
  h.signing_key = signing_key_of(l.from);
  h.sealing_key = sealing_key_of(l.to);
  h.purpose = purpose(l.purpose);
  h.urgency =
      static_cast<std::uint8_t>(policies::urgency_named(l.urgency).value_or(policies::Urgency{}));
  h.stage = static_cast<std::uint8_t>(policies::stage_named(l.stage).value_or(policies::Stage{}));
  h.basis = static_cast<std::uint8_t>(policies::basis_named(l.basis).value_or(policies::Basis{}));
  h.circumstances = l.circumstances;
  h.hop = l.hop;
  h.prior = message_id(l.prior);
  h.supersedes = message_id(l.supersedes);
  if (l.consent != 0) h.consent_commitment = Digest{1};
  h.vocabulary_hash[0] = l.variant;
  h.created = now;
  h.transport_expiry = now + l.life;
  h.content_end = now + l.content_life;
  return h;
}

// Directory, policy and cards take a while to prove: made once, copied by every test.
const BenchTop& prepared() {
  static const BenchTop made = [] {
    BenchTop bench{BenchTop::Empty{}};
    bench.apply(OpenLog{"demo.example", authority(), "log"});
    bench.apply(bench.directory(bench_directory()));
    bench.apply(bench.policy(national_policy()));
    for (const Member& member : kMembers) bench.apply(bench.card(member.id, 1));
    REQUIRE(bench.core().knowledge().policy.has_value());
    REQUIRE(bench.entries() == 3 + std::size(kMembers));
    return bench;
  }();
  return made;
}

}  // namespace

AgencyId agency(std::string_view name) {
  return *AgencyId::parse(name);
}
KeyId signing_key_of(std::string_view name) {
  return seal::VerifyKey{key_bytes(name, "signing")}.id();
}
KeyId sealing_key_of(std::string_view name, std::uint64_t counter) {
  return seal::SealingPublicKey{key_bytes(name, std::to_string(counter))}.id();
}
MessageId message_id(std::uint64_t number) {
  return numbered<MessageId>(number);
}
ConsentId consent_id(std::uint64_t number) {
  return numbered<ConsentId>(number);
}
ReferralId referral_id(std::uint64_t number) {
  return numbered<ReferralId>(7'000'000u + number);
}
ExceptionId exception_id(std::uint64_t number) {
  return numbered<ExceptionId>(9'000'000u + number);
}
ReferralId referral_of(const Letter& l) {
  if (l.referral != 0) return referral_id(l.referral);
  return referral_id(l.supersedes != 0 ? l.supersedes : l.number);
}
std::uint8_t role_code(std::string_view word) {
  return role(word);
}
std::uint8_t purpose_code(std::string_view word) {
  return purpose(word);
}

policies::CategorySet categories(std::string_view words) {
  policies::CategorySet set = 0;
  std::istringstream in{std::string(words)};
  for (std::string word; in >> word;) set |= policies::bit(policies::category_named(word).value());
  return set;
}

std::uint64_t slots(std::string_view words, policies::Level level) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category c = policies::category_at(i);
    if (policies::contains(categories(words), c)) {
      out |= std::uint64_t{1} << policies::slot_of(c, level);
    }
  }
  return out;
}

const std::string& national_policy() {
  static const std::string text = [] {
    std::ifstream file(SAFECONDUCT_SOURCE "/policies/national-referral.policy");
    std::ostringstream all;
    all << file.rdbuf();
    return policies::format(policies::parse(all.str(), "policy").value());
  }();
  return text;
}

std::string retitled(std::string_view policy, std::string_view title) {
  std::string out(policy);
  const std::size_t start = out.find('"') + 1;
  out.replace(start, out.find('"', start) - start, title);
  return out;
}

Bytes unverified_note(std::string_view text) {
  ledger::Note note;
  note.text = std::string(text);
  note.signatures.push_back({"someone", 7, Bytes(64, 1)});
  return to_bytes(ledger::to_text(note));
}

wire::Directory bench_directory() {
  wire::Directory d;
  d.network = "demo.example";
  d.issued = kMorning;
  d.log_vkey = authority();
  d.officer_vkeys = officers();
  for (const Member& member : kMembers) {
    wire::DirectoryAgency a;
    a.id = agency(member.id);
    a.roles = {std::string(member.role)};
    a.signing_key = key_bytes(member.id, "signing");
    a.transport_key = key_bytes(member.id, "transport");
    a.agreement = a.training = {{2025, 1, 1}, {2026, 12, 31}};
    d.agencies.push_back(std::move(a));
  }
  return d;
}

std::vector<std::string> officers() {
  return {officer("anna", "anna"), officer("bela", "bela"), officer("anna_again", "anna")};
}

BenchTop::BenchTop() : BenchTop(prepared()) {}

BenchTop::BenchTop(Empty) : core_(*Core::load(state_, salts())) {}

Outcome BenchTop::apply(const Command& command) {
  Overlay tick(state_);
  Outcome outcome = core_.apply(tick, command, now);
  state_.apply(tick.changes());
  for (const Emitted& emitted : outcome.entries) log_.push_back(emitted.entry);
  return outcome;
}

void BenchTop::pass(const ledger::Entry& entry) {
  Overlay tick(state_);
  core_.pass(tick, entry.leaf.instant);
  state_.apply(tick.changes());
  log_.push_back(entry);
}

void BenchTop::restart() {
  core_ = *Core::load(state_, salts());
}

Submit BenchTop::letter(const Letter& l) const {
  Submit out;
  out.agency = agency(l.from);
  out.header = header_of(l, now);
  out.facts.header = wire::encode(out.header);
  out.facts.offered = l.offered;
  out.facts.consent = consent_id(l.consent);
  out.facts.sealed_bytes = 2048;
  out.digest = seal::sha256(out.facts.header);
  out.key = signing_key_of(l.from);
  return out;
}

PutConsent BenchTop::consent(const Word& w) const {
  PutConsent out;
  out.agency = agency(w.by);
  wire::ConsentRecord& r = out.consent;
  r.id = consent_id(w.number);
  r.version = w.version;
  r.previous = w.previous;
  r.recorded_by = agency(w.by);
  r.grantor = w.grantor;
  r.given = now;
  r.expires = now + w.life;
  r.fresh_in_reflection = w.fresh_in_reflection;
  r.never_categories = categories(w.never);
  for (const std::string& name : w.excluded) r.never_agencies.push_back(agency(name));
  for (const Scope& s : w.scopes) {
    wire::ConsentScope scope;
    scope.purpose = purpose(s.purpose);
    for (const std::string& name : s.recipients) scope.recipients.push_back(agency(name));
    scope.full = categories(s.full);
    scope.generalised = categories(s.generalised);
    scope.named = scope.full | scope.generalised;
    scope.person_initiated = s.person_initiated;
    std::sort(scope.recipients.begin(), scope.recipients.end());
    r.scopes.push_back(std::move(scope));
  }
  std::sort(r.scopes.begin(), r.scopes.end(),
            [](const auto& a, const auto& b) { return a.purpose < b.purpose; });
  r.onward_depth = w.onward_depth;
  for (const std::string& word : w.onward_purposes) r.onward_purposes.push_back(purpose(word));
  out.record.kind = wire::RecordKind::kConsent;
  out.record.body = wire::encode(r);
  out.record.key = out.key = signing_key_of(w.by);
  out.version_hash = seal::sha256(out.record.body);
  return out;
}

TakeReceipt BenchTop::receipt(const Letter& l, const Given& given,
                              std::optional<std::uint64_t> kept) const {
  TakeReceipt out;
  out.agency = agency(l.to);
  const auto record = find_message(state_, message_id(l.number));
  out.receipt.message = message_id(l.number);
  out.receipt.delivery = given.position;
  if (record) out.receipt.digest = record->digest;
  out.receipt.kept = kept.value_or(given.kept);
  out.receipt.at = now;
  out.signed_receipt.body = wire::encode(out.receipt);
  out.key = signing_key_of(l.to);
  return out;
}

PutDirectory BenchTop::directory(wire::Directory directory) const {
  return {{}, unverified_note(wire::to_text(directory)), authority()};
}

PutPolicy BenchTop::policy(std::string_view text) const {
  const auto parsed = policies::parse(text, "policy");
  return {{},
          unverified_note(parsed ? policies::format(*parsed) : std::string(text)),
          {officers()[0], officers()[1]}};
}

PutPolicy BenchTop::activation(std::string_view text, std::optional<Instant> from) const {
  const Knowledge& known = core_.knowledge();
  const auto next = policies::compile_text(text, "policy");
  REQUIRE(next);
  wire::Activation said;
  said.network = known.network;
  said.after = known.latest_policy_position();
  said.from = from;
  said.opens = policies::widens(*known.latest_policy(), *next);
  said.policy = next->text();
  return {{}, unverified_note(wire::to_text(said)), {officers()[0], officers()[1]}};
}

RecordAction BenchTop::action(std::string_view name, std::uint8_t id) const {
  RecordAction out;
  out.agency = out.action.recorded_by = agency(name);
  out.action.id.bytes.fill(id);
  out.action.who = "op-17";
  out.action.what = wire::Action::kListViewed;
  out.action.at = now;
  out.record.kind = wire::RecordKind::kOperatorAction;
  out.record.body = wire::encode(out.action);
  out.record.key = out.key = signing_key_of(name);
  return out;
}

PutCard BenchTop::card(std::string_view name, std::uint64_t counter) const {
  PutCard out;
  out.agency = out.card.agency = agency(name);
  out.card.counter = counter;
  out.card.key = key_bytes(name, std::to_string(counter));
  out.card.not_before = now;
  out.card.not_after = now + days(7);
  out.card.accepted_until = now + days(14);
  out.card_key = sealing_key_of(name, counter);
  out.record.kind = wire::RecordKind::kSealingCard;
  out.record.body = wire::encode(out.card);
  out.record.key = out.key = signing_key_of(name);
  return out;
}

}  // namespace safeconduct::core
