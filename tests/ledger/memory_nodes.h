// A growing tree that keeps its nodes in memory, as a store would keep them in tiles.
#pragma once

#include <map>

#include "schemas/ledger/proof.h"

namespace safeconduct::ledger {

class MemoryNodes final : public HashReader {
 public:
  void append(const Digest& leaf_hash) {
    std::vector<TreeNode> completed;
    frontier_.append(leaf_hash, completed);
    for (const TreeNode& node : completed) nodes_[node.id] = node.hash;
  }
  [[nodiscard]] const Frontier& frontier() const { return frontier_; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  void forget(const NodeId& node) { nodes_.erase(node); }

  [[nodiscard]] Result<Digest> hash(const NodeId& node) const override {
    const auto found = nodes_.find(node);
    if (found != nodes_.end()) return found->second;
    return not_found("no node `" + std::to_string(node.index) + "` on level `" +
                     std::to_string(node.level) + "`");
  }

 private:
  Frontier frontier_;
  std::map<NodeId, Digest> nodes_;
};

}  // namespace safeconduct::ledger
