// UTC instants in milliseconds. The core never reads a clock: an Instant is injected with every
// command.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/base/result.h"

namespace safeconduct {

// A span of time in milliseconds.
struct Duration {
  std::int64_t ms = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};
constexpr Duration milliseconds(std::int64_t n) {
  return {n};
}
constexpr Duration seconds(std::int64_t n) {
  return {n * 1000};
}
constexpr Duration minutes(std::int64_t n) {
  return seconds(n * 60);
}
constexpr Duration hours(std::int64_t n) {
  return minutes(n * 60);
}
constexpr Duration days(std::int64_t n) {
  return hours(n * 24);
}

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
  std::int64_t ms = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant at, Duration d) { return {at.ms + d.ms}; }
  friend constexpr Instant operator-(Instant at, Duration d) { return {at.ms - d.ms}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.ms - b.ms}; }
};

// A civil date of the proleptic Gregorian calendar.
struct Date {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  friend auto operator<=>(const Date&, const Date&) = default;
};

// RFC 3339 in UTC with milliseconds: 2026-11-24T10:00:00.000Z.
[[nodiscard]] std::string to_rfc3339(Instant at);
// RFC 3339 with `Z` or an offset; fractional seconds optional. Years 1970..9999. Errors: kInvalid.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

// YYYY-MM-DD.
[[nodiscard]] std::string to_text(Date date);
[[nodiscard]] Result<Date> parse_date(std::string_view text);
[[nodiscard]] Instant start_of(Date date);
[[nodiscard]] Date date_of(Instant at);

}  // namespace safeconduct
