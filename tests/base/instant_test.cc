#include "schemas/base/instant.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("RFC 3339 instants are read with and without offset and fraction") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00Z").value().ms == 0);
  CHECK(parse_rfc3339("2026-11-24T10:00:00.25Z").value().ms % 1000 == 250);
  CHECK(parse_rfc3339("2026-11-24T12:00:00+02:00").value() ==
        parse_rfc3339("2026-11-24T10:00:00Z").value());
  CHECK(to_rfc3339(parse_rfc3339("2026-11-24T23:30:00-01:00").value()) ==
        "2026-11-25T00:30:00.000Z");
}

TEST_CASE("What is not an instant is refused") {
  for (const char* bad : {"", "2026-11-24", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z",
                          "2026-11-24T10:00:00", "2026-11-24T10:00:00.Z", "2026-11-24 10:00:00Z",
                          "2026-11-24T10:00:00Zx", "2026-11-24T10:00:00+0200"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_rfc3339(bad).has_value());
  }
}

TEST_CASE("Dates before and after 1970 come back as they were") {
  for (const char* text : {"1900-03-01", "1969-12-31", "2000-02-29", "2026-11-24"}) {
    const Date date = parse_date(text).value();
    CHECK(to_text(date) == text);
    CHECK(date_of(start_of(date)) == date);
  }
}
