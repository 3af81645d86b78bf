#include "policies/policy.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "schemas/base/check.h"

namespace safeconduct::policies {
namespace {

struct KindWords {
  char letter;
  std::string_view keyword;
};
constexpr std::array<KindWords, 8> kKinds = {{{'F', "refuse"},
                                              {'N', "never"},
                                              {'L', "limit"},
                                              {'O', "override"},
                                              {'R', "rule"},
                                              {'D', "duty"},
                                              {'T', "term"},
                                              {'A', "assert"}}};

constexpr std::array<std::string_view, kFactCount> kFactNames = {
    "minor",           "reflection",        "protection_claim", "conflict",    "agreement",
    "consent_given",   "consent_withdrawn", "consent_expired",  "from_abuser", "purpose_named",
    "recipient_named", "person_initiated",  "fresh_consent",    "rule_exists", "ground_accepted",
    "consent_written", "from_self"};

const KindWords& words_of(StatementKind kind) {
  const auto index = static_cast<std::size_t>(kind) - 1;
  SC_CHECK(index < kKinds.size());
  return kKinds[index];
}

}  // namespace

char letter(StatementKind kind) {
  return words_of(kind).letter;
}
std::string_view keyword(StatementKind kind) {
  return words_of(kind).keyword;
}

std::string_view name(Fact fact) {
  const auto index = static_cast<std::size_t>(fact) - 1;
  SC_CHECK(index < kFactNames.size());
  return kFactNames[index];
}
std::span<const std::string_view> fact_names() {
  return kFactNames;
}

std::string Statement::name() const {
  return letter(kind) + std::to_string(number);
}

bool Statement::same_as(const Statement& other) const {
  const auto all = [](const Statement& s) {
    return std::tie(s.kind, s.number, s.title, s.where, s.unless, s.levels, s.about, s.reason,
                    s.service_consent, s.claim, s.requires_of, s.settings, s.direct);
  };
  return all(*this) == all(other);
}

std::uint32_t term(const Policy& policy, Term which) {
  std::uint32_t out = bound_of(which);
  for (const Statement& s : policy.statements) {
    if (s.kind != StatementKind::kTerm) continue;
    for (const Setting& setting : s.settings) {
      if (setting.term == which && as_strict(which, setting.value, out)) out = setting.value;
    }
  }
  return out;
}

bool is_direct(const Policy& policy) {
  return std::any_of(policy.statements.begin(), policy.statements.end(),
                     [](const Statement& s) { return s.kind == StatementKind::kTerm && s.direct; });
}

void canonicalise(Policy& policy) {
  const auto place = [](const Selector& s) {
    return std::tie(s.from, s.to, s.purposes, s.stages, s.bases, s.urgencies, s.facts, s.facts_not,
                    s.hop_min, s.hop_max);
  };
  for (Statement& statement : policy.statements) {
    std::sort(statement.unless.begin(), statement.unless.end(),
              [&](const Selector& a, const Selector& b) { return place(a) < place(b); });
    std::sort(statement.requires_of.begin(), statement.requires_of.end());
    std::sort(statement.settings.begin(), statement.settings.end());
  }
  std::sort(policy.statements.begin(), policy.statements.end(),
            [](const Statement& a, const Statement& b) {
              return std::tie(a.kind, a.number) < std::tie(b.kind, b.number);
            });
}

}  // namespace safeconduct::policies
