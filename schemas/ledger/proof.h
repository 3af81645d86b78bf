// Inclusion and consistency proofs (RFC 9162 §2.1.3 and §2.1.4): made by whoever has the tree's
// nodes, verified by anyone.
#pragma once

#include "schemas/ledger/tree.h"

namespace safeconduct::ledger {

// Siblings, the leaf's side first.
using Proof = std::vector<Digest>;

inline constexpr std::size_t kProofHashesMax = 64;  // a path through 2^64 leaves

// Where proofs get their nodes: tiles of a store or of an export, or a map in tests.
class HashReader {
 public:
  virtual ~HashReader() = default;
  // The hash of a perfect subtree that is complete. Errors: kNotFound, kIo, kCorrupt.
  [[nodiscard]] virtual Result<Digest> hash(const NodeId& node) const = 0;
};

// Each reads O(log size) nodes, all complete in the tree of that size. Errors: kInvalid (index or
// size out of range), and what the reader says.
[[nodiscard]] Result<Proof> inclusion_proof(const HashReader& reader, std::uint64_t index,
                                            std::uint64_t size);
// 0 < old_size <= new_size.
[[nodiscard]] Result<Proof> consistency_proof(const HashReader& reader, std::uint64_t old_size,
                                              std::uint64_t new_size);
// The tree as it was at `size`; its root() is the root then.
[[nodiscard]] Result<Frontier> frontier_at(const HashReader& reader, std::uint64_t size);

// Errors of both: kUnauthentic, saying what does not fit.
[[nodiscard]] Status verify_inclusion(const Digest& leaf_hash, std::uint64_t index,
                                      const TreeHead& head, std::span<const Digest> proof);
// An old size of 0 is refused whatever the proof: everything extends the empty tree, so it would
// prove nothing. (A witness that meets a log for the first time decides that case itself.)
[[nodiscard]] Status verify_consistency(const TreeHead& old_head, const TreeHead& new_head,
                                        std::span<const Digest> proof);

}  // namespace safeconduct::ledger
