// Which values of a case no statement tells apart: they share a cell.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "policies/situation.h"

namespace safeconduct::policies {

// Values of a dimension that no selector tells apart have the same class.
struct Classes {
  std::array<std::array<std::uint16_t, kPurposeCount + 1>, kRoleCount + 1> pair{};
  std::array<std::uint8_t, kRoleCount + 1> from{};
  std::array<std::uint8_t, kBasisCount + 1> basis{};
  std::array<std::uint8_t, kStageCount + 1> stage{};
  std::array<std::uint8_t, kUrgencyCount + 1> urgency{};
  std::array<std::uint8_t, kCircumstanceSets> circumstances{};
  std::array<std::uint8_t, kHopsTold + 1> hop{};
  std::uint16_t pair_count = 0;
  std::uint8_t from_count = 0;
  std::uint8_t basis_count = 0;
  std::uint8_t stage_count = 0;
  std::uint8_t urgency_count = 0;
  std::uint8_t circumstances_count = 0;
  std::uint8_t hop_count = 0;

  [[nodiscard]] std::size_t cell_count() const {
    return std::size_t{pair_count} * from_count * basis_count * stage_count * urgency_count *
           circumstances_count * hop_count;
  }
  // Every code within its range (situation.h).
  [[nodiscard]] std::size_t index(const Situation& at) const {
    std::size_t i = pair[at.to][at.purpose];
    i = i * from_count + from[at.from];
    i = i * basis_count + basis[at.basis];
    i = i * stage_count + stage[at.stage];
    i = i * urgency_count + urgency[at.urgency];
    i = i * circumstances_count + circumstances[at.circumstances];
    return i * hop_count + hop[at.hop];
  }
};

// The classes of the values under the selectors; circumstances are told apart by their own list.
[[nodiscard]] Classes classify(const std::vector<const Selector*>& selectors,
                               const std::vector<const Selector*>& circumstance_selectors);

// The first code of each class, in the order of the classes.
template <std::size_t N>
[[nodiscard]] std::vector<std::uint8_t> representatives(const std::array<std::uint8_t, N>& classes,
                                                        std::uint8_t first) {
  std::vector<std::uint8_t> out;
  for (std::uint8_t code = first; code < N; ++code) {
    if (classes[code] == out.size()) out.push_back(code);
  }
  return out;
}

}  // namespace safeconduct::policies
