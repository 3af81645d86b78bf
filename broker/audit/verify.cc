#include "broker/audit/verify.h"

#include "broker/audit/batches.h"
#include "broker/audit/pruned_parts.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::audit {
namespace {

std::string range_words(const ledger::NodeId& node) {
  const std::uint64_t first = node.index << node.level;
  const std::uint64_t last = first + (std::uint64_t{1} << node.level) - 1;
  if (first == last) return "entry " + std::to_string(first) + " is";
  return "entries " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

// What can be said of one record by itself; on any thread.
struct Examined {
  std::optional<Error> unreadable;  // not even a leaf
  std::optional<Error> malformed;   // a leaf, and no entry
  std::optional<Error> parts_wrong;
  Digest leaf_hash{};
  ledger::Leaf leaf;
  std::optional<ledger::Entry> of_interest;  // lacks parts, or says which were destroyed
  std::uint64_t parts = 0;
  std::uint64_t absent = 0;
};

Examined examine(std::uint64_t, const Result<Bytes>& record) {
  Examined out;
  const auto leaf = record ? ledger::leaf_of_record(*record) : Result<ByteView>(record.error());
  if (!leaf) {
    out.unreadable = leaf.error();
    return out;
  }
  out.leaf_hash = seal::leaf_hash(*leaf);
  const auto entry = ledger::decode_record(*record);
  if (!entry) {
    out.malformed = entry.error();
    return out;
  }
  out.leaf = entry->leaf;
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    out.parts += entry->part(kind) ? 1 : 0;
    out.absent += !entry->part(kind) && entry->has(kind) ? 1 : 0;
  }
  if (const Status parts = ledger::check_parts(*entry); !parts) out.parts_wrong = parts.error();
  if (out.absent > 0 || entry->leaf.kind == ledger::EntryKind::kPruning) out.of_interest = *entry;
  return out;
}

// A head that the log signed, to be met on the way.
struct Milestone {
  std::string where;
  ledger::TreeHead head;
  std::size_t cosignatures = 0;  // when they are enough
};

class Verification {
 public:
  Verification(const EntrySource& source, const ledger::TrustPolicy& trust,
               const VerifyOptions& options)
      : source_(source), trust_(trust), options_(options) {}

  void begin(const std::string& note);
  bool take(std::uint64_t place, const Examined& examined);
  VerifyReport finish();

 private:
  void found(std::optional<std::uint64_t> position, std::string sentence);
  void add_milestone(const EntrySource::KnownHead& known);
  void check_place(std::uint64_t place);
  void check_leaf(std::uint64_t place, const ledger::Leaf& leaf);
  void grow(const Digest& leaf_hash);
  void meet_milestones();
  void compare_roots();
  [[nodiscard]] bool is_named(const ledger::NodeId& node) const;

