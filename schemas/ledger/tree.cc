#include "schemas/ledger/tree.h"

#include <bit>

#include "schemas/base/codec.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::ledger {

Digest empty_root() {
  return seal::tree_root({});
}

Digest Frontier::root() const {
  if (subtrees_.empty()) return empty_root();
  Digest root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i) {
    root = seal::node_hash(subtrees_[i - 1], root);
  }
  return root;
}

void Frontier::append(const Digest& leaf_hash) {
  SC_CHECK(size_ != UINT64_MAX);
  // Adding one to the size, in binary: each carry joins two subtrees of equal height.
  Digest hash = leaf_hash;
  for (int carries = std::countr_one(size_); carries > 0; --carries) {
    hash = seal::node_hash(subtrees_.back(), hash);
    subtrees_.pop_back();
  }
  subtrees_.push_back(hash);
  ++size_;
}

void Frontier::append(const Digest& leaf_hash, std::vector<TreeNode>& completed) {
  SC_CHECK(size_ != UINT64_MAX);
  TreeNode node{{0, size_}, leaf_hash};
  completed.push_back(node);
  for (int carries = std::countr_one(size_); carries > 0; --carries) {
    node.id = {node.id.level + 1, node.id.index / 2};
    node.hash = seal::node_hash(subtrees_.back(), node.hash);
    subtrees_.pop_back();
    completed.push_back(node);
  }
  subtrees_.push_back(node.hash);
  ++size_;
}

// frontier = size u64 || root[32] of each perfect subtree, largest first
Bytes Frontier::serialise() const {
  ByteWriter writer;
  writer.u64(size_);
  for (const Digest& root : subtrees_) writer.raw(root);
  return writer.take();
}

Result<Frontier> Frontier::parse(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint64_t size = reader.u64();
  std::vector<Digest> roots(static_cast<std::size_t>(std::popcount(size)));
  for (Digest& root : roots) root = reader.array<32>();
  TRY_OK(reader.finish("a tree frontier"));
  return from_subtrees(size, std::move(roots));
}

Result<Frontier> Frontier::from_subtrees(std::uint64_t size, std::vector<Digest> roots) {
  const auto expected = static_cast<std::size_t>(std::popcount(size));
  if (roots.size() != expected) {
    return invalid("a tree of size `" + std::to_string(size) + "` has `" +
                   std::to_string(expected) + "` perfect subtrees, not `" +
                   std::to_string(roots.size()) + "`");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.subtrees_ = std::move(roots);
  return frontier;
}

std::vector<NodeId> frontier_nodes(std::uint64_t size) {
  std::vector<NodeId> nodes;
  nodes.reserve(static_cast<std::size_t>(std::popcount(size)));
  for (unsigned level = 64; level-- > 0;) {
    const std::uint64_t prefix = size >> level;
    if ((prefix & 1) != 0) nodes.push_back({level, prefix - 1});
  }
  return nodes;
}

}  // namespace safeconduct::ledger
