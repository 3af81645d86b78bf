#include "broker/store/read_back.h"

#include "schemas/seal/merkle.h"

namespace safeconduct::store {
namespace {

constexpr unsigned kBlockLevel = 8;
constexpr std::uint64_t kBlock = std::uint64_t{1} << kBlockLevel;

std::string at(std::uint64_t position, const std::string& what) {
  return "entry " + std::to_string(position) + " is not what was stored: " + what +
         "; run `safeconduct audit verify` on a copy of the store";
}

}  // namespace

std::optional<std::string> ReadBack::step(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (next_ >= store_.size()) {
      if (next_ > 0) ++rounds_;
      next_ = 0;
      block_ = {};
      return std::nullopt;
    }
    const std::uint64_t position = next_++;
    if (auto wrong = check(position)) {
      // The rest of its block cannot be compared.
      next_ = (position / kBlock + 1) * kBlock;
      block_ = {};
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<std::string> ReadBack::check(std::uint64_t position) {
  const auto entry = store_.entry(position);
  if (!entry) return at(position, entry.error().message);
  if (entry->leaf.position.value != position) return at(position, "it names another position");
  if (const Status parts = ledger::check_parts(*entry); !parts) {
    return at(position, parts.error().message);
  }
  const std::uint64_t block = position / kBlock;
  std::vector<ledger::TreeNode> completed;
  block_.append(ledger::leaf_hash(entry->leaf), completed);
  for (const ledger::TreeNode& node : completed) {
    const ledger::NodeId whole{node.id.level,
                               (block << (kBlockLevel - node.id.level)) + node.id.index};
    const auto beside = store_.hash(whole);
    if (!beside) return at(position, beside.error().message);
    if (*beside != node.hash) {
      const std::uint64_t first = whole.index << whole.level;
      return at(first, "the tree was signed over other bytes of entries " + std::to_string(first) +
                           " to " + std::to_string(position));
    }
  }
  if (block_.size() < kBlock) return std::nullopt;
  block_ = {};
  return check_above(block);
}

// Complete subtrees that end with this block are what their halves make.
std::optional<std::string> ReadBack::check_above(std::uint64_t block) const {
  ledger::NodeId node{kBlockLevel, block};
  while (node.index % 2 == 1) {
    const auto left = store_.hash({node.level, node.index - 1});
    const auto right = store_.hash(node);
    const ledger::NodeId above{node.level + 1, node.index / 2};
    const auto beside = store_.hash(above);
    if (!left || !right || !beside || *beside != seal::node_hash(*left, *right)) {
      return at(above.index << above.level, "a tree hash above it is another");
    }
    node = above;
  }
  return std::nullopt;
}

}  // namespace safeconduct::store
