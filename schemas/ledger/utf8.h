// UTF-8 as strict as notes need it. For the ledger room's own sources.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace safeconduct::ledger {

// Takes the next code point off the front of `rest`, which is not empty. Nothing when it is not
// well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] std::optional<char32_t> next_code_point(std::string_view& rest);

// Unicode White_Space.
[[nodiscard]] bool is_white_space(char32_t code_point);

}  // namespace safeconduct::ledger
