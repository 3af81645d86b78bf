// What witnesses say of the log, beside what the broker shows: plain values for the screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/instant.h"

namespace safeconduct::dashboard {

enum class Word : std::uint8_t {
  kSilent,       // it does not answer, or has cosigned nothing yet
  kEarlier,      // it cosigned a head that was not compared: older than what was followed here
  kAhead,        // it cosigned more than was read here
  kConfirms,     // it cosigned the very tree that was read here
  kContradicts,  // it cosigned another tree of the same size: the log shows two truths
};
[[nodiscard]] std::string_view name(Word word);

struct WitnessWord {
  std::string witness;  // its key's name
  Word word = Word::kSilent;
  std::uint64_t size = 0;  // of the head that it cosigned; 0: none
  Instant at;              // when it did
  friend bool operator==(const WitnessWord&, const WitnessWord&) = default;
};

struct Watched {
  std::string policy;   // the tlog-policy text
  bool enough = false;  // those that confirm make the quorum of the policy
  std::vector<WitnessWord> witnesses;
  friend bool operator==(const Watched&, const Watched&) = default;
};

}  // namespace safeconduct::dashboard
