// What the ceiling depends on, apart from the person's consent and the prior hop: the closed part
// of a case, and which statements speak about it.
#pragma once

#include <cstdint>

#include "policies/case.h"
#include "policies/policy.h"

namespace safeconduct::policies {

// Numbers of words; 0 in `to`, `purpose` and `basis` stands for every unknown word.
struct Situation {
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint8_t purpose = 0;
  std::uint8_t basis = 0;
  std::uint8_t stage = 0;
  std::uint8_t urgency = 0;
  std::uint8_t circumstances = 0;  // Circumstance bits
  std::uint8_t hop = 1;            // 1..kHopsTold; the last stands for itself and beyond
};
inline constexpr std::uint8_t kHopsTold = 10;  // one beyond the highest hop a policy can name

inline constexpr std::uint8_t kCircumstanceSets = kCircumstanceBits + 1;

[[nodiscard]] constexpr bool in_words(WordSet set, std::uint8_t code) {
  return set == 0 || (set >> code & 1u) != 0;
}
[[nodiscard]] constexpr bool speaks_of_pair(const Selector& s, std::uint8_t to,
                                            std::uint8_t purpose) {
  return in_words(s.to, to) && in_words(s.purposes, purpose);
}
[[nodiscard]] constexpr bool in_hops(const Selector& s, std::uint8_t hop) {
  return hop >= s.hop_min && hop <= (s.hop_max == 255 ? kHopsTold : s.hop_max);
}
// All parts but the facts.
[[nodiscard]] constexpr bool speaks_of(const Selector& s, const Situation& at) {
  return speaks_of_pair(s, at.to, at.purpose) && in_words(s.from, at.from) &&
         in_words(s.bases, at.basis) && in_words(s.stages, at.stage) &&
         in_words(s.urgencies, at.urgency) && in_hops(s, at.hop);
}
[[nodiscard]] constexpr bool facts_hold(const Selector& s, WordSet facts) {
  return (s.facts & ~facts) == 0 && (s.facts_not & facts) == 0;
}

// Minor, reflection, protection claim: bits 0..2 of the circumstances are facts 1..3.
inline constexpr WordSet kCircumstanceFacts = WordSet{kCircumstanceBits} << 1;
[[nodiscard]] constexpr WordSet facts_of_circumstances(std::uint16_t circumstances) {
  return WordSet{circumstances} << 1;
}

// What holds in a case, as Fact bits; rule_exists and ground_accepted are not among them.
[[nodiscard]] WordSet facts_of(const Case& subject);

}  // namespace safeconduct::policies
