// A policy made ready: proved against the invariants and its own assertions, and laid out as a
// table.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "policies/case.h"
#include "policies/policy.h"
#include "schemas/base/result.h"

namespace safeconduct::policies {

// Position of a statement in CompiledPolicy::policy().statements.
using RuleIndex = std::uint16_t;
// Names an interned, ascending list of statements.
using RuleSetIndex = std::uint32_t;
// Names an interned list of duties.
using DutySetIndex = std::uint16_t;

struct DecisionTable;  // policies/table.h

// Immutable; may be shared by threads. Cheap to copy.
class CompiledPolicy {
 public:
  // The policy in canonical order.
  [[nodiscard]] const Policy& policy() const { return *policy_; }
  // Canonical text: what is hashed, signed and stored.
  [[nodiscard]] const std::string& text() const { return *text_; }
  // The statements that decided, ascending; empty for an index that is not of this policy.
  [[nodiscard]] std::span<const RuleIndex> rules(RuleSetIndex set) const;
  // `R7`; `?` for an index that is not of this policy.
  [[nodiscard]] std::string rule_name(RuleIndex rule) const;
  // `F4` or `R7 S1`, for people and for the ledger.
  [[nodiscard]] std::string rule_names(RuleSetIndex set) const;
  // How many situations the proof went through, one by one.
  [[nodiscard]] std::uint64_t cells_proved() const { return cells_proved_; }
  [[nodiscard]] const DecisionTable& table() const { return *table_; }
  // The strictest of the policy's terms, and its way of transport.
  [[nodiscard]] std::uint32_t term(Term which) const {
    return terms_[static_cast<std::size_t>(which) - 1];
  }
  [[nodiscard]] Duration term_hours(Term which) const { return hours(term(which)); }
  [[nodiscard]] bool direct() const { return direct_; }

 private:
  friend Result<CompiledPolicy> compile(Policy policy);
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const std::string> text_;
  std::shared_ptr<const DecisionTable> table_;
  std::uint64_t cells_proved_ = 0;
  std::array<std::uint32_t, kTermCount> terms_{};
  bool direct_ = false;
};

// Errors: kInvalid, when the policy breaks an invariant of DOMAIN §5 or an assertion of its own
// (one sentence with the invariant and the smallest case that shows it), or distinguishes more
// situations than the table's bound.
[[nodiscard]] Result<CompiledPolicy> compile(Policy policy);

// Parses and compiles. `source` names the text in messages (a path).
[[nodiscard]] Result<CompiledPolicy> compile_text(std::string_view text, std::string_view source);

}  // namespace safeconduct::policies
