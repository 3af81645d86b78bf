// The duties of a policy laid out by situation, apart from the levels: they follow the urgency and
// little else, and would multiply the decision table.
#pragma once

#include <optional>
#include <vector>

#include "policies/classes.h"
#include "policies/compile.h"

namespace safeconduct::policies {

inline constexpr std::size_t kDutyCellsMax = 200'000;  // the default policy has about a hundred
inline constexpr std::size_t kDutiesMax = 64;          // of one case, with their times

// A duty as it stands in one situation.
struct DutyTest {
  Requirement what;
  CategorySet with = 0;  // where one of these goes; 0: in any case
  RuleIndex rule = 0;
  friend auto operator<=>(const DutyTest&, const DutyTest&) = default;
};

// The time that a list gives a duty when `goes` goes: hours; 0: no time; nothing: no such duty.
[[nodiscard]] std::optional<std::uint32_t> time_for(const std::vector<DutyTest>& duties, Duty duty,
                                                    CategorySet goes);

struct DutyTable {
  Classes classes;
  std::vector<DutySetIndex> cells;
  // By duty, the strictest first (a time before none).
  std::vector<std::vector<DutyTest>> lists;

  [[nodiscard]] DutySetIndex at(const Situation& situation) const {
    return cells[classes.index(situation)];
  }
  [[nodiscard]] const std::vector<DutyTest>& list(const Situation& situation) const {
    return lists[at(situation)];
  }
};

// Errors: kInvalid when a bound above is exceeded.
[[nodiscard]] Result<DutyTable> build_duty_table(const Policy& policy);

// The selectors of the policy's duties.
void collect_duty_selectors(const Policy& policy, std::vector<const Selector*>& into);

}  // namespace safeconduct::policies
