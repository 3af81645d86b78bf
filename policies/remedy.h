// What would have to be otherwise in a case for more to go: found by trying, not by a list of
// sentences.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/decide.h"

namespace safeconduct::policies {

struct Remedy {
  CategorySet categories = 0;  // 0: the message itself, which is refused
  Level to{};                  // the level that they would reach
  // The fewest and smallest changes of the case, `the consent names it by itself`; empty: none
  // would do, only another policy.
  std::vector<std::string> changes{};
  // Where none would do and no policy may either: the invariant that closes it.
  std::optional<int> invariant{};
};

// For a refused message one, for a delivered one each set of categories that is below full and
// would change alike. Of changes of the case everything is tried but another recipient: first each
// alone, the smallest first, then two together; each is decided by decide().
[[nodiscard]] std::vector<Remedy> remedies(const CompiledPolicy& policy, const Case& subject);

// `narrative would go in full if the purpose were legal_advice`.
[[nodiscard]] std::string sentence(const Remedy& remedy);

}  // namespace safeconduct::policies
