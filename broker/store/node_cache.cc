#include "broker/store/node_cache.h"

namespace safeconduct::store {

void NodeCache::add(const ledger::TreeNode& node) {
  Run& run = levels_[node.id.level];
  if (run.first + run.hashes.size() != node.id.index) {
    run.hashes.clear();
    run.first = node.id.index;
  }
  if (run.hashes.size() == 2 * kKept) {
    run.hashes.erase(run.hashes.begin(), run.hashes.begin() + kKept);
    run.first += kKept;
  }
  run.hashes.push_back(node.hash);
}

const Digest* NodeCache::find(const ledger::NodeId& node) const {
  const Run& run = levels_[node.level];
  if (node.index < run.first || node.index - run.first >= run.hashes.size()) return nullptr;
  return &run.hashes[static_cast<std::size_t>(node.index - run.first)];
}

}  // namespace safeconduct::store
