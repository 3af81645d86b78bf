// RFC 6962 §2.1 written down as the recursions that it states: slow, and obviously right.
#pragma once

#include <span>

#include "schemas/ledger/proof.h"
#include "schemas/seal/hash.h"

namespace safeconduct::ledger::naive {

using Leaves = std::span<const Digest>;  // hashed already

inline Digest node(const Digest& left, const Digest& right) {
  const std::uint8_t prefix = 1;
  return seal::sha256({{&prefix, 1}, left, right});
}

inline std::size_t split(std::size_t count) {
  std::size_t k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

// MTH.
inline Digest root(Leaves leaves) {
  if (leaves.empty()) return seal::sha256(ByteView{});
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = split(leaves.size());
  return node(root(leaves.first(k)), root(leaves.subspan(k)));
}

// PATH.
inline Proof path(std::size_t index, Leaves leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t k = split(leaves.size());
  Proof out = index < k ? path(index, leaves.first(k)) : path(index - k, leaves.subspan(k));
  out.push_back(index < k ? root(leaves.subspan(k)) : root(leaves.first(k)));
  return out;
}

// SUBPROOF; PROOF is with `whole`.
inline Proof consistency(std::size_t old_size, Leaves leaves, bool whole = true) {
  if (old_size == leaves.size()) return whole ? Proof{} : Proof{root(leaves)};
  const std::size_t k = split(leaves.size());
  const bool leftwards = old_size <= k;
  Proof out = leftwards ? consistency(old_size, leaves.first(k), whole)
                        : consistency(old_size - k, leaves.subspan(k), false);
  out.push_back(leftwards ? root(leaves.subspan(k)) : root(leaves.first(k)));
  return out;
}

}  // namespace safeconduct::ledger::naive
