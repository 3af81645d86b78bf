#include "broker/audit/pruned_parts.h"

#include <algorithm>

namespace safeconduct::audit {

std::optional<wire::Pruning> PrunedParts::take(const ledger::Entry& entry) {
  const auto& part = entry.part(ledger::PartKind::kNetwork);
  if (entry.leaf.kind != ledger::EntryKind::kPruning || !part) return std::nullopt;
  auto pruning = wire::decode_pruning(part->bytes);
  if (!pruning) return std::nullopt;
  prunings_.push_back({entry.leaf.position.value, *pruning});
  return std::move(*pruning);
}

void PrunedParts::absent(const ledger::Entry& entry) {
  ledger::PartSet set = ledger::kNoParts;
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    if (!entry.part(kind) && entry.has(kind)) set |= ledger::set_of(kind);
  }
  if (set != ledger::kNoParts) absent_.emplace_back(entry.leaf.position.value, set);
}

const PrunedParts::Pruner* PrunedParts::pruner_of(std::uint64_t position,
                                                  ledger::PartKind part) const {
  for (const Pruner& one : prunings_) {
    const bool covers = one.pruning.part == static_cast<std::uint8_t>(part) &&
                        position >= one.pruning.from && position < one.pruning.to;
    if (!covers) continue;
    if (std::binary_search(one.pruning.spared.begin(), one.pruning.spared.end(), position)) {
      continue;
    }
    return &one;
  }
  return nullptr;
}

std::vector<std::uint64_t> PrunedParts::pruners() const {
  std::set<std::uint64_t> out;
  for (const auto& [position, set] : absent_) {
    for (const ledger::PartKind kind : ledger::kPartKinds) {
      if ((set & ledger::set_of(kind)) == 0) continue;
      if (const Pruner* one = pruner_of(position, kind)) out.insert(one->position);
    }
  }
  return {out.begin(), out.end()};
}

std::uint64_t PrunedParts::explained() const {
  std::uint64_t out = 0;
  for (const auto& [position, set] : absent_) {
    for (const ledger::PartKind kind : ledger::kPartKinds) {
      if ((set & ledger::set_of(kind)) != 0 && pruner_of(position, kind) != nullptr) ++out;
    }
  }
  return out;
}

}  // namespace safeconduct::audit
