// The decision on one case: a pure function of policy and case, by table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policies/case.h"
#include "policies/compile.h"

namespace safeconduct::policies {

// "No reason": the value in Decision where nothing was withheld. It is no word of the vocabulary.
inline constexpr Reason kNoReason = static_cast<Reason>(0);

struct Decision {
  bool deliver = false;
  Reason reason = kNoReason;  // of a refusal; kNoReason when delivered
  Levels levels;              // all withheld when refused
  // Why a category is below full; kNoReason where it is full, and everywhere in a refusal.
  PerCategory<Reason> reasons{};
  // The statements that decided: CompiledPolicy::rules(rules) lists them.
  RuleSetIndex rules = 0;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Total: every case has a decision, also one with values outside the vocabulary, which is refused.
// level = min(rules, never-rules, stage limit, consent or override set, prior hop, never-list).
[[nodiscard]] Decision decide(const CompiledPolicy& policy, const Case& subject);

}  // namespace safeconduct::policies
