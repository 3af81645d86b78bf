#include "agents/daemon/book.h"

#include <array>

#include "agents/daemon/place.h"
#include "schemas/ledger/proof.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/activation.h"
#include "schemas/wire/parts.h"

namespace safeconduct::agent {
namespace {

constexpr std::size_t kCardsKept = 2;
constexpr std::size_t kPoliciesKept = 16;

const Bytes kHead = place::named("head");
const Bytes kFeed = place::named("feed");
const Bytes kLog = place::named("log");
const Bytes kOldHead = place::named("old head");  // of the log before a loss: evidence
const Bytes kDirectory = place::named("directory");
const Bytes kPolicy = place::named("policy");

}  // namespace

Result<Book> Book::load(const Store& store, const Trust& trust) {
  Book book(trust);
  TRY(log, store.get(kLog));
  if (log) {
    TRY(key, ledger::NoteKey::parse(text_of(*log)));
    book.trust_.log = std::move(key);
  }
  TRY(head, store.get(kHead));
  if (head) {
    const ledger::NoteKey& known = book.trust_.log;
    auto shown = ledger::open_checkpoint(text_of(*head), known.name(), known);
    if (!shown) {
      return corrupt("the store follows another ledger than `" + known.name() +
                     "`; give this agent a new store, or the network's own key");
    }
    book.head_ = shown->head;
    book.head_note_ = std::move(*head);
  }
  TRY(feed, store.get(kFeed));
  if (feed) book.feed_next_ = ByteReader(*feed).u64();
  TRY(directory, store.get(kDirectory));
  if (directory) {
    TRY(parsed, book.open_directory(*directory));
    book.directory_ = std::move(parsed);
    book.directory_note_ = std::move(*directory);
  }
  TRY(policy, store.get(kPolicy));
  if (policy) {
    // Their officers were checked when they came; they may have changed since.
    ByteReader in(*policy);
    while (in.remaining() > 0 && !in.failed()) {
      const std::uint64_t position = in.u64();
      const Instant from{in.i64()};
      TRY(compiled, policies::compile_text(text_of(in.blob(policy->size())), "stored policy"));
      book.policies_.push_back({position, from, std::move(compiled)});
    }
    TRY_OK(in.finish("policies"));
  }
  TRY_OK(store.each(place::all('K'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    ByteReader in(value);
    while (in.remaining() > 0 && !in.failed()) {
      TRY(card, wire::decode_sealing_card(in.blob(value.size())));
      book.cards_[card.agency].push_back(card);
    }
    return in.finish("sealing cards");
  }));
  return book;
}

const wire::DirectoryAgency* Book::agency(const AgencyId& id) const {
  return directory_ ? directory_->find(id) : nullptr;
}

const wire::SealingCard* Book::card(const AgencyId& id, Instant at, const KeyId& avoid) const {
  const auto found = cards_.find(id);
  if (found == cards_.end() || found->second.empty()) return nullptr;
  const wire::SealingCard& newest = found->second.back();
  const bool usable = at < newest.accepted_until && newest.not_before <= at + limits::kClockSkew;
  const bool avoided = avoid != KeyId{} && seal::SealingPublicKey{newest.key}.id() == avoid;
  if (!usable || avoided) return nullptr;
  return &newest;
}

std::uint64_t Book::card_counter(const AgencyId& id) const {
  const auto found = cards_.find(id);
  return found == cards_.end() || found->second.empty() ? 0 : found->second.back().counter;
}

Result<bool> Book::take_origin(Change& change, ByteView directory_note) {
  TRY(directory, open_directory(directory_note));
  TRY(log, ledger::NoteKey::parse(directory.log_vkey));
  if (log == trust_.log) return false;
  if (directory_ && directory.version <= directory_->version) {
    return Error{ErrorCode::kConflict,
                 "the broker follows the log `" + log.name() +
                     "`, and its directory is not newer than the one known here; ask the network"};
  }
  change.put(kOldHead, head_note_);
  change.put(kLog, to_bytes(view_of(log.text())));
  change.erase(kHead);
  change.erase(kFeed);
  for (const auto& [id, cards] : cards_) change.erase(place::cards(id));
  trust_.log = std::move(log);
  head_ = {};
  head_note_.clear();
  feed_next_ = 0;
  cards_.clear();
  return true;
}

Status Book::take_checkpoint(Change& change, const wire::Checkpoint& checkpoint) {
  TRY(shown, ledger::open_checkpoint(text_of(checkpoint.note), trust_.log.name(), trust_.log));
  const ledger::TreeHead& next = shown.head;
  if (next.size < head_.size) {
    return Error{ErrorCode::kConflict, "the broker shows a ledger of " + std::to_string(next.size) +
                                           " entries, it had " + std::to_string(head_.size) +
                                           ": it was rolled back"};
  }
  if (next.size == head_.size && head_.size > 0) {
    if (next == head_) return {};
    return Error{ErrorCode::kConflict, "the broker shows another ledger of the same " +
                                           std::to_string(next.size) + " entries: it was forked"};
  }
  if (head_.size > 0) {
    if (checkpoint.old_size != head_.size) {
      return unauthentic("the broker proves its head from " + std::to_string(checkpoint.old_size) +
                         " entries, not from the " + std::to_string(head_.size) + " known here");
    }
    if (!ledger::verify_consistency(head_, next, checkpoint.consistency)) {
      return Error{ErrorCode::kConflict, "the broker's ledger of " + std::to_string(next.size) +
                                             " entries does not extend the one of " +
                                             std::to_string(head_.size) +
                                             " that it showed before: it was forked"};
    }
  }
  head_ = next;
  head_note_ = checkpoint.note;
  change.put(kHead, head_note_);
  return {};
}

Result<ledger::Entry> Book::prove(const wire::EntryView& view) const {
  ledger::Entry entry;
  TRY(leaf, ledger::decode_leaf(view.leaf));
  entry.leaf = leaf;
  TRY_OK(ledger::verify_inclusion(ledger::leaf_hash(leaf), leaf.position.value, head_,
                                  view.inclusion));
  for (const wire::EntryPart& part : view.parts) {
    if (part.kind < 1 || part.kind > ledger::kParts) return invalid("entry has an unknown part");
    auto& place = entry.part(static_cast<ledger::PartKind>(part.kind));
    if (place) return invalid("entry has a part twice");
    place = ledger::Part{part.salt, part.bytes};
  }
  TRY_OK(ledger::check_parts(entry));
  return entry;
}

Result<bool> Book::take_entry(Change& change, const ledger::Entry& entry) {
  const auto& network = entry.part(ledger::PartKind::kNetwork);
  if (!network) return false;
  switch (entry.leaf.kind) {
    case ledger::EntryKind::kDirectory:
      return take_directory(change, network->bytes);
    case ledger::EntryKind::kPolicy:
      return take_policy(change, entry, network->bytes);
    case ledger::EntryKind::kSealingCard:
      return take_card(change, network->bytes);
    default:  // what else concerns everyone does not concern this room
      return false;
  }
}

void Book::read_up_to(Change& change, std::uint64_t next) {
  if (next <= feed_next_) return;
  feed_next_ = next;
  change.put(kFeed, ByteWriter().u64(next).take());
}

Result<wire::Directory> Book::open_directory(ByteView note) const {
  const std::array known = {trust_.authority};
  TRY(verified, ledger::open_note(text_of(note), known));
  TRY(directory, wire::parse_directory(verified.text()));
  if (directory.network != trust_.network) {
    return unauthentic("the directory is of the network `" + directory.network + "`");
  }
  return directory;
}

Result<bool> Book::take_directory(Change& change, ByteView note) {
  TRY(next, open_directory(note));
  if (directory_) {
    if (next.version < directory_->version) return false;
    if (next.version == directory_->version) {
      if (next == *directory_) return false;
      return Error{ErrorCode::kConflict, "there are two directories of version " +
                                             std::to_string(next.version) +
                                             "; ask the network's authority"};
    }
    drop_cards_of_changed_keys(change, next);
  }
  directory_ = std::move(next);
  directory_note_ = to_bytes(note);
  change.put(kDirectory, directory_note_);
  return true;
}

// A sealing card is worth as much as the signing key that vouched for it.
void Book::drop_cards_of_changed_keys(Change& change, const wire::Directory& next) {
  for (auto& [id, cards] : cards_) {
    const wire::DirectoryAgency* before = directory_->find(id);
    const wire::DirectoryAgency* after = next.find(id);
    if (after != nullptr && before != nullptr && after->signing_key == before->signing_key)
      continue;
    cards.clear();
    change.erase(place::cards(id));
  }
}

Result<Book::KnownPolicy> Book::open_policy(const ledger::Entry& entry, ByteView note) const {
  if (!directory_) return unauthentic("a policy came before any directory that names its officers");
  std::vector<ledger::NoteKey> officers;
  for (const std::string& vkey : directory_->officer_vkeys) {
    TRY(key, ledger::NoteKey::parse(vkey));
    officers.push_back(std::move(key));
  }
  TRY(verified, ledger::open_note(text_of(note), officers));
  std::vector<seal::VerifyKey> signers;
  for (const ledger::Signatory& signatory : verified.signatories()) {
    const auto& key = signatory.key.key();
    if (std::find(signers.begin(), signers.end(), key) == signers.end()) signers.push_back(key);
  }
  if (signers.size() < 2) return unauthentic("the policy is not signed by two officers");
  TRY(said, wire::parse_policy_note_text(verified.text()));
  TRY(compiled, policies::compile_text(said.policy, "policy"));
  if (compiled.text() != said.policy) return invalid("the policy's text is not canonical");
  Instant from = entry.leaf.instant;
  if (said.activation && said.activation->from) from = std::max(from, *said.activation->from);
  return KnownPolicy{entry.leaf.position.value, from, std::move(compiled)};
}

Result<bool> Book::take_policy(Change& change, const ledger::Entry& entry, ByteView note) {
  if (!policies_.empty() && entry.leaf.position.value <= policies_.back().position) return false;
  TRY(known, open_policy(entry, note));
  policies_.push_back(std::move(known));
  // What was decided before the last few changes has long come.
  if (policies_.size() > kPoliciesKept) policies_.erase(policies_.begin());
  put_policies(change);
  advance(entry.leaf.instant);
  return true;
}

void Book::put_policies(Change& change) const {
  ByteWriter out;
  for (const KnownPolicy& known : policies_) {
    out.u64(known.position).i64(known.from.ms).blob(view_of(known.policy.text()));
  }
  change.put(kPolicy, out.take());
}

void Book::advance(Instant now) {
  for (const KnownPolicy& known : policies_) {
    if (known.from > now || (policy_ && known.position <= policy_position_)) continue;
    policy_ = known.policy;
    policy_position_ = known.position;
  }
}

const policies::CompiledPolicy* Book::policy_at(std::uint64_t position, Instant instant) const {
  const policies::CompiledPolicy* out = nullptr;
  for (const KnownPolicy& known : policies_) {
    if (known.position < position && known.from <= instant) out = &known.policy;
  }
  return out;
}

Result<bool> Book::take_card(Change& change, ByteView recorded) {
  TRY(record, wire::decode_recorded(recorded));
  if (record.record.kind != wire::RecordKind::kSealingCard) return invalid("not a sealing card");
  TRY(card, wire::decode_sealing_card(record.record.body));
  const wire::DirectoryAgency* owner = agency(card.agency);
  if (owner == nullptr || card.agency != record.agency) {
    return unauthentic("a sealing card of nobody in the directory");
  }
  const Bytes said = wire::signed_bytes(wire::kRecordSignatureLabel, record.record.body);
  if (!seal::verify(seal::VerifyKey{owner->signing_key}, said, record.record.signature)) {
    return unauthentic("the sealing card of `" + card.agency.text() + "` is not signed by it");
  }
  std::vector<wire::SealingCard>& cards = cards_[card.agency];
  if (!cards.empty() && card.counter <= cards.back().counter) return false;
  cards.push_back(card);
  if (cards.size() > kCardsKept) cards.erase(cards.begin());
  put_cards(change, card.agency);
  return true;
}

void Book::put_cards(Change& change, const AgencyId& id) const {
  ByteWriter out;
  for (const wire::SealingCard& card : cards_.at(id)) out.blob(wire::encode(card));
  change.put(place::cards(id), out.take());
}

}  // namespace safeconduct::agent
