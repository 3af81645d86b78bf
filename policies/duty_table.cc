#include "policies/duty_table.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

bool holds(const Selector& s, const Situation& at) {
  return speaks_of(s, at) && facts_hold(s, facts_of_circumstances(at.circumstances));
}

bool applies(const Statement& s, const Situation& at) {
  if (s.kind != StatementKind::kDuty || !holds(s.where, at)) return false;
  return std::none_of(s.unless.begin(), s.unless.end(),
                      [&](const Selector& exception) { return holds(exception, at); });
}

std::vector<DutyTest> duties_at(const Policy& policy, const Situation& at) {
  std::vector<DutyTest> out;
  for (std::size_t i = 0; i < policy.statements.size(); ++i) {
    const Statement& s = policy.statements[i];
    if (!applies(s, at)) continue;
    for (const Requirement& what : s.requires_of) {
      out.push_back({what, s.about, static_cast<RuleIndex>(i)});
    }
  }
  // One without a time is the least strict.
  const auto place = [](const DutyTest& t) {
    return std::tuple(t.what.duty, t.what.hours == 0, t.what.hours, t.with, t.rule);
  };
  std::sort(out.begin(), out.end(),
            [&](const DutyTest& a, const DutyTest& b) { return place(a) < place(b); });
  return out;
}

Error too_intricate(const std::string& how) {
  return invalid("the policy " + how + "; join duties that say the same");
}

}  // namespace

std::optional<std::uint32_t> time_for(const std::vector<DutyTest>& duties, Duty duty,
                                      CategorySet goes) {
  for (const DutyTest& test : duties) {
    const bool comes = test.with == 0 || (test.with & goes) != 0;
    if (test.what.duty == duty && comes) return test.what.hours;
  }
  return std::nullopt;
}

void collect_duty_selectors(const Policy& policy, std::vector<const Selector*>& into) {
  for (const Statement& s : policy.statements) {
    if (s.kind != StatementKind::kDuty) continue;
    into.push_back(&s.where);
    for (const Selector& exception : s.unless) into.push_back(&exception);
  }
}

Result<DutyTable> build_duty_table(const Policy& policy) {
  std::vector<const Selector*> selectors;
  collect_duty_selectors(policy, selectors);
  DutyTable table;
  table.classes = classify(selectors, selectors);
  const std::size_t count = table.classes.cell_count();
  constexpr std::size_t kStepsMax = 20'000'000;
  if (count > kDutyCellsMax || count * selectors.size() > kStepsMax) {
    return too_intricate("tells " + std::to_string(count) + " situations apart for its duties, " +
                         "the bound is " + std::to_string(kDutyCellsMax));
  }
  table.cells.resize(count);
  table.lists.emplace_back();
  std::map<std::vector<DutyTest>, DutySetIndex> known{{{}, 0}};
  std::size_t longest = 0;
  for_each_class(table.classes, Words::kWithUnknown, [&](const Situation& at) {
    std::vector<DutyTest> duties = duties_at(policy, at);
    longest = std::max(longest, duties.size());
    const auto next = static_cast<DutySetIndex>(table.lists.size());
    const auto [found, fresh] = known.emplace(duties, next);
    if (fresh && table.lists.size() < std::numeric_limits<DutySetIndex>::max()) {
      table.lists.push_back(std::move(duties));
    }
    table.cells[table.classes.index(at)] = found->second;
  });
  if (longest > kDutiesMax) {
    return too_intricate("asks for more than " + std::to_string(kDutiesMax) +
                         " duties in one case");
  }
  if (known.size() > table.lists.size()) return too_intricate("has too many lists of duties");
  return table;
}

}  // namespace safeconduct::policies
