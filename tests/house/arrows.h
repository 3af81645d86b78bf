// Which room may include which: the table of the house, as the tidy test enforces it. Arrows point
// down only; tests/ and examples/ may include anything.
#pragma once

#include <string>
#include <string_view>

#include "tests/house/finding.h"

namespace safeconduct::house {

// The room a file belongs to, e.g. "broker/core", or "" outside the rooms. broker/... and
// agents/... that are no room of their own belong to "broker" and "agents".
[[nodiscard]] std::string_view room_of(std::string_view path);

// Every include of a file that its room may not have: another room's header, a library that belongs
// to one room, a header that would make a pure room impure, an unqualified name.
[[nodiscard]] Findings check_includes(const std::string& path, std::string_view text);

}  // namespace safeconduct::house
