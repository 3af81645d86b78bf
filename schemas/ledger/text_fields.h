// What the line formats of the ledger share. For the ledger room's own sources.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schemas/base/bytes.h"

namespace safeconduct::ledger {

// Takes the next line off the front of `rest`, without its LF. Nothing when there is no LF.
[[nodiscard]] std::optional<std::string_view> next_line(std::string_view& rest);
// Decimal, no sign, no leading zeros.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text);
// Base64 of 32 bytes.
[[nodiscard]] std::optional<Digest> parse_hash(std::string_view text);

}  // namespace safeconduct::ledger
