// The seed of a random test: a new one for each run, unless SAFECONDUCT_SEED repeats an old one.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace safeconduct::io {

inline std::uint64_t printed_seed(const char* test) {
  const char* given = std::getenv("SAFECONDUCT_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cerr << test << ": SAFECONDUCT_SEED=" << seed << "\n";
  return seed;
}

}  // namespace safeconduct::io
