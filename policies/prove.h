// Goes through every situation of a table and shows that the invariants and the policy's own
// assertions hold, or the smallest case in which one does not.
#pragma once

#include <array>

#include "policies/table.h"

namespace safeconduct::policies {

inline constexpr std::size_t kInvariantCount = 20;  // of DOMAIN §5

struct Proof {
  // Situations covered, one by one; those that no statement tells apart were looked at together.
  std::uint64_t cells = 0;
  // By number of invariant: the situations in which it closes something; 0 for those that no policy
  // can break.
  std::array<std::uint64_t, kInvariantCount + 1> closed{};
};

// Errors: kInvalid: one sentence with the invariant or assertion, the smallest case, and the
// statements that open it.
[[nodiscard]] Result<Proof> prove(const Policy& policy, const DecisionTable& table);

}  // namespace safeconduct::policies