  const EntrySource& source_;
  const ledger::TrustPolicy& trust_;
  const VerifyOptions& options_;
  VerifyReport report_;
  PrunedParts pruned_;
  ledger::Frontier tree_;
  std::vector<ledger::TreeNode> completed_;
  std::multimap<std::uint64_t, Milestone> milestones_;  // by size
  bool trusted_ = false;
  std::uint64_t expected_ = 0;
  bool dense_ = true;                            // so far every place had its entry
  std::optional<ledger::NodeId> first_differs_;  // from the hash that lies beside the entries
};

void Verification::found(std::optional<std::uint64_t> position, std::string sentence) {
  if (report_.findings.size() < kFindingsMax) {
    report_.findings.push_back({position, std::move(sentence)});
  }
}

void Verification::begin(const std::string& note) {
  const auto newest = trust_.open_unwitnessed(note);
  if (!newest) {
    found({}, "the checkpoint is not to be trusted: " + newest.error().message);
    return;
  }
  trusted_ = true;
  report_.origin = newest->checkpoint.origin;
  report_.head = newest->checkpoint.head;
  if (trust_.open(note)) {
    report_.cosignatures = newest->signatories.size() - 1;
    report_.cosigned_size = report_.head.size;
  }
  for (const auto& known : source_.known_heads()) add_milestone(known);
  for (const auto& known : options_.kept_heads) add_milestone(known);
}

void Verification::add_milestone(const EntrySource::KnownHead& known) {
  const auto opened = trust_.open_unwitnessed(known.note);
  if (!opened || opened->checkpoint.origin != report_.origin) {
    found({}, "the " + known.where + " head beside the log is not signed by it" +
                  (opened ? std::string() : ": " + opened.error().message));
    return;
  }
  const ledger::TreeHead& head = opened->checkpoint.head;
  const bool enough = trust_.is_quorum(opened->signatories);
  milestones_.emplace(head.size,
                      Milestone{known.where, head, enough ? opened->signatories.size() - 1 : 0});
}

void Verification::check_place(std::uint64_t place) {
  if (place == expected_) return;
  dense_ = false;
  if (place > expected_) {
    const std::uint64_t count = place - expected_;
    found(expected_, count == 1 ? "this entry is missing"
                                : std::to_string(count) + " entries are missing from here on");
  } else {
    found(place, "an entry lies here twice");
  }
}

void Verification::check_leaf(std::uint64_t place, const ledger::Leaf& leaf) {
  if (leaf.position.value != place) {
    found(place,
          "the entry that lies here says that it is entry " + std::to_string(leaf.position.value));
  }
  if (report_.entries > 0 && leaf.instant < report_.last) {
    found(place, "the entry is dated " + to_rfc3339(leaf.instant) + ", before the one before it");
  }
  if (report_.entries == 0) report_.first = leaf.instant;
  report_.last = leaf.instant;
  report_.entries += 1;
  report_.kinds[leaf.kind] += 1;
}

void Verification::grow(const Digest& leaf_hash) {
  if (!dense_) return;
  completed_.clear();
  tree_.append(leaf_hash, completed_);
  for (const ledger::TreeNode& node : completed_) {
    if (first_differs_) break;
    const auto beside = source_.node(node.id);
    if (beside && *beside != node.hash) first_differs_ = node.id;
  }
  meet_milestones();
}

void Verification::meet_milestones() {
  for (auto [at, end] = milestones_.equal_range(tree_.size()); at != end; ++at) {
    const Milestone& known = at->second;
    if (tree_.root() != known.head.root) {
      // Where the entries were changed is said by themselves, if they can say it.
      if (first_differs_ || !report_.findings.empty()) continue;
      found({}, "two truths: the " + known.where + " head of " + std::to_string(known.head.size) +
                    " entries, which the log signed, is of other entries than these");
      continue;
    }
    report_.heads += 1;
    if (known.cosignatures > 0 && known.head.size >= report_.cosigned_size) {
      report_.cosignatures = known.cosignatures;
      report_.cosigned_size = known.head.size;
    }
  }
}

bool Verification::take(std::uint64_t place, const Examined& examined) {
  check_place(place);
  expected_ = place + 1;
  if (options_.progress != nullptr && place % kBatchRecords == 0) {
    options_.progress->at(place, report_.head.size);
  }
  if (examined.unreadable) {
    dense_ = false;
    found(place, "the entry cannot be read: " + examined.unreadable->message);
    return true;
  }
  grow(examined.leaf_hash);
  if (examined.malformed) {
    found(place, "the entry cannot be read: " + examined.malformed->message);
    return true;
  }
  check_leaf(place, examined.leaf);
  report_.parts += examined.parts;
  report_.absent_parts += examined.absent;
  if (examined.of_interest) {
    pruned_.take(*examined.of_interest);
    pruned_.absent(*examined.of_interest);
  }
  if (examined.parts_wrong) found(place, examined.parts_wrong->message);
  return true;
}

// One of the entries below the node was found wrong by itself.
bool Verification::is_named(const ledger::NodeId& node) const {
  const std::uint64_t first = node.index << node.level;
  const std::uint64_t last = first + (std::uint64_t{1} << node.level) - 1;
  return std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Finding& f) {
    return f.position && *f.position >= first && *f.position <= last;
  });
}

void Verification::compare_roots() {
  const ledger::TreeHead& signed_head = report_.head;
  if (expected_ < signed_head.size) {
    found(expected_, "the log ends before this entry; the checkpoint names " +
                         std::to_string(signed_head.size) + " entries");
  } else if (expected_ > signed_head.size) {
    found(signed_head.size, "from here on no signed checkpoint covers the entries");
  }
  const bool same = dense_ && tree_.head() == signed_head;
  if (first_differs_ && !is_named(*first_differs_)) {
    const std::uint64_t first = first_differs_->index << first_differs_->level;
    found(first, same ? range_words(*first_differs_) +
                            " whole, but the tree hash that lies beside is another"
                      : range_words(*first_differs_) + " not what the log signed");
  } else if (!first_differs_ && !same && dense_ && expected_ == signed_head.size) {
    found({},
          "the entries do not lead to the signed root, and the hashes beside them were "
          "changed with them; compare with another copy to see which entry it is");
  }
}

VerifyReport Verification::finish() {
  report_.pruned_by = pruned_.pruners();
  report_.pruned_parts = pruned_.explained();
  if (!trusted_) return std::move(report_);
  compare_roots();
  for (const auto& [size, known] : milestones_) {
    if (size <= std::max(report_.head.size, expected_)) continue;
    found(report_.head.size, "an older copy: the log signed " + std::to_string(size) +
                                 " entries (" + known.where + "), this copy ends here");
  }
  if (trust_.asks_for_witnesses() && report_.cosigned_size == 0 && report_.findings.empty()) {
    found({},
          "the trust file asks for witnesses, and no head of this log that bears enough of "
          "them lies beside it; ask the broker or a witness for a cosigned one");
  }
  return std::move(report_);
}

}  // namespace

const Finding* first_of(const std::vector<Finding>& findings) {
  const Finding* first = nullptr;
  for (const Finding& finding : findings) {
    const bool earlier = first == nullptr || !first->position ||
                         (finding.position && *finding.position < *first->position);
    if (earlier && (first == nullptr || finding.position)) first = &finding;
  }
  return first;
}

Result<VerifyReport> verify(const EntrySource& source, const ledger::TrustPolicy& trust,
                            const VerifyOptions& options) {
  TRY(note, source.checkpoint());
  Verification verification(source, trust, options);
  verification.begin(note);
  Batches<Examined> batches(source, examine, [&](std::uint64_t place, const Examined& examined) {
    return verification.take(place, examined);
  });
  TRY_OK(batches.run());
  return verification.finish();
}

}  // namespace safeconduct::audit
