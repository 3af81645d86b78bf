// Randomness that a seed repeats.
#pragma once

#include <random>

#include "schemas/base/clock.h"

namespace safeconduct::seal {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(engine_() >> 32);
  }
  // 0..bound-1.
  std::size_t below(std::size_t bound) { return engine_() % bound; }

 private:
  std::mt19937_64 engine_;
};

// A new seed for each run, unless SAFECONDUCT_SEED repeats an old one.
inline std::uint64_t test_seed() {
  const char* given = std::getenv("SAFECONDUCT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

}  // namespace safeconduct::seal
