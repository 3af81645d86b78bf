// What an officer is told of a policy that was proved: which invariant was proved over how many
// situations and what holds the others, whether both evaluators agree, and what in the text never
// comes to bear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/decide.h"

namespace safeconduct::policies {

// One of the 20 invariants of DOMAIN §5.
struct InvariantReport {
  int number = 0;
  std::string_view says;
  // Situations in which it closes something, all of them proved; 0 when no policy can break it.
  std::uint64_t proved = 0;
  std::string_view held_by;  // the mechanism outside the table; empty when the table is all
};

struct CheckReport {
  std::uint64_t cells = 0;                  // situations proved
  std::vector<InvariantReport> invariants;  // all, by number
  std::size_t assertions = 0;               // of the policy itself, all proved
  std::uint64_t compared = 0;               // cases that both evaluators decided
  std::uint64_t narrowed = 0;  // pairs of cases, one with less, held against each other
  // Sentences: what is wrong with the machine, not with the policy. Empty, or do not use it.
  std::vector<std::string> faults;
  // Sentences: statements that decide nothing, words in a rule that never come to bear, purposes
  // and roles that nothing reaches, hops that raise a ceiling.
  std::vector<std::string> notes;
};

// The second evaluator gets the statements in reverse: agreement shows as well that their order
// carries no meaning. About a second for the default policy.
[[nodiscard]] CheckReport check(const CompiledPolicy& policy);

}  // namespace safeconduct::policies
