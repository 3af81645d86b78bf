// What must hold for whatever somebody sends as a target or as cookies. Shared by the corpus test
// and the fuzzer.
#pragma once

#include "broker/dashboard/web_request.h"
#include "schemas/base/check.h"

namespace safeconduct::dashboard_tests {

// No crash, and what is accepted is within its bounds; ends the program otherwise.
inline void read_anything(std::string_view text) {
  const auto target = dashboard::parse_target(text);
  if (target) {
    SC_CHECK(target->path.starts_with('/'));
    SC_CHECK(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."));
    SC_CHECK(target->path.find('\0') == std::string::npos);
    SC_CHECK(target->query.size() <= dashboard::kQueryPairsMax);
  }
  const auto cookies = dashboard::parse_cookies(text);
  if (cookies) SC_CHECK(cookies->size() <= dashboard::kCookiesMax);
  const auto encoded = dashboard::parse_target("/?v=" + dashboard::percent_encoded(text));
  if (encoded) SC_CHECK(encoded->value("v") == text);
}

}  // namespace safeconduct::dashboard_tests
