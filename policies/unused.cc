#include "policies/unused.h"

#include <algorithm>

#include "policies/admission.h"
#include "policies/format.h"
#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

class Finder {
 public:
  explicit Finder(const CompiledPolicy& policy)
      : policy_(policy),
        table_(policy.table()),
        decides_(policy.policy().statements.size()),
        comes_out_(decides_.size()) {}

  std::vector<std::string> run() {
    mark_refusals();
    const Admission admission(table_);
    for_each_situation(table_.classes, [&](const Situation& at) {
      const Cell& cell = table_.at(at);
      const std::uint8_t bits = table_.classes.circumstances[at.circumstances];
      if (!admission.admitted(cell.refusals, bits).any) return;
      mark(at, cell);
      compare_hops(at, cell);
    });
    tell_statements();
    if (!raised_.empty()) out_.push_back(raised_);
    tell_unreached();
    return std::move(out_);
  }

 private:
  // Each refusal that is the first to hold for some facts.
  void mark_refusals() {
    const std::vector<WordSet> facts = consistent_facts(table_.asked);
    for (const std::vector<RefusalTest>& tests : table_.refusals) {
      for (const WordSet now : facts) {
        const auto hit = std::find_if(tests.begin(), tests.end(),
                                      [&](const RefusalTest& t) { return t.hits(now); });
        if (hit == tests.end()) continue;
        for (const RuleIndex rule : table_.rule_sets[hit->rules]) decides_[rule] = true;
      }
    }
  }

  void mark(const Situation& at, const Cell& cell) {
    for (const RuleIndex rule : table_.rule_sets[cell.rules]) {
      const Statement& s = policy_.policy().statements[rule];
      decides_[rule] = true;
      comes_out_[rule] = higher_of(comes_out_[rule], lower_of(s.levels, cell.ceiling));
    }
    mark_duties(at, cell.ceiling.at_least(Level::kGeneralised));
    if (cell.ceiling.nothing()) return;
    roles_ |= 1u << at.to;
    purposes_ |= 1u << at.purpose;
  }

  // Duties tell urgencies apart where levels may not.
  void mark_duties(Situation at, CategorySet goes) {
    for (at.urgency = 1; at.urgency <= kUrgencyCount; ++at.urgency) {
      for (const DutyTest& test : table_.duties.list(at)) {
        if (test.with == 0 || (test.with & goes) != 0) decides_[test.rule] = true;
      }
    }
  }

  // A hop of its own class against the one before. The prior hop's levels bound what goes all the
  // same; but who reads the policy would expect otherwise.
  void compare_hops(const Situation& at, const Cell& cell) {
    if (at.hop == 1 || !raised_.empty()) return;
    Situation before = at;
    --before.hop;
    if (cell.ceiling.within(table_.at(before).ceiling)) return;
    raised_ = "a further hop raises a ceiling: to " + std::string(name(static_cast<Role>(at.to))) +
              " for " + std::string(name(static_cast<Purpose>(at.purpose))) + ", hop " +
              std::to_string(at.hop) + " may learn more than hop " + std::to_string(before.hop) +
              "; what the sender itself received bounds it";
  }

  void tell_statements() {
    const auto& statements = policy_.policy().statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const Statement& s = statements[i];
      if (s.kind == StatementKind::kAssert || s.kind == StatementKind::kTerm) continue;
      if (!decides_[i]) {
        const bool never = s.kind == StatementKind::kNever;
        out_.push_back(s.name() + " \"" + s.title +
                       (never ? "\" is a safeguard: no rule lists what it forbids"
                              : "\" is dead: no case is decided by it"));
      } else if (s.kind == StatementKind::kRule && !s.levels.within(comes_out_[i])) {
        out_.push_back(s.name() + " is shadowed: it lists " +
                       format_categories(shadowed(s.levels, comes_out_[i])) +
                       ", of which other statements always leave less");
      }
    }
  }

  static CategorySet shadowed(Levels listed, Levels out) {
    CategorySet set = 0;
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      if (listed[c] > out[c]) set |= bit(c);
    }
    return set;
  }

  void tell_unreached() {
    const auto missing = [](WordSet reached, std::size_t count, auto word) {
      std::string out;
      for (std::uint8_t code = 1; code <= count; ++code) {
        if ((reached >> code & 1u) != 0) continue;
        if (!out.empty()) out += ", ";
        out += word(code);
      }
      return out;
    };
    const auto role = [](std::uint8_t code) { return name(static_cast<Role>(code)); };
    const auto purpose = [](std::uint8_t code) { return name(static_cast<Purpose>(code)); };
    const std::string roles = missing(roles_, kRoleCount, role);
    const std::string purposes = missing(purposes_, kPurposeCount, purpose);
    if (!roles.empty()) out_.push_back("nothing reaches these roles: " + roles);
    if (!purposes.empty()) out_.push_back("nothing goes for these purposes: " + purposes);
  }

  const CompiledPolicy& policy_;
  const DecisionTable& table_;
  std::vector<bool> decides_;
  std::vector<Levels> comes_out_;
  WordSet roles_ = 0;
  WordSet purposes_ = 0;
  std::string raised_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> unused_parts(const CompiledPolicy& policy) {
  return Finder(policy).run();
}

}  // namespace safeconduct::policies
