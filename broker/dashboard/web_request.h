// A browser's request taken apart: path, query and cookies, decoded once and strictly. What does
// not decode is refused, never guessed at.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/base/result.h"

namespace safeconduct::dashboard {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Target {
  std::string
      path;     // decoded; begins with `/`, has no `.` or `..` segment and no control character
  Pairs query;  // decoded, in order, each name once
  // The value; empty when absent.
  [[nodiscard]] std::string_view value(std::string_view name) const;
};

inline constexpr std::size_t kTargetBytesMax = 2048;
inline constexpr std::size_t kQueryPairsMax = 32;
inline constexpr std::size_t kCookiesMax = 32;

// Origin form only (RFC 9112 §3.2.1). Errors: kInvalid (never quotes the input).
[[nodiscard]] Result<Target> parse_target(std::string_view target);
// RFC 6265 §4.2.1. A cookie that stands twice is refused: one of the two was planted.
[[nodiscard]] Result<Pairs> parse_cookies(std::string_view header);
[[nodiscard]] std::string_view value_of(const Pairs& pairs, std::string_view name);
// %XX of all but unreserved characters (RFC 3986 §2.3).
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace safeconduct::dashboard
