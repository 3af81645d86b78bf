#include "schemas/ledger/proof.h"

#include <algorithm>
#include <bit>

#include "schemas/seal/merkle.h"

namespace safeconduct::ledger {
namespace {

// Leaves [begin, end), not empty.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  // Where RFC 6962 divides it: behind the largest power of two of leaves that is not all of them.
  [[nodiscard]] std::uint64_t middle() const { return begin + std::bit_floor(size() - 1); }
  [[nodiscard]] Range left() const { return {begin, middle()}; }
  [[nodiscard]] Range right() const { return {middle(), end}; }
};

// MTH of a range that one of the divisions above made: `begin` is a multiple of every subtree's
// width in it.
Result<Digest> root_of(const HashReader& reader, const Range& range) {
  const std::vector<NodeId> nodes = frontier_nodes(range.size());
  std::optional<Digest> root;
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    TRY(hash, reader.hash({node->level, node->index + (range.begin >> node->level)}));
    root = root ? seal::node_hash(hash, *root) : hash;
  }
  SC_CHECK(root.has_value());
  return *root;
}

Error wrong_length(std::string_view what) {
  return unauthentic("the " + std::string(what) + " has another length than its sizes ask for");
}

Error out_of_range(std::string_view what, std::uint64_t value, std::uint64_t size) {
  return invalid("the " + std::string(what) + " `" + std::to_string(value) +
                 "` is not in a tree of size `" + std::to_string(size) + "`");
}

// RFC 9162 §2.1.3.2 and §2.1.4.2 walk from a node to the root with its index and the last index of
// its level.
struct Walk {
  std::uint64_t node = 0;  // fn
  std::uint64_t last = 0;  // sn

  // The next hash of the proof is the left sibling.
  [[nodiscard]] bool sibling_is_left() const { return (node & 1) != 0 || node == last; }
  void up() {
    node >>= 1;
    last >>= 1;
  }
  // Past the levels at which the node at the right edge has no sibling.
  void up_left() {
    while ((node & 1) == 0 && node != 0) up();
    up();
  }
};

}  // namespace

Result<Proof> inclusion_proof(const HashReader& reader, std::uint64_t index, std::uint64_t size) {
  if (index >= size) return out_of_range("index", index, size);
  Proof proof;
  Range range{0, size};
  while (range.size() > 1) {
    const bool leftwards = index < range.middle();
    TRY(sibling, root_of(reader, leftwards ? range.right() : range.left()));
    proof.push_back(sibling);
    range = leftwards ? range.left() : range.right();
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Proof> consistency_proof(const HashReader& reader, std::uint64_t old_size,
                                std::uint64_t new_size) {
  if (old_size == 0 || old_size > new_size) return out_of_range("old size", old_size, new_size);
  Proof proof;
  Range range{0, new_size};
  while (range.end != old_size) {
    const bool leftwards = old_size <= range.middle();
    TRY(sibling, root_of(reader, leftwards ? range.right() : range.left()));
    proof.push_back(sibling);
    range = leftwards ? range.left() : range.right();
  }
  // The verifier knows the old root already when the old tree is this whole range.
  if (range.begin != 0) {
    TRY(root, root_of(reader, range));
    proof.push_back(root);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Frontier> frontier_at(const HashReader& reader, std::uint64_t size) {
  const std::vector<NodeId> nodes = frontier_nodes(size);
  std::vector<Digest> roots;
  roots.reserve(nodes.size());
  for (const NodeId& node : nodes) {
    TRY(hash, reader.hash(node));
    roots.push_back(hash);
  }
  return Frontier::from_subtrees(size, std::move(roots));
}

Status verify_inclusion(const Digest& leaf_hash, std::uint64_t index, const TreeHead& head,
                        std::span<const Digest> proof) {
  if (index >= head.size) {
    return unauthentic("the inclusion proof is for entry `" + std::to_string(index) +
                       "`, outside a tree of size `" + std::to_string(head.size) + "`");
  }
  Walk walk{index, head.size - 1};
  Digest root = leaf_hash;
  for (const Digest& sibling : proof) {
    if (walk.last == 0) return wrong_length("inclusion proof");
    if (walk.sibling_is_left()) {
      root = seal::node_hash(sibling, root);
      walk.up_left();
    } else {
      root = seal::node_hash(root, sibling);
      walk.up();
    }
  }
  if (walk.last != 0) return wrong_length("inclusion proof");
  if (root != head.root) {
    return unauthentic("the inclusion proof of entry `" + std::to_string(index) +
                       "` leads to another root than the tree's");
  }
  return {};
}

Status verify_consistency(const TreeHead& old_head, const TreeHead& new_head,
                          std::span<const Digest> proof) {
  if (old_head.size == 0) return unauthentic("a consistency proof from size `0` proves nothing");
  if (old_head.size > new_head.size) {
    return unauthentic("the tree shrank from size `" + std::to_string(old_head.size) + "` to `" +
                       std::to_string(new_head.size) + "`");
  }
  if (old_head.size == new_head.size) {
    if (!proof.empty()) return wrong_length("consistency proof");
    if (old_head.root == new_head.root) return {};
    return unauthentic("two trees of size `" + std::to_string(new_head.size) + "` differ");
  }
  Walk walk{old_head.size - 1, new_head.size - 1};
  while ((walk.node & 1) != 0) walk.up();
  // A tree whose size is a power of two is one subtree: the proof leaves its root out.
  const bool whole = std::has_single_bit(old_head.size);
  if (!whole && proof.empty()) return wrong_length("consistency proof");
  const Digest start = whole ? old_head.root : proof.front();
  Digest old_root = start;
  Digest new_root = start;
  for (const Digest& sibling : proof.subspan(whole ? 0 : 1)) {
    if (walk.last == 0) return wrong_length("consistency proof");
    if (walk.sibling_is_left()) {
      old_root = seal::node_hash(sibling, old_root);
      new_root = seal::node_hash(sibling, new_root);
      walk.up_left();
    } else {
      new_root = seal::node_hash(new_root, sibling);
      walk.up();
    }
  }
  if (walk.last != 0) return wrong_length("consistency proof");
  if (old_root != old_head.root || new_root != new_head.root) {
    return unauthentic("the tree of size `" + std::to_string(new_head.size) +
                       "` does not extend the one of size `" + std::to_string(old_head.size) +
                       "`; keep both checkpoints as evidence");
  }
  return {};
}

}  // namespace safeconduct::ledger
