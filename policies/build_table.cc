#include <limits>

#include "policies/build_cell.h"
#include "policies/table.h"

namespace safeconduct::policies {
namespace {

bool decides(const Statement& s) {
  return s.kind < StatementKind::kDuty;
}

// Facts that the invariants ask for, whatever a policy asks.
constexpr WordSet kAlwaysAsked = kCircumstanceFacts | word_bit(Fact::kConflict) |
                                 word_bit(Fact::kConsentGiven) | word_bit(Fact::kConsentWithdrawn) |
                                 word_bit(Fact::kConsentExpired) | word_bit(Fact::kFromAbuser) |
                                 word_bit(Fact::kPurposeNamed) | word_bit(Fact::kRecipientNamed);

WordSet asked_by(const Policy& policy) {
  WordSet out = kAlwaysAsked;
  for (const Statement& s : policy.statements) {
    out |= s.where.facts | s.where.facts_not;
    for (const Selector& exception : s.unless) out |= exception.facts | exception.facts_not;
  }
  return out;
}

void collect(const Statement& s, std::vector<const Selector*>& into) {
  into.push_back(&s.where);
  for (const Selector& exception : s.unless) into.push_back(&exception);
}

Classes classes_of(const Policy& policy, const Selector& consent) {
  std::vector<const Selector*> all;
  std::vector<const Selector*> circumstances;
  for (const Statement& s : policy.statements) {
    if (!decides(s)) continue;
    collect(s, all);
    // A refusal asks for circumstances when a case comes; the others are settled in the table.
    if (s.kind != StatementKind::kRefuse) collect(s, circumstances);
  }
  all.push_back(&consent);
  return classify(all, circumstances);
}

class TableBuilder {
 public:
  explicit TableBuilder(const Policy& policy) : policy_(policy) {
    // Consent is a basis of its own in every table, because the person's consent counts only there.
    consent_.bases = word_bit(Basis::kConsent);
    table_.classes = classes_of(policy, consent_);
  }

  Result<DecisionTable> run() {
    const Classes& classes = table_.classes;
    if (classes.cell_count() > kTableCellsMax) {
      return too_intricate("tells " + std::to_string(classes.cell_count()) +
                           " situations apart, the bound is " + std::to_string(kTableCellsMax));
    }
    table_.cells.resize(classes.cell_count());
    parts_.rule_sets.of({});
    table_.asked = asked_by(policy_);
    TRY(duties, build_duty_table(policy_));
    table_.duties = std::move(duties);
    std::vector<bool> built(classes.pair_count, false);
    for (std::uint8_t to = 0; to <= kRoleCount; ++to) {
      for (std::uint8_t purpose = 0; purpose <= kPurposeCount; ++purpose) {
        if (built[classes.pair[to][purpose]]) continue;
        built[classes.pair[to][purpose]] = true;
        TRY_OK(build_pair(to, purpose));
      }
    }
    table_.refusals = parts_.refusals.take();
    table_.reasons = parts_.reasons.take();
    table_.rule_sets = parts_.rule_sets.take();
    for (const std::vector<RuleIndex>& rules : table_.rule_sets) {
      if (rules.size() <= kDecidingMax) continue;
      return too_intricate("decides one case by more than " + std::to_string(kDecidingMax) +
                           " statements");
    }
    return std::move(table_);
  }

 private:
  static Error too_intricate(const std::string& how) {
    return invalid("the policy " + how + "; join statements that say the same");
  }

  std::vector<RuleIndex> near(std::uint8_t to, std::uint8_t purpose) const {
    std::vector<RuleIndex> out;
    for (std::size_t i = 0; i < policy_.statements.size(); ++i) {
      const Statement& s = policy_.statements[i];
      if (decides(s) && speaks_of_pair(s.where, to, purpose)) {
        out.push_back(static_cast<RuleIndex>(i));
      }
    }
    return out;
  }

  Status build_pair(std::uint8_t to, std::uint8_t purpose) {
    const Classes& c = table_.classes;
    const std::vector<RuleIndex> statements = near(to, purpose);
    steps_ += statements.size() * (c.cell_count() / c.pair_count);
    if (steps_ > kTableStepsMax) {
      return too_intricate("needs more than " + std::to_string(kTableStepsMax) +
                           " steps to lay out as a table");
    }
    for (std::uint8_t from : representatives(c.from, 1)) {
      for (std::uint8_t basis : representatives(c.basis, 0)) {
        for (std::uint8_t stage : representatives(c.stage, 1)) {
          build_rest({from, to, purpose, basis, stage}, statements);
        }
      }
    }
    constexpr std::size_t kPartsMax = std::numeric_limits<std::uint16_t>::max();
    if (parts_.refusals.size() > kPartsMax || parts_.reasons.size() > kPartsMax) {
      return too_intricate("has more than " + std::to_string(kPartsMax) +
                           " different orders of refusal or sets of reasons");
    }
    return {};
  }

  void build_rest(Situation at, const std::vector<RuleIndex>& statements) {
    const Classes& c = table_.classes;
    for (std::uint8_t urgency : representatives(c.urgency, 1)) {
      for (std::uint8_t circumstances : representatives(c.circumstances, 0)) {
        for (std::uint8_t hop : representatives(c.hop, 1)) {
          at.urgency = urgency;
          at.circumstances = circumstances;
          at.hop = hop;
          table_.cells[c.index(at)] = build_cell(policy_, statements, at, parts_);
        }
      }
    }
  }

  const Policy& policy_;
  Selector consent_;
  DecisionTable table_;
  InternedParts parts_;
  std::uint64_t steps_ = 0;
};

}  // namespace

Result<DecisionTable> build_table(const Policy& policy) {
  return TableBuilder(policy).run();
}

}  // namespace safeconduct::policies
