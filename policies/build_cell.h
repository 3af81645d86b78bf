// One cell of the table: what the statements make of one situation.
#pragma once

#include <map>

#include "policies/table.h"

namespace safeconduct::policies {

// Gives equal values one number, in order of their first appearance.
template <class Value>
class Interned {
 public:
  std::uint32_t of(const Value& value) {
    const auto [at, fresh] = numbers_.emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (fresh) values_.push_back(value);
    return at->second;
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::vector<Value> take() { return std::move(values_); }

 private:
  std::map<Value, std::uint32_t> numbers_;
  std::vector<Value> values_;
};

struct InternedParts {
  Interned<std::vector<RefusalTest>> refusals;
  Interned<PerCategory<Reason>> reasons;
  Interned<std::vector<RuleIndex>> rule_sets;
};

// `near` are the statements that may speak of the situation, ascending. Parts are interned.
[[nodiscard]] Cell build_cell(const Policy& policy, const std::vector<RuleIndex>& near,
                              const Situation& at, InternedParts& parts);

}  // namespace safeconduct::policies
