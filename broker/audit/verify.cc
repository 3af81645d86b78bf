#include "broker/audit/verify.h"

#include "schemas/seal/merkle.h"

namespace safeconduct::audit {
namespace {

std::string range_words(const ledger::NodeId& node) {
  const std::uint64_t first = node.index << node.level;
  const std::uint64_t last = first + (std::uint64_t{1} << node.level) - 1;
  if (first == last) return "entry " + std::to_string(first) + " is";
  return "entries " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

class Verification {
 public:
  explicit Verification(const EntrySource& source) : source_(source) {}

  bool take(std::uint64_t place, const Result<Bytes>& record);
  VerifyReport finish(const Result<ledger::TrustedCheckpoint>& trusted);

 private:
  void found(std::optional<std::uint64_t> position, std::string sentence);
  void check_place(std::uint64_t place);
  void check_leaf(std::uint64_t place, const ledger::Leaf& leaf);
  void count_parts(const ledger::Entry& entry);
  void grow(ByteView leaf);
  void compare_roots();

  const EntrySource& source_;
  VerifyReport report_;
  ledger::Frontier tree_;
  std::uint64_t expected_ = 0;
  bool dense_ = true;                            // so far every place had its entry
  std::optional<ledger::NodeId> first_differs_;  // from the hash that lies beside the entries
};

void Verification::found(std::optional<std::uint64_t> position, std::string sentence) {
  if (report_.findings.size() < kFindingsMax) {
    report_.findings.push_back({position, std::move(sentence)});
  }
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

void Verification::count_parts(const ledger::Entry& entry) {
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    if (entry.part(kind)) {
      report_.parts += 1;
    } else if (entry.has(kind)) {
      report_.absent_parts += 1;
    }
  }
}

void Verification::grow(ByteView leaf) {
  if (!dense_) return;
  std::vector<ledger::TreeNode> completed;
  tree_.append(seal::leaf_hash(leaf), completed);
  for (const ledger::TreeNode& node : completed) {
    if (first_differs_) return;
    const auto beside = source_.node(node.id);
    if (beside && *beside != node.hash) first_differs_ = node.id;
  }
}

bool Verification::take(std::uint64_t place, const Result<Bytes>& record) {
  check_place(place);
  expected_ = place + 1;
  const auto leaf = record ? ledger::leaf_of_record(*record) : Result<ByteView>(record.error());
  if (!leaf) {
    dense_ = false;
    found(place, "the entry cannot be read: " + leaf.error().message);
    return true;
  }
  grow(*leaf);
  const auto entry = ledger::decode_record(*record);
  if (!entry) {
    found(place, "the entry cannot be read: " + entry.error().message);
    return true;
  }
  check_leaf(place, entry->leaf);
  count_parts(*entry);
  if (const Status parts = ledger::check_parts(*entry); !parts) {
    found(place, parts.error().message);
  }
  return true;
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
  if (first_differs_) {
    const std::uint64_t first = first_differs_->index << first_differs_->level;
    found(first, same ? range_words(*first_differs_) +
                            " whole, but the tree hash that lies beside is another"
                      : range_words(*first_differs_) + " not what the log signed");
  } else if (!same && dense_ && expected_ == signed_head.size) {
    found({},
          "the entries do not lead to the signed root, and the hashes beside them were "
          "changed with them; compare with another copy to see which entry it is");
  }
}

VerifyReport Verification::finish(const Result<ledger::TrustedCheckpoint>& trusted) {
  if (trusted) {
    report_.origin = trusted->checkpoint.origin;
    report_.head = trusted->checkpoint.head;
    report_.cosignatures = trusted->signatories.size() - 1;
    compare_roots();
  } else {
    found({}, "the checkpoint is not to be trusted: " + trusted.error().message);
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

Result<VerifyReport> verify(const EntrySource& source, const ledger::TrustPolicy& trust) {
  TRY(note, source.checkpoint());
  Verification verification(source);
  TRY_OK(source.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
    return verification.take(place, record);
  }));
  return verification.finish(trust.open(note));
}

}  // namespace safeconduct::audit
