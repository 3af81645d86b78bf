// Small counts: who may not see the rows behind a count must not learn one by one from it either.
// A count of 1..4 is hidden; so is what would give it away by subtraction from a total or from what
// the reader counts in its own rows.
#pragma once

#include <cstdint>
#include <vector>

namespace safeconduct::dashboard {

inline constexpr std::uint32_t kSmallest = 5;

struct Count {
  std::uint32_t value = 0;
  bool shown = true;
};

// A single count. `own`: how much of it the reader can count itself.
[[nodiscard]] Count suppressed(std::uint32_t value, std::uint32_t own = 0);

// A table whose row, column and grand totals are published too.
struct CountTable {
  std::vector<std::vector<Count>> cells;  // rows of equal length
  std::vector<Count> rows;
  std::vector<Count> columns;
  Count all;
};
// INVARIANT: afterwards no line (row or column, its total as a further cell) has exactly one hidden
// count, and what is hidden in a line adds up to at least kSmallest.
[[nodiscard]] CountTable suppressed(const std::vector<std::vector<std::uint32_t>>& cells);

}  // namespace safeconduct::dashboard
