#include "policies/compile.h"

#include "policies/format.h"
#include "policies/parse.h"
#include "policies/prove.h"
#include "policies/table.h"

namespace safeconduct::policies {

std::span<const RuleIndex> CompiledPolicy::rules(RuleSetIndex set) const {
  if (set >= table_->rule_sets.size()) return {};
  return table_->rule_sets[set];
}

std::string CompiledPolicy::rule_name(RuleIndex rule) const {
  return rule < policy_->statements.size() ? policy_->statements[rule].name() : "?";
}

std::string CompiledPolicy::rule_names(RuleSetIndex set) const {
  std::string out;
  for (RuleIndex rule : rules(set)) {
    if (!out.empty()) out += ' ';
    out += rule_name(rule);
  }
  return out;
}

Result<CompiledPolicy> compile(Policy policy) {
  canonicalise(policy);
  if (policy.statements.size() > kStatementsMax) {
    return invalid("the policy has more than " + std::to_string(kStatementsMax) + " statements");
  }
  TRY(table, build_table(policy));
  TRY(proof, prove(policy, table));
  CompiledPolicy out;
  for (std::uint8_t code = 1; code <= kTermCount; ++code) {
    out.terms_[code - 1u] = term(policy, static_cast<Term>(code));
  }
  out.direct_ = is_direct(policy);
  out.text_ = std::make_shared<const std::string>(format(policy));
  out.policy_ = std::make_shared<const Policy>(std::move(policy));
  out.table_ = std::make_shared<const DecisionTable>(std::move(table));
  out.cells_proved_ = proof.cells;
  return out;
}

Result<CompiledPolicy> compile_text(std::string_view text, std::string_view source) {
  TRY(policy, parse(text, source));
  auto compiled = compile(std::move(policy));
  if (!compiled) {
    return invalid(std::string(source) + ": " + std::move(compiled).error().message);
  }
  return compiled;
}

}  // namespace safeconduct::policies
