#include "schemas/seal/merkle.h"

#include <bit>

#include "schemas/seal/hash.h"

namespace safeconduct::seal {
namespace {

constexpr std::uint8_t kLeafPrefix = 0;
constexpr std::uint8_t kNodePrefix = 1;

}  // namespace

Digest leaf_hash(ByteView data) {
  return sha256({{&kLeafPrefix, 1}, data});
}

Digest node_hash(const Digest& left, const Digest& right) {
  // One buffer and one update: three small updates would cost a third more.
  ByteArray<65> node;
  node[0] = kNodePrefix;
  std::memcpy(node.data() + 1, left.data(), left.size());
  std::memcpy(node.data() + 33, right.data(), right.size());
  return sha256(node);
}

Digest tree_root(std::span<const Digest> leaf_hashes) {
  if (leaf_hashes.empty()) return sha256(ByteView{});
  // Roots of perfect subtrees, largest first: one for each bit that is set in the leaf count so
  // far.
  std::array<Digest, 64> subtrees;
  std::size_t depth = 0;
  std::size_t count = 0;
  for (const Digest& leaf : leaf_hashes) {
    subtrees[depth++] = leaf;
    for (int merges = std::countr_zero(++count); merges > 0; --merges) {
      subtrees[depth - 2] = node_hash(subtrees[depth - 2], subtrees[depth - 1]);
      --depth;
    }
  }
  Digest root = subtrees[--depth];
  while (depth > 0) root = node_hash(subtrees[--depth], root);
  return root;
}

}  // namespace safeconduct::seal
