#include "agents/person/moment.h"

#include <date/tz.h>

namespace safeconduct::person {
namespace {

bool is_zone_name(const std::string& zone) {
  constexpr std::size_t kBytesMax = 64;
  return !zone.empty() && zone.size() <= kBytesMax &&
         zone.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "/_+-") == std::string::npos;
}

Error no_such_zone(const std::string& zone) {
  // Not quoted when it is no name at all: it may be something else in the wrong place.
  return invalid((is_zone_name(zone) ? "there is no time zone `" + zone + "`"
                                     : std::string("that is no time zone")) +
                 "; write a name such as Europe/Madrid");
}

}  // namespace

Result<LocalTime> local_time(Instant at, const std::string& zone) {
  if (!is_zone_name(zone)) return no_such_zone(zone);
  try {
    static_cast<void>(date::get_tzdb());
  } catch (const std::exception&) {
    return Error{ErrorCode::kUnavailable,
                 "this system has no time zones; install the package tzdata"};
  }
  try {
    const date::time_zone* place = date::locate_zone(zone);
    const date::sys_time<std::chrono::milliseconds> utc{std::chrono::milliseconds(at.ms)};
    const auto local = date::floor<std::chrono::minutes>(place->to_local(utc));
    const auto midnight = date::floor<date::days>(local);
    const date::year_month_day day(midnight);
    const date::hh_mm_ss<std::chrono::minutes> time(local - midnight);
    return LocalTime{int(day.year()), unsigned(day.month()), unsigned(day.day()),
                     static_cast<unsigned>(time.hours().count()),
                     static_cast<unsigned>(time.minutes().count())};
  } catch (const std::exception&) {
    return no_such_zone(zone);
  }
}

}  // namespace safeconduct::person
