// Short aligned tables for people.
#pragma once

#include <string>
#include <vector>

#include "agents/cli/answer.h"

namespace safeconduct::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  // As many cells as headings. Control characters, also those that drive a terminal, show as `?`.
  void row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Lines ended by LF, columns two spaces apart, no trailing spaces.
  [[nodiscard]] std::string text(const Style& style) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

// Text from elsewhere, safe to print.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace safeconduct::cli
