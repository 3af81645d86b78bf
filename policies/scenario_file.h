// The table of worked cases that a privacy officer tests a policy with: JSON in the form of
// DOMAIN §7, cases in, one verdict per case out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/scenario.h"

namespace safeconduct::policies {

inline constexpr std::size_t kScenarioBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kScenariosMax = 10'000;

struct ScenarioCase {
  std::string id;     // unique in its file
  std::string title;  // may be empty
  Scenario msg;
  bool deliver = false;
  Reason reason = kNoReason;  // of the refusal; kNoReason when none is expected
  std::vector<std::pair<Category, Level>> levels;  // what must come out; the others may be anything
  // All that come with it, in the language's words (`review within 72 hours`), in the order of
  // policies/duties.h; nothing: any.
  std::optional<std::vector<std::string>> duties;
};

// `[ {id, title, msg, result}, ... ]`. Keys that are not of the form are refused, so that a
// mistyped one cannot make a case say less; `why`, `expect` and `note` are for people and skipped.
// Words may carry their prefix (`cat.needs`, `wh.no_consent`).
// Errors: kInvalid, a sentence that names the case.
[[nodiscard]] Result<std::vector<ScenarioCase>> read_scenarios(std::string_view json);

struct ScenarioOutcome {
  std::string id;
  std::string title;
  bool passed = false;
  std::string differs;  // when it did not pass: one sentence, what was expected and what came out
};

// One outcome per case, in their order.
[[nodiscard]] std::vector<ScenarioOutcome> run_scenarios(const CompiledPolicy& policy,
                                                         const std::vector<ScenarioCase>& cases);

}  // namespace safeconduct::policies
