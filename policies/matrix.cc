#include "policies/matrix.h"

#include <algorithm>

#include "policies/admission.h"
#include "policies/table.h"

namespace safeconduct::policies {
namespace {

class Sheet {
 public:
  explicit Sheet(const CompiledPolicy& policy)
      : policy_(policy), table_(policy.table()), admission_(table_) {}

  std::vector<MatrixRow> run() {
    for (std::uint8_t to = 1; to <= kRoleCount; ++to) {
      for (std::uint8_t purpose = 1; purpose <= kPurposeCount; ++purpose) {
        for (std::uint8_t basis = 1; basis <= kBasisCount; ++basis) add(to, purpose, basis);
      }
    }
    return std::move(rows_);
  }

 private:
  void add(std::uint8_t to, std::uint8_t purpose, std::uint8_t basis) {
    MatrixRow row;
    row.to = static_cast<Role>(to);
    row.purpose = static_cast<Purpose>(purpose);
    row.basis = static_cast<Basis>(basis);
    rules_.clear();
    listed_ = Levels{};
    for (std::uint8_t from = 1; from <= kRoleCount; ++from) {
      if (add_sender(row, from)) row.from.push_back(static_cast<Role>(from));
    }
    if (row.release.nothing() && row.inquiry.nothing()) return;
    if (row.from.size() == kRoleCount) row.from.clear();
    std::sort(rules_.begin(), rules_.end());
    rules_.erase(std::unique(rules_.begin(), rules_.end()), rules_.end());
    for (std::size_t i = 0; i < kCategoryCount; ++i) row.by[i] = by(category_at(i), row.release);
    add_duties(row);
    rows_.push_back(std::move(row));
  }

  // Those of every urgency: the clocks of answers differ by it and are told with the statements.
  void add_duties(MatrixRow& row) const {
    Situation at;
    at.from = row.from.empty() ? 1 : static_cast<std::uint8_t>(row.from.front());
    at.to = static_cast<std::uint8_t>(row.to);
    at.purpose = static_cast<std::uint8_t>(row.purpose);
    at.basis = static_cast<std::uint8_t>(row.basis);
    at.stage = static_cast<std::uint8_t>(Stage::kRelease);
    const CategorySet goes = row.release.at_least(Level::kGeneralised);
    for (std::uint8_t code = 1; code <= kDutyCount; ++code) {
      std::optional<Obligation> least;
      bool always = true;
      for (at.urgency = 1; at.urgency <= kUrgencyCount; ++at.urgency) {
        const auto& list = table_.duties.list(at);
        const auto test = std::find_if(list.begin(), list.end(), [&](const DutyTest& t) {
          return t.what.duty == static_cast<Duty>(code) && (t.with == 0 || (t.with & goes) != 0);
        });
        always = always && test != list.end();
        if (!always) break;
        if (!least || as_strict(least->what, test->what)) least = {test->what, test->rule};
      }
      if (always && least) row.duties.push_back(*least);
    }
  }

  // Whether something goes from this sender.
  bool add_sender(MatrixRow& row, std::uint8_t from) {
    bool goes = false;
    for (std::uint8_t stage = 1; stage <= kStageCount; ++stage) {
      const bool release = stage == static_cast<std::uint8_t>(Stage::kRelease);
      for (std::uint8_t urgency : representatives(table_.classes.urgency, 1)) {
        for (std::uint8_t bits = 0; bits < kCircumstanceSets; ++bits) {
          Situation at;
          at.from = from;
          at.to = static_cast<std::uint8_t>(row.to);
          at.purpose = static_cast<std::uint8_t>(row.purpose);
          at.basis = static_cast<std::uint8_t>(row.basis);
          at.stage = stage;
          at.urgency = urgency;
          at.circumstances = bits;
          const Cell& cell = table_.at(at);
          if (!admission_.admitted(cell.refusals, table_.classes.circumstances[bits]).any) continue;
          Levels& into = release ? row.release : row.inquiry;
          into = higher_of(into, cell.ceiling);
          goes = goes || !cell.ceiling.nothing();
          if (release) add_rules(cell);
        }
      }
    }
    return goes;
  }

  void add_rules(const Cell& cell) {
    listed_ = higher_of(listed_, cell.rows);
    const auto& set = table_.rule_sets[cell.rules];
    rules_.insert(rules_.end(), set.begin(), set.end());
  }

  std::vector<RuleIndex> by(Category c, Levels release) const {
    std::vector<RuleIndex> allow;
    std::vector<RuleIndex> lower;
    for (const RuleIndex index : rules_) {
      const Statement& s = policy_.policy().statements[index];
      const bool rule = s.kind == StatementKind::kRule;
      if (rule && s.levels[c] != Level::kWithheld && s.levels[c] >= release[c]) {
        allow.push_back(index);
      } else if (!rule && s.levels[c] < listed_[c]) {
        lower.push_back(index);
      }
    }
    allow.insert(allow.end(), lower.begin(), lower.end());
    return allow;
  }

  const CompiledPolicy& policy_;
  const DecisionTable& table_;
  Admission admission_;
  std::vector<MatrixRow> rows_;
  std::vector<RuleIndex> rules_;
  Levels listed_;
};

}  // namespace

std::vector<MatrixRow> matrix(const CompiledPolicy& policy) {
  return Sheet(policy).run();
}

std::string_view glyph(Level level) {
  switch (level) {
    case Level::kFull:
      return "●";
    case Level::kGeneralised:
      return "◐";
    case Level::kWithheld:
      return "·";
  }
  return "?";
}

std::string matrix_csv(const CompiledPolicy& policy) {
  std::string out = "role,purpose,basis,stage,from";
  for (std::string_view category : category_names()) out += "," + std::string(category);
  out += ",rules,duties\r\n";
  for (const MatrixRow& row : matrix(policy)) {
    for (const Stage stage : {Stage::kInquiry, Stage::kRelease}) {
      const Levels levels = stage == Stage::kInquiry ? row.inquiry : row.release;
      std::string from;
      for (const Role role : row.from) from += (from.empty() ? "" : " ") + std::string(name(role));
      out += std::string(name(row.to)) + "," + std::string(name(row.purpose)) + "," +
             std::string(name(row.basis)) + "," + std::string(name(stage)) + "," +
             (from.empty() ? "any" : from);
      std::vector<RuleIndex> rules;
      for (std::size_t i = 0; i < kCategoryCount; ++i) {
        out += "," + std::string(name(levels[category_at(i)]));
        rules.insert(rules.end(), row.by[i].begin(), row.by[i].end());
      }
      std::sort(rules.begin(), rules.end());
      rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
      std::string names;
      for (const RuleIndex rule : rules)
        names += (names.empty() ? "" : " ") + policy.rule_name(rule);
      std::string duties;
      for (const Obligation& o : row.duties) {
        if (stage == Stage::kRelease) duties += (duties.empty() ? "" : "; ") + words(o.what);
      }
      out += "," + names + "," + duties + "\r\n";
    }
  }
  return out;
}

}  // namespace safeconduct::policies
