// The ledger's hash tree while it grows (RFC 6962 §2.1): appending costs O(1) hashes on average,
// and what must be kept to go on is one hash per set bit of the size.
#pragma once

#include <compare>
#include <vector>

#include "schemas/base/bytes.h"

namespace safeconduct::ledger {

// The perfect subtree over leaves [index * 2^level, (index + 1) * 2^level). Level 0: leaf hashes.
struct NodeId {
  unsigned level = 0;  // 0..63
  std::uint64_t index = 0;
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

struct TreeNode {
  NodeId id;
  Digest hash{};
  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};

// What a checkpoint says of the tree.
struct TreeHead {
  std::uint64_t size = 0;
  Digest root{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// H(""), the root of no leaves.
[[nodiscard]] Digest empty_root();

// The compact range [0, size): the roots of the perfect subtrees that make up the tree, one per set
// bit of the size. Copies are cheap enough to take one per tick and drop it when the tick fails.
class Frontier {
 public:
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // O(log n) hashes; H("") for the empty tree.
  [[nodiscard]] Digest root() const;
  [[nodiscard]] TreeHead head() const { return {size_, root()}; }

  void append(const Digest& leaf_hash);
  // Also adds the nodes that this leaf completes to `completed`, the leaf itself first: written in
  // the same batch as the entry, they are all that proofs will ever read.
  void append(const Digest& leaf_hash, std::vector<TreeNode>& completed);

  // Roots of the perfect subtrees, largest first.
  [[nodiscard]] std::span<const Digest> subtrees() const { return subtrees_; }

  // size u64 || the subtrees' roots, largest first.
  [[nodiscard]] Bytes serialise() const;
  // Errors: kInvalid.
  [[nodiscard]] static Result<Frontier> parse(ByteView bytes);
  // Errors: kInvalid unless there is one root per set bit of `size`.
  [[nodiscard]] static Result<Frontier> from_subtrees(std::uint64_t size,
                                                      std::vector<Digest> roots);

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> subtrees_;
};

// The nodes that make up [0, size), largest first: what a frontier of that size holds.
[[nodiscard]] std::vector<NodeId> frontier_nodes(std::uint64_t size);

}  // namespace safeconduct::ledger
