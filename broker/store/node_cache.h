// The newest hashes of the ledger's tree, of every level: what nearly every proof is made of.
#pragma once

#include <array>
#include <vector>

#include "schemas/ledger/tree.h"

namespace safeconduct::store {

// Bounded: each level keeps its newest few thousand. Thread: one at a time.
class NodeCache {
 public:
  void add(const ledger::TreeNode& node);
  // Null when it is not here.
  [[nodiscard]] const Digest* find(const ledger::NodeId& node) const;

 private:
  static constexpr std::size_t kKept = 4096;
  struct Run {
    std::uint64_t first = 0;
    std::vector<Digest> hashes;
  };
  std::array<Run, 64> levels_;
};

}  // namespace safeconduct::store
