// What a new policy asks of people that the old one did not, and the other way round; and its
// terms.
#pragma once

#include "policies/diff.h"

namespace safeconduct::policies {

// Exact, over every situation, also those that both policies refuse. A duty that is dropped, or has
// more time, is wider. The wider ones first; `cells` counts situations.
struct DutyChanges {
  std::vector<Change> changes;
  std::uint64_t wider_cells = 0;
  std::uint64_t narrower_cells = 0;
};
[[nodiscard]] DutyChanges duty_changes(const CompiledPolicy& older, const CompiledPolicy& newer);

// Terms and the way of transport: for every case at once.
[[nodiscard]] std::vector<Change> term_changes(const Policy& older, const Policy& newer);

}  // namespace safeconduct::policies
