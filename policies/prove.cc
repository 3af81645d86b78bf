#include "policies/prove.h"

#include <bit>
#include <limits>
#include <optional>

#include "policies/admission.h"
#include "policies/format.h"
#include "policies/invariants.h"
#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

// The values that the invariants tell apart beyond what the statements do.
const Selector kInvariantView{.from = word_bit(Role::kLegal), .hop_max = 1};

// An assertion that is proved apart from the levels.
bool of_duties(const Statement& s) {
  const bool apart =
      s.claim == Claim::kRequires || s.claim == Claim::kTerm || s.claim == Claim::kDirect;
  return s.kind == StatementKind::kAssert && apart;
}

Classes proof_classes(const Policy& policy) {
  std::vector<const Selector*> selectors{&kInvariantView};
  for (const Statement& s : policy.statements) {
    if (s.kind == StatementKind::kDuty || s.kind == StatementKind::kTerm || of_duties(s)) continue;
    selectors.push_back(&s.where);
    for (const Selector& exception : s.unless) selectors.push_back(&exception);
  }
  return classify(selectors, {});
}

template <class Enum>
std::string_view word_of(std::uint8_t code) {
  return code == 0 ? std::string_view("an unknown word") : name(static_cast<Enum>(code));
}

std::string in_words(const Situation& at) {
  std::string out = "from " + std::string(word_of<Role>(at.from));
  out += " to " + std::string(word_of<Role>(at.to));
  out += " for " + std::string(word_of<Purpose>(at.purpose));
  out += " on " + std::string(word_of<Basis>(at.basis));
  out += ", " + std::string(word_of<Stage>(at.stage)) + ", hop " + std::to_string(at.hop);
  for (unsigned i = 0; i < 3; ++i) {
    const auto which = static_cast<Circumstance>(1u << i);
    if ((at.circumstances >> i & 1u) != 0) out += ", " + std::string(name(which));
  }
  return out;
}

// How far from an everyday case: the least is shown.
unsigned size_of(const Situation& at) {
  const unsigned bits = static_cast<unsigned>(std::popcount(at.circumstances));
  const unsigned basis = at.basis == static_cast<std::uint8_t>(Basis::kConsent) ? 0 : 1;
  const unsigned unknown = (at.to == 0 ? 4u : 0u) + (at.purpose == 0 ? 4u : 0u);
  return 2u * at.hop + bits + basis + unknown;
}

// The first category that is above the bound, and how far it goes.
std::optional<std::string> above(Levels levels, Levels bound) {
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Category c = category_at(i);
    if (levels[c] <= bound[c]) continue;
    const bool full = levels[c] == Level::kFull;
    return std::string(name(c)) + (full ? " goes in full" : " goes generalised");
  }
  return std::nullopt;
}

class Prover {
 public:
  Prover(const Policy& policy, const DecisionTable& table)
      : policy_(policy), table_(table), classes_(proof_classes(policy)), admission_(table) {}

  Result<Proof> run() {
    for (std::uint8_t to = 0; to <= kRoleCount; ++to) {
      for (std::uint8_t purpose = 0; purpose <= kPurposeCount; ++purpose) prove_pair(to, purpose);
    }
    for (const Statement& s : policy_.statements) {
      if (of_duties(s)) prove_claim(s);
    }
    if (violation_) return invalid(*violation_);
    return proof_;
  }

 private:
  void prove_pair(std::uint8_t to, std::uint8_t purpose) {
    assertions_.clear();
    for (const Statement& s : policy_.statements) {
      const bool near =
          s.kind == StatementKind::kAssert && !of_duties(s) && speaks_of_pair(s.where, to, purpose);
      if (near) assertions_.push_back(&s);
    }
    const bool known = to != 0 && purpose != 0;
    for (std::uint8_t from : representatives(classes_.from, 1)) {
      for (std::uint8_t basis = 0; basis <= kBasisCount; ++basis) {
        for (std::uint8_t stage = 1; stage <= kStageCount; ++stage) {
          prove_rest({from, to, purpose, basis, stage}, known && basis != 0);
        }
      }
    }
  }

  void prove_rest(Situation at, bool counts) {
    for (std::uint8_t urgency : representatives(classes_.urgency, 1)) {
      for (std::uint8_t bits : representatives(table_.classes.circumstances, 0)) {
        for (std::uint8_t hop : representatives(classes_.hop, 1)) {
          at.urgency = urgency;
          at.circumstances = bits;
          at.hop = hop;
          if (counts) count(at);
          prove_one(at);
        }
      }
    }
  }

