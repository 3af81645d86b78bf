// Whether every decision in a log is the one that the rules of its moment demanded: the broker's
// own state machine is applied again to what the entries observed, and must come to the same
// entries, byte for byte but for the salts.
#pragma once

#include "broker/audit/entry_source.h"
#include "broker/audit/finding.h"
#include "broker/audit/progress.h"

namespace safeconduct::audit {

struct ReplayReport {
  std::uint64_t entries = 0;
  std::uint64_t recomputed = 0;            // came out the same
  std::uint64_t observed = 0;              // state facts that nothing could derive
  std::uint64_t pruned = 0;                // cannot be recomputed: parts are not here
  std::vector<std::uint64_t> pruned_by{};  // the pruning entries that took them, ascending
  std::uint64_t signatures = 0;            // verified again
  std::optional<Finding> divergence;       // the first; replay ends there

  [[nodiscard]] bool good() const { return !divergence.has_value(); }
};

// Errors: the source cannot be read. That the log is whole, verify() says.
[[nodiscard]] Result<ReplayReport> replay(const EntrySource& source, Progress* progress = nullptr);

}  // namespace safeconduct::audit
