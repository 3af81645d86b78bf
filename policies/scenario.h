// Worked cases in words (DOMAIN §7): what a table of scenarios gives, turned into a Case. Reading
// the table's own format is the caller's work.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policies/decide.h"
#include "schemas/base/result.h"

namespace safeconduct::policies {

struct ScenarioConsent {
  std::vector<std::string> purposes{};
  std::vector<std::string> recipients{};
  std::vector<std::string> full{};  // categories, or `all`: a blanket tick
  std::vector<std::string> gen{};
  std::string grantor = "self";  // self, guardian, court, alleged_abuser
  bool person_initiated = false;
  bool fresh_in_reflection = false;
  bool oral = false;  // recorded or witnessed, not written
  bool expired = false;
  bool withdrawn = false;
};

// Words without their prefixes. An empty stage means release, an empty basis consent.
struct Scenario {
  std::string sender{};
  std::string role{};
  std::string purpose{};
  std::string agency{};
  std::string stage{};
  std::string basis{};
  std::string urgency{};
  std::optional<ScenarioConsent> consent{};
  std::vector<std::string> never{};
  bool reflection = false;
  bool conflict = false;
  bool no_agreement = false;
  bool protection_claim = false;
  bool minor = false;
  int hop = 1;
  // Level by category; what is not listed was not received. Nothing: no limit at hop 1.
  std::optional<std::vector<std::pair<std::string, Level>>> prior{};
};

// Unknown roles, purposes, stages, bases and urgencies stay unknown in the case: the decision is to
// refuse them. Listing a category names it; the word `all` is a blanket tick, which never holds the
// must-be-named ones. A hop above 1 without `prior` received nothing.
// Errors: kInvalid for an unknown category, grantor or a hop outside 1..255.
[[nodiscard]] Result<Case> to_case(const Scenario& scenario);

}  // namespace safeconduct::policies
