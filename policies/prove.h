// Goes through every situation of a table and shows that the invariants and the policy's own
// assertions hold, or the smallest case in which one does not.
#pragma once

#include "policies/table.h"

namespace safeconduct::policies {

struct Proof {
  std::uint64_t cells =
      0;  // situations covered; those that no statement tells apart stand together
};

// Errors: kInvalid: one sentence with the invariant or assertion, the smallest case, and the
// statements that open it.
[[nodiscard]] Result<Proof> prove(const Policy& policy, const DecisionTable& table);

}  // namespace safeconduct::policies
