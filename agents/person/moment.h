// Instants as a person reads them: in a time zone, as day and time.
#pragma once

#include <string>

#include "schemas/base/instant.h"
#include "schemas/base/result.h"

namespace safeconduct::person {

struct LocalTime {
  int year = 0;
  unsigned month = 1;  // 1..12
  unsigned day = 1;
  unsigned hour = 0;
  unsigned minute = 0;
  friend bool operator==(const LocalTime&, const LocalTime&) = default;
};

// `zone`: a name of the tz database (`Europe/Madrid`, `UTC`), read from the system. Errors:
// kInvalid for an unknown zone; kUnavailable when the system has no time zones.
[[nodiscard]] Result<LocalTime> local_time(Instant at, const std::string& zone);

}  // namespace safeconduct::person
