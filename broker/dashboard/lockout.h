// Slows down whoever guesses: failures per name and per address. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "schemas/base/instant.h"

namespace safeconduct::dashboard {

class Lockout {
 public:
  // Until when `key` may not try; 0: it may.
  [[nodiscard]] Instant locked_until(const std::string& key, Instant now);
  // After `free_tries` failures each further one doubles the wait, from a minute to an hour.
  void failed(const std::string& key, Instant now, unsigned free_tries);
  void succeeded(const std::string& key);

 private:
  struct Tries {
    unsigned failures = 0;
    Instant last;
    Instant until;
  };
  static constexpr std::size_t kKeysMax = 10'000;
  static constexpr Duration kForgetAfter = hours(2);
  std::mutex mutex_;
  std::map<std::string, Tries> tries_;
};

}  // namespace safeconduct::dashboard
