// Words, names and measures that the house does not have.
#pragma once

#include <string>
#include <string_view>

#include "tests/house/finding.h"

namespace safeconduct::house {

// Words that mark unfinished work, in any text file.
[[nodiscard]] Findings check_words(const std::string& path, std::string_view text);

// Absolute paths of somebody's machine, in any text file.
[[nodiscard]] Findings check_machine_paths(const std::string& path, std::string_view text);

// Type names that end in a word that says nothing.
[[nodiscard]] Findings check_type_names(const std::string& path, std::string_view text);

// Floating point in a room that must decide the same everywhere.
[[nodiscard]] Findings check_no_floats(const std::string& path, std::string_view text);

// 100 columns, counted in UTF-8 characters.
[[nodiscard]] Findings check_columns(const std::string& path, std::string_view text);

// Lines of a header (250) or an implementation (400).
[[nodiscard]] Findings check_file_length(const std::string& path, std::string_view text);

}  // namespace safeconduct::house
