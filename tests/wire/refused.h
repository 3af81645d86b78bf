// What a test expects of a refused reading.
#pragma once

#include <catch2/catch.hpp>
#include <string_view>

#include "schemas/base/result.h"

namespace safeconduct::wire {

// Refused as invalid, in a sentence that has these words.
inline void check_invalid(const auto& result, std::string_view words) {
  REQUIRE_FALSE(result);
  INFO(result.error().message);
  CHECK(result.error().code == ErrorCode::kInvalid);
  CHECK(result.error().message.find(words) != std::string::npos);
}

}  // namespace safeconduct::wire
