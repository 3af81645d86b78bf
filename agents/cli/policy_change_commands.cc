#include <memory>

#include "agents/cli/commands.h"
#include "agents/cli/document_input.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/policy_words.h"
#include "agents/cli/table.h"
#include "policies/diff.h"
#include "policies/mutate.h"
#include "policies/parse.h"
#include "policies/profile.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

struct DiffOptions {
  std::string older;
  std::string newer;
};

struct MutateOptions {
  std::string policy;
  std::vector<std::string> tests;
};

Json changes_json(const policies::Diff& diff, bool wider) {
  Json out = Json::array();
  for (const policies::Change& change : diff.changes) {
    if (change.wider != wider) continue;
    out.push_back({{"where", change.where}, {"what", change.what}, {"says", sentence(change)}});
  }
  return out;
}

std::string verdict(const policies::Diff& diff, bool same_text) {
  if (diff.opens()) {
    return "This change opens something: both officers should read the lines marked WIDER before "
           "they sign.\n";
  }
  if (diff.narrower_cells != 0 || diff.narrower_terms) return "This change opens nothing.\n";
  if (diff.told_otherwise != 0) {
    return "Both let through the same; " + grouped(diff.told_otherwise) +
           " situations are refused for another reason.\n";
  }
  return same_text ? "Both are the same policy.\n"
                   : "The texts differ, and decide every case alike.\n";
}

Result<Answer> show_diff(const DiffOptions& options, const Style& style) {
  TRY(older, read_policy(options.older));
  TRY(newer, read_policy(options.newer));
  const policies::Diff diff = policies::diff(older, newer);
  Answer answer;
  for (const policies::Change& change : diff.changes) {
    answer.text += (change.wider ? style.bad("WIDER   ") : style.good("narrower")) + "  " +
                   sentence(change) + "\n";
  }
  answer.text += grouped(diff.wider_cells) + " situations wider, " + grouped(diff.narrower_cells) +
                 " narrower\n" + verdict(diff, older.text() == newer.text());
  answer.document = {{"old", policy_json(older)},
                     {"new", policy_json(newer)},
                     {"wider", changes_json(diff, true)},
                     {"narrower", changes_json(diff, false)},
                     {"wider_cells", diff.wider_cells},
                     {"narrower_cells", diff.narrower_cells},
                     {"opens", diff.opens()},
                     {"told_otherwise_cells", diff.told_otherwise}};
  return answer;
}

struct TightenOptions {
  std::string policy;
  std::string profile;
};

Result<Answer> tighten(const TightenOptions& options) {
  TRY(base, read_policy(options.policy));
  TRY(bytes, io::read_file(options.profile, policies::kPolicyBytesMax));
  TRY(profile, policies::parse(text_of(bytes), options.profile));
  TRY(both, policies::tighten(base, profile));
  Answer answer{both.text(), policy_json(both), "", 0};
  answer.document["text"] = both.text();
  return answer;
}

std::string_view word_of(policies::Notice notice) {
  switch (notice) {
    case policies::Notice::kCase:
      return "case";
    case policies::Notice::kProof:
      return "proof";
    case policies::Notice::kEquivalent:
      return "equivalent";
    case policies::Notice::kMissed:
      return "missed";
  }
  return "?";
}

Result<std::vector<policies::ScenarioCase>> read_tables(const std::vector<std::string>& paths) {
  std::vector<policies::ScenarioCase> out;
  for (const std::string& path : paths) {
    TRY(text, read_document(path, policies::kScenarioBytesMax));
    TRY(cases, policies::read_scenarios(text));
    out.insert(out.end(), cases.begin(), cases.end());
  }
  return out;
}

Result<Answer> show_mutants(const MutateOptions& options, const Style& style) {
  TRY(policy, read_policy(options.policy));
  TRY(cases, read_tables(options.tests));
  TRY(report, policies::mutate(policy, cases));
  Answer answer;
  answer.document = policy_json(policy);
  answer.document["mutants"] = Json::array();
  for (const policies::Mutant& mutant : report.mutants) {
    answer.document["mutants"].push_back({{"statement", mutant.statement},
                                          {"change", mutant.change},
                                          {"noticed", word_of(mutant.notice)},
                                          {"by", mutant.by}});
    if (mutant.notice == policies::Notice::kMissed) {
      answer.text += style.bad("missed") + "      " + mutant.change + "\n";
    } else if (mutant.notice == policies::Notice::kEquivalent) {
      answer.text += style.faint("equivalent") + "  " + mutant.change + "\n";
    }
  }
  const std::size_t missed = report.count(policies::Notice::kMissed);
  answer.document["score"] = report.score();
  answer.document["missed"] = missed;
  answer.text += grouped(report.mutants.size()) +
                 " changes, one at a time: " + grouped(report.count(policies::Notice::kCase)) +
                 " noticed by a worked case, " + grouped(report.count(policies::Notice::kProof)) +
                 " by the proof, " + grouped(report.count(policies::Notice::kEquivalent)) +
                 " decide every case alike, " + grouped(missed) + " missed\nmutation score " +
                 std::to_string(report.score()) + " %\n";
  answer.exit = missed == 0 ? 0 : kExitWrong;
  return answer;
}

}  // namespace

void add_policy_change_commands(CommandLine& line, CLI::App& group) {
  auto compared = std::make_shared<DiffOptions>();
  CLI::App& diff =
      line.command(group, "diff", "Say what a new policy opens and closes against an old one",
                   "safeconduct policy diff national-referral.policy changed.policy",
                   [compared](const Style& style) { return show_diff(*compared, style); });
  diff.add_option("OLD", compared->older, "The policy in force")->required();
  diff.add_option("NEW", compared->newer, "The one to come")->required();

  auto laid = std::make_shared<TightenOptions>();
  CLI::App& tightening = line.command(
      group, "tighten", "Lay a jurisdiction's profile over a policy and print the whole, proved",
      "safeconduct policy tighten policies/national-referral.policy policies/profiles/eu.policy",
      [laid](const Style&) { return tighten(*laid); });
  tightening.add_option("FILE", laid->policy, "The policy")->required();
  tightening.add_option("PROFILE", laid->profile, "The profile")->required();

  auto bent = std::make_shared<MutateOptions>();
  CLI::App& mutate = line.command(
      group, "mutate", "Bend each statement and report what no test or assertion notices",
      "safeconduct policy mutate policies/national-referral.policy --tests "
      "policies/national-referral.cases.json",
      [bent](const Style& style) { return show_mutants(*bent, style); });
  mutate.add_option("FILE", bent->policy, "The policy")->required();
  mutate.add_option("--tests", bent->tests, "Tables of worked cases")->required();
}

}  // namespace safeconduct::cli
