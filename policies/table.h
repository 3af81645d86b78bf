// The decision table: what is known of a policy before any case comes. Situations that no statement
// tells apart share a cell.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "policies/compile.h"
#include "policies/situation.h"

namespace safeconduct::policies {

inline constexpr std::size_t kTableCellsMax = 1'000'000;  // 32 MiB; the default policy has 20,000
// Statements looked at while building, all cells together: about a second.
inline constexpr std::uint64_t kTableStepsMax = 50'000'000;

// Statements that decide one case: they are named in the ledger, and people read them.
inline constexpr std::size_t kDecidingMax = 64;

// A condition on facts: all of the first, none of the second.
struct FactTest {
  WordSet all = 0;
  WordSet none = 0;
  [[nodiscard]] constexpr bool holds(WordSet facts) const {
    return (all & ~facts) == 0 && (none & facts) == 0;
  }
  friend auto operator<=>(const FactTest&, const FactTest&) = default;
};

// A refusal as it stands in one cell: only the facts are open.
struct RefusalTest {
  FactTest when;
  std::vector<FactTest> unless;
  Reason reason{};
  RuleSetIndex rules = 0;

  [[nodiscard]] bool hits(WordSet facts) const {
    if (!when.holds(facts)) return false;
    for (const FactTest& exception : unless) {
      if (exception.holds(facts)) return false;
    }
    return true;
  }
  friend auto operator<=>(const RefusalTest&, const RefusalTest&) = default;
};

enum class ConsentUse : std::uint8_t {
  kReplaced,  // another basis: its override set is in the ceiling already
  kGranted,   // what the consent grants
  kService,   // consent to the service suffices, but for what must be named
};

struct Cell {
  Levels ceiling;  // of everything but consent, prior hop and never-list
  Levels rows;     // what the rules allow, before any statement forbids
  RuleSetIndex rules = 0;
  std::uint16_t refusals = 0;  // index into DecisionTable::refusals
  std::uint16_t reasons = 0;   // index into DecisionTable::reasons
  ConsentUse consent = ConsentUse::kGranted;
  bool rule_exists = false;
};

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

struct DecisionTable {
  Classes classes;
  std::vector<Cell> cells;
  std::vector<std::vector<RefusalTest>> refusals;  // in the order in which they are tried
  std::vector<PerCategory<Reason>> reasons;
  std::vector<std::vector<RuleIndex>> rule_sets;  // [0] is empty

  [[nodiscard]] const Cell& at(const Situation& situation) const {
    return cells[classes.index(situation)];
  }
};

// Errors: kInvalid when a bound above is exceeded.
[[nodiscard]] Result<DecisionTable> build_table(const Policy& policy);

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
