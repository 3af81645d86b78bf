#include "schemas/base/instant.h"

#include <chrono>
#include <cstdio>

namespace safeconduct {
namespace {

// Reads exactly `count` digits at `at`; -1 when there are none such.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int v = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    v = v * 10 + (text[i] - '0');
  }
  return v;
}

Error bad_instant() {
  return invalid("not an RFC 3339 instant; write it like 2026-11-24T10:00:00Z");
}

// Reads ".123", any number of digits; leaves `at` behind it. Milliseconds, further digits dropped.
Result<int> fraction_ms(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  int ms = 0;
  int scale = 100;
  const std::size_t first = ++at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    ms += (text[at] - '0') * scale;
    scale /= 10;
  }
  if (at == first) return bad_instant();
  return ms;
}

// Reads "Z" or "+02:00" to the end of the text. Minutes east of UTC.
Result<int> offset_minutes(std::string_view text, std::size_t at) {
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) return 0;
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') {
    return bad_instant();
  }
  const int hour = digits(text, at + 1, 2);
  const int minute = digits(text, at + 4, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return bad_instant();
  return (text[at] == '-' ? -1 : 1) * (hour * 60 + minute);
}

std::chrono::sys_days sys_days_of(Date date) {
  return std::chrono::year(date.year) / date.month / date.day;
}

}  // namespace

std::string to_rfc3339(Instant at) {
  const Date date = date_of(at);
  const std::int64_t in_day = at.ms - start_of(date).ms;
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year, date.month,
                date.day, static_cast<int>(in_day / 3600000), static_cast<int>(in_day / 60000 % 60),
                static_cast<int>(in_day / 1000 % 60), static_cast<int>(in_day % 1000));
  return buffer;
}

Result<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return bad_instant();
  }
  auto date = parse_date(text.substr(0, 10));
  if (!date) return bad_instant();
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return bad_instant();
  std::size_t at = 19;
  TRY(ms, fraction_ms(text, at));
  TRY(offset, offset_minutes(text, at));
  return start_of(*date) + hours(hour) + minutes(minute - offset) + seconds(second) +
         milliseconds(ms);
}

std::string to_text(Date date) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", date.year, date.month, date.day);
  return buffer;
}

Result<Date> parse_date(std::string_view text) {
  const Date date{digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)};
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (!shaped || date.year < 0 || date.month < 1 || date.day < 1 ||
      !(std::chrono::year(date.year) / date.month / date.day).ok()) {
    return invalid("not a date; write it like 2026-11-24");
  }
  return date;
}

Instant start_of(Date date) {
  return {
      std::chrono::duration_cast<std::chrono::milliseconds>(sys_days_of(date).time_since_epoch())
          .count()};
}

Date date_of(Instant at) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(at.ms)};
  const std::chrono::year_month_day ymd{std::chrono::floor<std::chrono::days>(time)};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

}  // namespace safeconduct
