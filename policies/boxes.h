// Sets of situations as few boxes, so that a change of many cells is told in few sentences.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "policies/situation.h"

namespace safeconduct::policies {

// What of each dimension is in the box: bits by number. A circumstance: bit 0 without, bit 1 with.
enum Dimension : std::uint8_t {
  kDimHop,
  kDimUrgency,
  kDimMinor,
  kDimReflection,
  kDimClaim,
  kDimFrom,
  kDimStage,
  kDimBasis,
  kDimTo,
  kDimPurpose,
};
inline constexpr std::size_t kDimensions = 10;
using Box = std::array<WordSet, kDimensions>;

// All of a dimension.
[[nodiscard]] const Box& whole();

// Joins boxes that differ in one dimension only, until none do.
[[nodiscard]] std::vector<Box> joined(std::vector<Box> boxes);

// Widens each box to the whole of every dimension but recipient and purpose where `may_hold` says
// so of the wider box; then joins, also over recipients and purposes, and drops those that lie in
// another.
[[nodiscard]] std::vector<Box> widened(std::vector<Box> boxes,
                                       const std::function<bool(const Box&)>& may_hold);

// In the language's words, `to health for health_care stage release`; empty for everything.
[[nodiscard]] std::string in_words(const Box& box);

}  // namespace safeconduct::policies
