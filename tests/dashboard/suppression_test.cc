// Nobody who may not see rows learns a small count, not even by subtracting.
#include <catch2/catch.hpp>

#include <random>

#include "broker/dashboard/projection/suppression.h"

using namespace safeconduct::dashboard;

namespace {

using Cells = std::vector<std::vector<std::uint32_t>>;

// How many values the hidden cells of a line could have, as far as the line's shown total tells:
// whether any of them is known for certain or bounded below five.
bool line_keeps_secret(const std::vector<Count>& line, const Count& total) {
  std::uint32_t hidden = total.shown ? 0 : 1;
  std::uint32_t sum = total.shown ? 0 : total.value;
  for (const Count& count : line) {
    if (count.shown) continue;
    ++hidden;
    sum += count.value;
  }
  return hidden == 0 || (hidden > 1 && sum >= kSmallest) ||
         // nothing in the line is left to hide
         (hidden == line.size() + 1);
}

void check(const Cells& cells) {
  const CountTable table = suppressed(cells);
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t c = 0; c < cells[r].size(); ++c) {
      const bool is_small = cells[r][c] > 0 && cells[r][c] < kSmallest;
      REQUIRE_FALSE((is_small && table.cells[r][c].shown));
    }
    REQUIRE(line_keeps_secret(table.cells[r], table.rows[r]));
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::vector<Count> column;
    for (const auto& row : table.cells) column.push_back(row[c]);
    REQUIRE(line_keeps_secret(column, table.columns[c]));
  }
  REQUIRE(line_keeps_secret(table.rows, table.all));
  REQUIRE(line_keeps_secret(table.columns, table.all));
}

}  // namespace

TEST_CASE("A count of one to four is hidden, zero and five are not") {
  CHECK(suppressed(0).shown);
  for (const std::uint32_t n : {1u, 2u, 3u, 4u}) CHECK_FALSE(suppressed(n).shown);
  CHECK(suppressed(5).shown);
}

TEST_CASE("A count is hidden when what others have of it would be small") {
  CHECK_FALSE(suppressed(12, 10).shown);  // others: 2
  CHECK(suppressed(12, 12).shown);        // others: none
  CHECK(suppressed(12, 5).shown);         // others: 7
}

TEST_CASE("One hidden cell takes a second one with it") {
  const CountTable table = suppressed(Cells{{3, 20, 30}, {10, 40, 50}, {20, 30, 40}});
  CHECK_FALSE(table.cells[0][0].shown);
  CHECK_FALSE(table.cells[0][1].shown);
  CHECK_FALSE(table.cells[1][0].shown);
  CHECK_FALSE(table.cells[1][1].shown);
  CHECK(table.cells[2][2].shown);
  CHECK(table.rows[0].shown);
}

TEST_CASE("In random tables nothing small is told and no line gives one away") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 3000; ++i) {
    Cells cells(1 + random() % 6, std::vector<std::uint32_t>(1 + random() % 6));
    for (auto& row : cells) {
      for (auto& cell : row) {
        const unsigned bound = random() % 2 == 0 ? 6 : 40;
        cell = random() % 3 == 0 ? 0 : static_cast<std::uint32_t>(random() % bound);
      }
    }
    check(cells);
  }
  check({});
}
