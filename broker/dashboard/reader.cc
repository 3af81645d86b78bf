#include "broker/dashboard/reader.h"

#include <algorithm>

#include "broker/dashboard/projection/read_entry.h"
#include "schemas/ledger/checkpoint.h"

namespace safeconduct::dashboard {
namespace {

Error at_entry(std::uint64_t position, const Error& error) {
  return {error.code, "entry " + std::to_string(position) + ": " + error.message};
}

Result<ledger::Entry> entry_of(const wire::EntryView& view) {
  TRY(leaf, ledger::decode_leaf(view.leaf));
  ledger::Entry entry{std::move(leaf), {}};
  for (const wire::EntryPart& part : view.parts) {
    if (part.kind < 1 || part.kind > ledger::kParts) return invalid("a part of an unknown kind");
    entry.part(static_cast<ledger::PartKind>(part.kind)) = ledger::Part{part.salt, part.bytes};
  }
  TRY_OK(ledger::check_parts(entry));
  return entry;
}

// That all leaves up to and including `last` are the tree's: the siblings to the left of the last
// leaf's path are the roots of the perfect subtrees before it, which `before` has computed itself.
Status verify_prefix(const ledger::Frontier& before, const Digest& last,
                     const ledger::TreeHead& head, std::span<const Digest> proof) {
  TRY_OK(ledger::verify_inclusion(last, before.size(), head, proof));
  auto at = proof.begin();
  const auto roots = before.subtrees();
  for (auto root = roots.rbegin(); root != roots.rend(); ++root) {
    at = std::find(at, proof.end(), *root);
    if (at == proof.end()) {
      return unauthentic("an earlier entry is not the one that the checkpoint covers");
    }
    ++at;
  }
  return {};
}

}  // namespace

Reader::Reader(ledger::NoteKey log, ledger::Frontier tree, std::string note)
    : log_(std::move(log)), tree_(std::move(tree)), note_(std::move(note)) {
  const auto known = ledger::open_checkpoint(note_, log_.name(), log_);
  if (known) head_ = known->head;
}

Status Reader::take(const wire::Checkpoint& checkpoint) {
  const std::string note(text_of(checkpoint.note));
  TRY(shown, ledger::open_checkpoint(note, log_.name(), log_));
  if (shown.head.size < head_.size) {
    return unauthentic("the broker shows a checkpoint of " + std::to_string(shown.head.size) +
                       " entries after one of " + std::to_string(head_.size));
  }
  if (shown.head.size == head_.size && shown.head.root != head_.root) {
    return unauthentic("two checkpoints of the same size contradict each other");
  }
  if (head_.size != 0 && shown.head.size > head_.size) {
    if (checkpoint.old_size != head_.size) return invalid("the checkpoint's proof is another's");
    TRY_OK(ledger::verify_consistency(head_, shown.head, checkpoint.consistency));
  }
  head_ = shown.head;
  note_ = note;
  return {};
}

Result<std::vector<EntryFacts>> Reader::take(const wire::Feed& feed) {
  std::vector<EntryFacts> facts;
  facts.reserve(feed.entries.size());
  ledger::Frontier tree = tree_;
  for (std::size_t i = 0; i < feed.entries.size(); ++i) {
    const wire::EntryView& view = feed.entries[i];
    auto entry = entry_of(view);
    if (!entry) return at_entry(tree.size(), entry.error());
    if (entry->leaf.position.value != tree.size()) {
      return invalid("the broker shows entry " + std::to_string(entry->leaf.position.value) +
                     " where entry " + std::to_string(tree.size()) + " comes next");
    }
    auto fact = read_entry(*entry);
    if (!fact) return fact.error();
    facts.push_back(std::move(*fact));
    const Digest hash = ledger::leaf_hash(entry->leaf);
    if (i + 1 == feed.entries.size()) {
      const Status proven = verify_prefix(tree, hash, head_, view.inclusion);
      if (!proven) return at_entry(tree.size(), proven.error());
    }
    tree.append(hash);
  }
  if (feed.next != tree.size()) return invalid("the broker's feed leaves entries out");
  tree_ = std::move(tree);
  return facts;
}

}  // namespace safeconduct::dashboard
