// Which parts are not here because an entry says that they were destroyed, and which entry it was.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "schemas/ledger/entry.h"
#include "schemas/wire/retention.h"

namespace safeconduct::audit {

class PrunedParts {
 public:
  // Remembers what a pruning entry says; nothing for another entry.
  std::optional<wire::Pruning> take(const ledger::Entry& entry);
  // Remembers the parts that the entry commits to and that are not here.
  void absent(const ledger::Entry& entry);

  // The pruning entries that took any of them, ascending; how many parts they took. Pruning entries
  // come after what they prune: ask at the end.
  [[nodiscard]] std::vector<std::uint64_t> pruners() const;
  [[nodiscard]] std::uint64_t explained() const;

 private:
  struct Pruner {
    std::uint64_t position = 0;
    wire::Pruning pruning;
  };
  [[nodiscard]] const Pruner* pruner_of(std::uint64_t position, ledger::PartKind part) const;

  std::vector<Pruner> prunings_;
  std::vector<std::pair<std::uint64_t, ledger::PartSet>> absent_;
};

}  // namespace safeconduct::audit
