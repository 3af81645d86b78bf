// What must hold for whatever somebody sends as a target or as cookies. Shared by the corpus test
// and the fuzzer.
#pragma once

#include <algorithm>

#include "broker/dashboard/web_request.h"
#include "schemas/base/check.h"

namespace safeconduct::dashboard_tests {

inline bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Each name once, nothing that ends a line.
inline void check_pairs(const dashboard::Pairs& pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    SC_CHECK(!has_control(pairs[i].first) && !has_control(pairs[i].second));
    for (std::size_t k = 0; k < i; ++k) SC_CHECK(pairs[k].first != pairs[i].first);
  }
}

// No crash, and what is accepted is within its bounds; ends the program otherwise.
inline void read_anything(std::string_view text) {
  const auto target = dashboard::parse_target(text);
  if (target) {
    SC_CHECK(target->path.starts_with('/'));
    SC_CHECK(target->path.find("/../") == std::string::npos && !target->path.ends_with("/.."));
    SC_CHECK(target->path.find("/./") == std::string::npos && !target->path.ends_with("/."));
    SC_CHECK(target->path.find("//") == std::string::npos);
    SC_CHECK(!has_control(target->path));
    SC_CHECK(target->query.size() <= dashboard::kQueryPairsMax);
    check_pairs(target->query);
  }
  const auto cookies = dashboard::parse_cookies(text);
  if (cookies) {
    SC_CHECK(cookies->size() <= dashboard::kCookiesMax);
    check_pairs(*cookies);
  }
  const auto encoded = dashboard::parse_target("/?v=" + dashboard::percent_encoded(text));
  if (encoded) SC_CHECK(encoded->value("v") == text);
}

}  // namespace safeconduct::dashboard_tests
