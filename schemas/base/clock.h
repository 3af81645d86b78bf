// Clock and randomness as things that are handed in: the programs pass the real ones, tests pass
// their own.
#pragma once

#include "schemas/base/bytes.h"
#include "schemas/base/instant.h"

namespace safeconduct {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock, UTC. Thread-safe.
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

class Random {
 public:
  virtual ~Random() = default;
  // Fills with unpredictable bytes. Thread-safe.
  virtual void fill(std::span<std::uint8_t> out) = 0;

  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
};

// getrandom(2); a failure stops the program, because nothing safe can be done without it.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace safeconduct
