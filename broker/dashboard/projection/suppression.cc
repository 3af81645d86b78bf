#include "broker/dashboard/projection/suppression.h"

#include <functional>

namespace safeconduct::dashboard {
namespace {

using Line = std::vector<std::reference_wrapper<Count>>;

bool is_small(std::uint32_t value) {
  return value > 0 && value < kSmallest;
}

// Whether somebody who knows the line's total can tell a hidden count of it.
bool gives_away(const Line& line) {
  std::uint32_t hidden = 0;
  std::uint32_t sum = 0;
  for (const Count& count : line) {
    if (count.shown) continue;
    ++hidden;
    sum += count.value;
  }
  return hidden == 1 || (hidden > 1 && sum < kSmallest);
}

// Hides one more: the smallest that is not zero, else a zero.
bool hide_one_more(const Line& line) {
  Count* best = nullptr;
  for (Count& count : line) {
    if (!count.shown) continue;
    const auto rank = [](const Count& c) { return c.value == 0 ? UINT32_MAX : c.value; };
    if (best == nullptr || rank(count) < rank(*best)) best = &count;
  }
  if (best == nullptr) return false;
  best->shown = false;
  return true;
}

bool protect(const Line& line) {
  bool changed = false;
  while (gives_away(line) && hide_one_more(line)) changed = true;
  return changed;
}

// Rows and columns of the whole table, totals included as a last column and a last row.
std::vector<Line> lines_of(CountTable& table) {
  std::vector<Line> lines;
  for (std::size_t r = 0; r < table.cells.size(); ++r) {
    Line line(table.cells[r].begin(), table.cells[r].end());
    line.emplace_back(table.rows[r]);
    lines.push_back(std::move(line));
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    Line line;
    for (auto& row : table.cells) line.emplace_back(row[c]);
    line.emplace_back(table.columns[c]);
    lines.push_back(std::move(line));
  }
  Line rows(table.rows.begin(), table.rows.end());
  rows.emplace_back(table.all);
  lines.push_back(std::move(rows));
  Line columns(table.columns.begin(), table.columns.end());
  columns.emplace_back(table.all);
  lines.push_back(std::move(columns));
  return lines;
}

}  // namespace

Count suppressed(std::uint32_t value, std::uint32_t own) {
  return {value, !is_small(value) && !is_small(value - own)};
}

CountTable suppressed(const std::vector<std::vector<std::uint32_t>>& cells) {
  CountTable table;
  table.columns.resize(cells.empty() ? 0 : cells.front().size());
  for (const auto& row : cells) {
    auto& out = table.cells.emplace_back();
    Count& total = table.rows.emplace_back();
    for (std::size_t c = 0; c < row.size(); ++c) {
      out.push_back({row[c], !is_small(row[c])});
      total.value += row[c];
      table.columns[c].value += row[c];
    }
    table.all.value += total.value;
  }
  for (Count& count : table.rows) count.shown = !is_small(count.value);
  for (Count& count : table.columns) count.shown = !is_small(count.value);
  table.all.shown = !is_small(table.all.value);
  const std::vector<Line> lines = lines_of(table);
  for (bool changed = true; changed;) {
    changed = false;
    for (const Line& line : lines) changed = protect(line) || changed;
  }
  return table;
}

}  // namespace safeconduct::dashboard
