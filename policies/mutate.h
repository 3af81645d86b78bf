// How well worked cases and assertions guard a policy: each statement is dropped and bent, one at a
// time, and something should notice.
#pragma once

#include <string>
#include <vector>

#include "policies/compile.h"
#include "policies/scenario_file.h"

namespace safeconduct::policies {

enum class Notice : std::uint8_t {
  kCase,        // a worked case comes out otherwise
  kProof,       // an invariant or an assertion no longer holds
  kEquivalent,  // no case is decided otherwise: there is nothing to notice
  kMissed,      // cases are decided otherwise, and nothing says so
};

struct Mutant {
  std::string statement;  // `R3`
  std::string change;     // `R3 allows identity only generalised`
  Notice notice = Notice::kMissed;
  std::string by;  // the worked case, or the first words of the proof's sentence
};

struct MutationReport {
  std::vector<Mutant> mutants;  // in the order of the statements
  [[nodiscard]] std::size_t count(Notice notice) const;
  // Noticed of those that could be, in whole per cent, rounded down; 100 when there are none.
  [[nodiscard]] std::size_t score() const;
};

// Assertions are not bent: they decide nothing. `every` takes only each nth mutant (1: all).
// Errors: kInvalid when the cases do not pass on the policy as it stands.
[[nodiscard]] Result<MutationReport> mutate(const CompiledPolicy& policy,
                                            const std::vector<ScenarioCase>& cases,
                                            std::size_t every = 1);

}  // namespace safeconduct::policies
