#include "schemas/base/clock.h"

#include <sys/random.h>

#include <cerrno>
#include <chrono>

namespace safeconduct {

Instant SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    SC_CHECK(n > 0 || errno == EINTR);
    if (n > 0) out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace safeconduct
