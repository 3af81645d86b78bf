#include "policies/mutate.h"

#include <algorithm>

#include "policies/diff.h"
#include "policies/mutants.h"
#include "policies/naive.h"

namespace safeconduct::policies {
namespace {

struct Worked {
  const ScenarioCase* wanted;
  Case subject;
};

// By the second evaluator, which needs no table: a policy is bent a thousand times.
bool comes_out(const Policy& policy, const Worked& worked) {
  const NaiveDecision found = decide_naively(policy, worked.subject);
  const ScenarioCase& wanted = *worked.wanted;
  if (found.deliver != wanted.deliver) return false;
  if (wanted.reason != kNoReason && found.reason != wanted.reason) return false;
  if (wanted.duties && found.deliver) {
    std::vector<std::string> duties;
    for (const auto& owed : found.duties) duties.push_back(words(owed.what));
    if (duties != *wanted.duties) return false;
  }
  return std::all_of(wanted.levels.begin(), wanted.levels.end(), [&](const auto& level) {
    return !found.deliver || found.levels[index_of(level.first)] == level.second;
  });
}

// `the policy breaks invariant 5`, `assertion A3`: the proof's sentence up to its first mark.
std::string first_words(const std::string& message) {
  return message.substr(0, message.find_first_of(",\""));
}

Mutant judge(const CompiledPolicy& original, Policy bent, const std::vector<Worked>& cases) {
  Mutant out;
  for (const Worked& worked : cases) {
    if (comes_out(bent, worked)) continue;
    out.notice = Notice::kCase;
    out.by = worked.wanted->id;
    return out;
  }
  const auto compiled = compile(std::move(bent));
  if (!compiled) {
    out.notice = Notice::kProof;
    out.by = first_words(compiled.error().message);
  } else if (decide_alike(original, *compiled)) {
    out.notice = Notice::kEquivalent;
  }
  return out;
}

}  // namespace

std::size_t MutationReport::count(Notice notice) const {
  return static_cast<std::size_t>(
      std::count_if(mutants.begin(), mutants.end(),
                    [&](const Mutant& mutant) { return mutant.notice == notice; }));
}

std::size_t MutationReport::score() const {
  const std::size_t noticeable = mutants.size() - count(Notice::kEquivalent);
  return noticeable == 0 ? 100 : (noticeable - count(Notice::kMissed)) * 100 / noticeable;
}

Result<MutationReport> mutate(const CompiledPolicy& policy, const std::vector<ScenarioCase>& cases,
                              std::size_t every) {
  std::vector<Worked> worked;
  for (const ScenarioCase& wanted : cases) {
    TRY(subject, to_case(wanted.msg));
    worked.push_back({&wanted, subject});
    if (comes_out(policy.policy(), worked.back())) continue;
    return invalid("case `" + wanted.id +
                   "` does not pass before anything is changed; run `safeconduct policy test` "
                   "first");
  }
  MutationReport report;
  std::size_t place = 0;
  const auto& statements = policy.policy().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].kind == StatementKind::kAssert) continue;
    for (Bent& bent : mutants_of(statements[i])) {
      if (place++ % every != 0) continue;
      Policy changed = policy.policy();
      const auto at = changed.statements.begin() + static_cast<std::ptrdiff_t>(i);
      if (bent.statement) *at = std::move(*bent.statement);
      if (!bent.statement) changed.statements.erase(at);
      Mutant mutant = judge(policy, std::move(changed), worked);
      mutant.statement = statements[i].name();
      mutant.change = std::move(bent.change);
      report.mutants.push_back(std::move(mutant));
    }
  }
  return report;
}

}  // namespace safeconduct::policies