  void count(const Situation& at) {
    const Cell& cell = table_.at(at);
    const std::uint64_t covered = covered_by(at);
    proof_.cells += covered;
    for (const Invariant& invariant : breakable_invariants()) {
      const bool bounds =
          invariant.ceiling != nullptr && invariant.ceiling(at) != Levels::all(Level::kFull);
      const bool closes = invariant.closed != nullptr && invariant.closed(at, cell) != Closed{};
      const bool owes = invariant.owed != nullptr && invariant.owed(at, cell).has_value();
      if (bounds || closes || owes)
        proof_.closed[static_cast<std::size_t>(invariant.number)] += covered;
    }
  }

  // How many situations this one stands for.
  std::uint64_t covered_by(const Situation& at) const {
    const auto size = [](const auto& classes, std::size_t first, std::uint8_t code) {
      std::uint64_t count = 0;
      for (std::size_t i = first; i < classes.size(); ++i) count += classes[i] == classes[code];
      return count;
    };
    return size(classes_.from, 1, at.from) * size(classes_.urgency, 1, at.urgency) *
           size(table_.classes.circumstances, 0, at.circumstances);
  }

  void prove_one(const Situation& at) {
    const Cell& cell = table_.at(at);
    const std::uint8_t circumstances = table_.classes.circumstances[at.circumstances];
    const Admitted& admitted = admission_.admitted(cell.refusals, circumstances);
    if (admitted.any) {
      for (const Invariant& invariant : breakable_invariants()) {
        check_levels(invariant, at, cell);
        check_closed(invariant, at, cell, admitted);
        check_owed(invariant, at, cell);
      }
    }
    for (const Statement* assertion : assertions_) {
      if (speaks_of(assertion->where, at)) check_assertion(*assertion, at, cell, circumstances);
    }
  }

  void check_levels(const Invariant& invariant, const Situation& at, const Cell& cell) {
    if (invariant.ceiling == nullptr) return;
    const Levels bound = invariant.ceiling(at);
    const Levels found = invariant.binds_rules ? cell.rows : cell.ceiling;
    if (found.within(bound)) return;
    blame(invariant, at, *above(found, bound) + " by " + rules_of(cell));
  }

  void check_closed(const Invariant& invariant, const Situation& at, const Cell& cell,
                    const Admitted& admitted) {
    if (invariant.closed == nullptr) return;
    const Closed closed = invariant.closed(at, cell);
    const WordSet holding = closed.holding & admitted.may_hold;
    const WordSet failing = closed.failing & admitted.may_fail;
    if (!closed.all && holding == 0 && failing == 0) return;
    Selector shown;
    if (!closed.all) (holding != 0 ? shown.facts : shown.facts_not) = lowest(holding | failing);
    const std::string when = format(shown);
    blame(invariant, at,
          "it is not refused" + (when.empty() ? "" : " " + when) +
              (cell.rows.nothing() ? "" : ", and opens " + rules_of(cell)));
  }

  // In every situation that this one stands for: duties tell more of them apart.
  void check_owed(const Invariant& invariant, Situation at, const Cell& cell) {
    if (invariant.owed == nullptr) return;
    const std::optional<Owed> owed = invariant.owed(at, cell);
    if (!owed) return;
    const Situation first = at;
    for (at.from = 1; at.from <= kRoleCount; ++at.from) {
      if (classes_.from[at.from] != classes_.from[first.from]) continue;
      for (at.urgency = 1; at.urgency <= kUrgencyCount; ++at.urgency) {
        for (at.circumstances = 0; at.circumstances < kCircumstanceSets; ++at.circumstances) {
          for (at.hop = first.hop; at.hop <= kHopsTold; ++at.hop) {
            const bool stands = classes_.hop[at.hop] == classes_.hop[first.hop] &&
                                table_.classes.circumstances[at.circumstances] ==
                                    table_.classes.circumstances[first.circumstances];
            if (stands) require(invariant, *owed, at);
          }
        }
      }
    }
  }

  void require(const Invariant& invariant, const Owed& owed, const Situation& at) {
    const auto time = time_for(table_.duties.list(at), owed.what.duty, owed.with);
    if (time && as_strict({owed.what.duty, *time}, owed.what)) return;
    blame(invariant, at, "it does not require `" + words(owed.what) + "`" + carrying(owed.with));
  }

  static std::string carrying(CategorySet with) {
    return with == 0 ? "" : " where " + format_categories(with) + " goes";
  }

