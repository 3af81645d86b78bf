// The decision table: what is known of a policy before any case comes. Situations that no statement
// tells apart share a cell.
#pragma once

#include <cstdint>
#include <vector>

#include "policies/classes.h"
#include "policies/compile.h"
#include "policies/duty_table.h"

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

struct DecisionTable {
  Classes classes;
  std::vector<Cell> cells;
  std::vector<std::vector<RefusalTest>> refusals;  // in the order in which they are tried
  std::vector<PerCategory<Reason>> reasons;
  std::vector<std::vector<RuleIndex>> rule_sets;  // [0] is empty
  DutyTable duties;
  WordSet asked = 0;  // facts that some statement asks for

  [[nodiscard]] const Cell& at(const Situation& situation) const {
    return cells[classes.index(situation)];
  }
};

// Errors: kInvalid when a bound above is exceeded.
[[nodiscard]] Result<DecisionTable> build_table(const Policy& policy);

}  // namespace safeconduct::policies
