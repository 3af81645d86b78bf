// C++ text as the checks need it: code without comments and literals, line for line, and the
// includes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace safeconduct::house {

struct Include {
  std::string name;  // between the quotes or angle brackets
  bool is_quoted = false;
  int line = 1;
};

// Comments and what stands between quotes become spaces; every line keeps its number and length.
[[nodiscard]] std::string code_of(std::string_view text);

// Like code_of, and preprocessor lines become spaces too.
[[nodiscard]] std::string statements_of(std::string_view text);

[[nodiscard]] std::vector<Include> includes_of(std::string_view text);

// Without line ends; the empty piece after a last line end is left out.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// ASCII letter, digit or underscore.
[[nodiscard]] bool is_word(char c);

// Where the word stands as a whole word at or after `from`; npos when it does not.
[[nodiscard]] std::size_t find_word(std::string_view text, std::string_view word,
                                    std::size_t from = 0);

}  // namespace safeconduct::house