  // Of duties, in every situation of the claim, also one that is refused; of terms, at once.
  void prove_claim(const Statement& s) {
    if (s.claim == Claim::kDirect && !is_direct(policy_)) {
      violation_ = claim_words(s) + ": no term says `transport direct`";
    }
    if (s.claim == Claim::kTerm) {
      const Setting& wanted = s.settings.front();
      const Setting found{wanted.term, term(policy_, wanted.term)};
      if (!as_strict(wanted.term, found.value, wanted.value)) {
        violation_ = claim_words(s) + ": the policy sets `" + words(found) + "`";
      }
    }
    if (s.claim != Claim::kRequires) return;
    std::vector<const Selector*> selectors{&s.where};
    collect_duty_selectors(policy_, selectors);
    for_each_class(classify(selectors, selectors), Words::kKnown, [&](const Situation& at) {
      const WordSet facts = facts_of_circumstances(at.circumstances);
      if (speaks_of(s.where, at) && facts_hold(s.where, facts)) check_duty(s, at);
    });
  }

  void check_duty(const Statement& s, const Situation& at) {
    const Requirement& wanted = s.requires_of.front();
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const CategorySet one = bit(category_at(i));
      if (s.about != 0 && (s.about & one) == 0) continue;
      const CategorySet goes = s.about == 0 ? 0 : one;
      const auto time = time_for(table_.duties.list(at), wanted.duty, goes);
      if (time && as_strict({wanted.duty, *time}, wanted)) continue;
      return blame(s, at, "it does not require `" + words(wanted) + "`" + carrying(goes));
    }
  }

  static std::string claim_words(const Statement& s) {
    return "assertion " + s.name() + " \"" + s.title + "\" does not hold";
  }

  // One fact of the set; of two kinds in one set the holding ones were asked for first.
  static WordSet lowest(WordSet set) { return set & (~set + 1); }

  void check_assertion(const Statement& s, const Situation& at, const Cell& cell,
                       std::uint8_t circumstances) {
    const Outcomes outcomes =
        admission_.outcomes(cell.refusals, circumstances, {s.where.facts, s.where.facts_not});
    if (!outcomes.any) return;
    switch (s.claim) {
      case Claim::kRefused: {
        if (outcomes.delivered) return blame(s, at, "it is not refused");
        const WordSet others = outcomes.refused_for & ~word_bit(s.reason);
        if (s.reason == Reason{} || others == 0) return;
        const auto other = static_cast<Reason>(std::countr_zero(others));
        return blame(s, at, "it is refused because " + std::string(name(other)));
      }
      case Claim::kAtMost: {
        const Levels about = lower_of(cell.ceiling, Levels::of(s.about, Level::kFull));
        if (!outcomes.delivered || about.within(s.levels)) return;
        return blame(s, at, *above(about, s.levels) + " by " + rules_of(cell));
      }
      case Claim::kAtLeast: {
        if (!outcomes.delivered) return blame(s, at, "it is refused");
        if (s.levels.within(cell.ceiling)) return;
        return blame(s, at, "less than that goes by " + rules_of(cell));
      }
      case Claim::kRequires:
      case Claim::kTerm:
      case Claim::kDirect:
        return;  // prove_claim
    }
  }

  std::string rules_of(const Cell& cell) const {
    std::string out;
    for (RuleIndex index : table_.rule_sets[cell.rules]) {
      const Statement& s = policy_.statements[index];
      if (s.kind != StatementKind::kRule) continue;
      if (!out.empty()) out += ", ";
      out += s.name();
      if (s.line != 0) out += " (line " + std::to_string(s.line) + ")";
    }
    return out.empty() ? "no rule" : out;
  }

  void blame(const Invariant& invariant, const Situation& at, const std::string& what) {
    if (size_of(at) >= smallest_) return;
    keep(at, "the policy breaks invariant " + std::to_string(invariant.number) + ", " +
                 std::string(invariant.says) + ": " + in_words(at) + ": " + what);
  }

  void blame(const Statement& s, const Situation& at, const std::string& what) {
    if (size_of(at) >= smallest_) return;
    keep(at, claim_words(s) + ": " + in_words(at) + ": " + what);
  }

  void keep(const Situation& at, std::string sentence) {
    smallest_ = size_of(at);
    violation_ = std::move(sentence);
  }

  const Policy& policy_;
  const DecisionTable& table_;
  Classes classes_;
  Admission admission_;
  std::vector<const Statement*> assertions_;
  Proof proof_;
  unsigned smallest_ = std::numeric_limits<unsigned>::max();
  std::optional<std::string> violation_;
};

}  // namespace

Result<Proof> prove(const Policy& policy, const DecisionTable& table) {
  return Prover(policy, table).run();
}

}  // namespace safeconduct::policies
