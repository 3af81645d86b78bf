#include "policies/build_cell.h"

#include <algorithm>

namespace safeconduct::policies {
namespace {

// A ceiling and why each category came to be below full.
struct Lowered {
  Levels levels = Levels::all(Level::kFull);
  PerCategory<Reason> reasons{};

  // Lowers to `cap`; what becomes lower by it gets the reason.
  void to(Levels cap, Reason reason) {
    const Levels next = lower_of(levels, cap);
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      if (next[c] < levels[c]) reasons[i] = reason;
    }
    levels = next;
  }
};

class CellBuilder {
 public:
  CellBuilder(const Policy& policy, const std::vector<RuleIndex>& near, const Situation& at)
      : policy_(policy), near_(near), at_(at), facts_(facts_of_circumstances(at.circumstances)) {}

  Cell run(InternedParts& parts) {
    add_rules();
    // Forbidding comes first, so that its reason is the one that is told.
    Lowered lowered;
    for_each(StatementKind::kNever, [&](const Statement& s) { lowered.to(s.levels, s.reason); });
    lowered.to(cell_.rows, Reason::kNotNeeded);
    add_deciding_nevers();
    add_limits(lowered);
    add_basis(lowered);
    cell_.ceiling = lowered.levels;
    cell_.reasons = static_cast<std::uint16_t>(parts.reasons.of(lowered.reasons));
    cell_.refusals = static_cast<std::uint16_t>(parts.refusals.of(refusals(parts)));
    std::sort(deciding_.begin(), deciding_.end());
    cell_.rules = parts.rule_sets.of(deciding_);
    return cell_;
  }

 private:
  template <class Action>
  void for_each(StatementKind kind, Action action) {
    for (RuleIndex index : near_) {
      const Statement& s = policy_.statements[index];
      if (s.kind != kind || !applies(s.where, s)) continue;
      current_ = index;
      action(s);
    }
  }

  bool applies(const Selector& where, const Statement& s) const {
    if (!speaks_of(where, at_) || !facts_hold(where, facts_)) return false;
    for (const Selector& exception : s.unless) {
      if (speaks_of(exception, at_) && facts_hold(exception, facts_)) return false;
    }
    return true;
  }

  void add_rules() {
    for_each(StatementKind::kRule, [&](const Statement& s) {
      ground_accepted_ = true;
      cell_.rows = higher_of(cell_.rows, s.levels);
    });
    for_each(StatementKind::kRule, [&](const Statement& s) {
      for (std::size_t i = 0; i < kCategoryCount; ++i) {
        const Level level = s.levels[category_at(i)];
        if (level == Level::kWithheld || level != cell_.rows[category_at(i)]) continue;
        deciding_.push_back(current_);
        return;
      }
    });
    for (RuleIndex index : near_) {
      const Statement& s = policy_.statements[index];
      if (s.kind != StatementKind::kRule) continue;
      Selector any_basis = s.where;
      any_basis.bases = 0;
      if (applies(any_basis, s)) cell_.rule_exists = true;
    }
  }

  void add_deciding_nevers() {
    for_each(StatementKind::kNever, [&](const Statement& s) {
      if (!cell_.rows.within(s.levels)) deciding_.push_back(current_);
    });
  }

  void add_limits(Lowered& lowered) {
    const Levels before = lowered.levels;
    for_each(StatementKind::kLimit, [&](const Statement& s) {
      if (!before.within(s.levels) || s.service_consent) deciding_.push_back(current_);
      lowered.to(s.levels, s.reason);
      if (s.service_consent) service_consent_ = true;
    });
  }

  void add_basis(Lowered& lowered) {
    if (at_.basis == static_cast<std::uint8_t>(Basis::kConsent)) {
      cell_.consent = service_consent_ ? ConsentUse::kService : ConsentUse::kGranted;
      return;
    }
    cell_.consent = ConsentUse::kReplaced;
    Levels replaced;
    for_each(StatementKind::kOverride, [&](const Statement& s) {
      deciding_.push_back(current_);
      replaced = s.levels;
    });
    lowered.to(replaced, Reason::kNoConsent);
  }

  // Facts that the cell settles are taken out of the test; nothing when they rule it out.
  bool settle(const Selector& s, FactTest& test) const {
    if (!speaks_of(s, at_)) return false;
    const WordSet exists = word_bit(Fact::kRuleExists);
    const WordSet accepted = word_bit(Fact::kGroundAccepted);
    const WordSet known = (cell_.rule_exists ? exists : 0) | (ground_accepted_ ? accepted : 0);
    const WordSet asked = exists | accepted;
    if ((s.facts & asked & ~known) != 0 || (s.facts_not & asked & known) != 0) return false;
    test = {s.facts & ~asked, s.facts_not & ~asked};
    return true;
  }

  std::vector<RefusalTest> refusals(InternedParts& parts) {
    std::vector<RefusalTest> out;
    for (RuleIndex index : near_) {
      const Statement& s = policy_.statements[index];
      RefusalTest test;
      if (s.kind != StatementKind::kRefuse || !settle(s.where, test.when)) continue;
      bool always_excepted = false;
      for (const Selector& exception : s.unless) {
        FactTest open;
        if (!settle(exception, open)) continue;
        if (open == FactTest{}) always_excepted = true;
        test.unless.push_back(open);
      }
      if (always_excepted) continue;
      test.reason = s.reason;
      test.rules = parts.rule_sets.of({index});
      out.push_back(std::move(test));
      if (out.back().when == FactTest{} && out.back().unless.empty()) break;  // nothing gets by
    }
    return out;
  }

  const Policy& policy_;
  const std::vector<RuleIndex>& near_;
  const Situation& at_;
  WordSet facts_;
  Cell cell_;
  std::vector<RuleIndex> deciding_;
  RuleIndex current_ = 0;
  bool ground_accepted_ = false;
  bool service_consent_ = false;
};

}  // namespace

Cell build_cell(const Policy& policy, const std::vector<RuleIndex>& near, const Situation& at,
                InternedParts& parts) {
  return CellBuilder(policy, near, at).run(parts);
}

}  // namespace safeconduct::policies
