// The decision on one case: a pure function of policy and case, by table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

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
  // What comes with it: obligations_of() lists them. None in a refusal.
  DutySetIndex duties = 0;
  std::uint32_t notices = 0;  // those that the sender got with it, as Duty bits

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Total: every case has a decision, also one with values outside the vocabulary, which is refused.
// level = min(rules, never-rules, stage limit, consent or override set, prior hop, never-list).
[[nodiscard]] Decision decide(const CompiledPolicy& policy, const Case& subject);

// What is to be done with what goes, or because of it.
struct Obligation {
  Requirement what;
  std::optional<RuleIndex> by;  // the statement that asks for it; nothing: the hop before
  friend bool operator==(const Obligation&, const Obligation&) = default;
};

// Each duty once, with the shortest time that a statement gives it; ascending by duty. A duty that
// only comes with some categories is there when one of them goes (`levels` of the decision).
[[nodiscard]] std::vector<Obligation> obligations_of(const CompiledPolicy& policy,
                                                     const Decision& decision);

}  // namespace safeconduct::policies
