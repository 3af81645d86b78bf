#include <memory>

#include "agents/cli/case_file.h"
#include "agents/cli/commands.h"
#include "agents/cli/default_policy.h"
#include "agents/cli/document_input.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/table.h"
#include "policies/decide.h"
#include "policies/explain.h"
#include "policies/remedy.h"
#include "policies/scenario_file.h"

namespace safeconduct::cli {
namespace {

struct CaseOptions {
  std::string policy;
  std::string subject;
};

struct TestOptions {
  std::string scenarios;
  std::string policy;  // empty: the one built in
};

struct Question {
  policies::CompiledPolicy policy;
  policies::Case subject;
};

Result<Question> read_question(const CaseOptions& options) {
  TRY(policy, read_policy(options.policy));
  TRY(text, read_document(options.subject, policies::kScenarioBytesMax));
  TRY(subject, parse_case(text));
  return Question{std::move(policy), subject};
}

Json reason_json(policies::Reason reason) {
  if (reason == policies::kNoReason) return nullptr;
  return name(reason);
}

Json decision_json(const Question& question, const policies::Decision& decision) {
  Json levels = Json::object();
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    levels[std::string(name(category))] = {{"level", name(decision.levels[category])},
                                           {"reason", reason_json(decision.reasons[i])}};
  }
  Json duties = Json::array();
  for (const policies::Obligation& o : obligations_of(question.policy, decision)) {
    duties.push_back(
        {{"duty", name(o.what.duty)},
         {"hours", o.what.hours == 0 ? Json() : Json(o.what.hours)},
         {"of", duty_of(o.what.duty) == policies::DutyOf::kSender ? "sender" : "recipient"},
         {"by", o.by ? question.policy.rule_name(*o.by) : "prior hop"}});
  }
  Json rules = Json::array();
  for (const auto rule : question.policy.rules(decision.rules)) {
    rules.push_back(question.policy.rule_name(rule));
  }
  return {{"case", policies::describe(question.subject)},
          {"deliver", decision.deliver},
          {"reason", reason_json(decision.reason)},
          {"levels", levels},
          {"rules", rules},
          {"duties", duties}};
}

Result<Answer> explain(const CaseOptions& options) {
  TRY(question, read_question(options));
  const auto lines = policies::explain(question.policy, question.subject);
  Answer answer;
  answer.document = decision_json(question, decide(question.policy, question.subject));
  answer.document["sentences"] = lines;
  answer.document["would_change_it"] = Json::array();
  for (const policies::Remedy& r : policies::remedies(question.policy, question.subject)) {
    answer.document["would_change_it"].push_back(
        {{"says", policies::sentence(r)},
         {"changes", r.changes},
         {"invariant", r.invariant ? Json(*r.invariant) : Json()}});
  }
  for (const std::string& line : lines) answer.text += line + "\n";
  return answer;
}

Result<Answer> decide_case(const CaseOptions& options, const Style& style) {
  TRY(question, read_question(options));
  const policies::Decision decision = decide(question.policy, question.subject);
  Answer answer;
  answer.document = decision_json(question, decision);
  const std::string rules = question.policy.rule_names(decision.rules);
  if (!decision.deliver) {
    answer.text = "refused: " + std::string(policies::plain(decision.reason)) + " (" +
                  std::string(name(decision.reason)) + "), by " + rules + "\n";
    return answer;
  }
  Table table({"category", "level", "why not more"});
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    const policies::Reason reason = decision.reasons[i];
    table.row({std::string(name(category)), std::string(name(decision.levels[category])),
               reason == policies::kNoReason ? "" : std::string(policies::plain(reason))});
  }
  answer.text = "delivered, by " + rules + "\n" + table.text(style);
  for (const policies::Obligation& o : obligations_of(question.policy, decision)) {
    answer.text += "requires " + words(o.what) + ", by " +
                   (o.by ? question.policy.rule_name(*o.by) : "the hop before") + "\n";
  }
  return answer;
}

Result<Answer> test(const TestOptions& options, const Style& style) {
  TRY(policy, options.policy.empty()
                  ? policies::compile_text(default_policy_text(), kDefaultPolicyName)
                  : read_policy(options.policy));
  TRY(text, read_document(options.scenarios, policies::kScenarioBytesMax));
  TRY(cases, policies::read_scenarios(text));
  if (cases.empty()) return invalid("`" + options.scenarios + "` holds no cases");
  Answer answer;
  std::size_t passed = 0;
  Json failures = Json::array();
  for (const auto& outcome : policies::run_scenarios(policy, cases)) {
    if (outcome.passed) {
      ++passed;
      continue;
    }
    failures.push_back(
        {{"id", outcome.id}, {"title", outcome.title}, {"differs", outcome.differs}});
    answer.text += style.bad("failed") + " " + printable(outcome.id + " " + outcome.title) + ": " +
                   printable(outcome.differs) + "\n";
  }
  const std::size_t failed = cases.size() - passed;
  answer.text += std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n";
  answer.document = {{"policy", policy.policy().name},
                     {"passed", passed},
                     {"failed", failed},
                     {"failures", failures}};
  answer.exit = failed == 0 ? 0 : kExitWrong;
  return answer;
}

void add_case_options(CLI::App& command, CaseOptions& options) {
  command.add_option("FILE", options.policy, "The policy")->required();
  command.add_option("--case", options.subject, "A file with the case as JSON, or - [-]");
}

}  // namespace

void add_policy_case_commands(CommandLine& line, CLI::App& group) {
  auto explained = std::make_shared<CaseOptions>();
  add_case_options(
      line.command(group, "explain", "Say in sentences what a policy decides on a case",
                   "safeconduct policy explain policies/national-referral.policy "
                   "--case case.json",
                   [explained](const Style&) { return explain(*explained); }),
      *explained);
  auto decided = std::make_shared<CaseOptions>();
  add_case_options(
      line.command(group, "decide", "Decide a case: the level of every category and why",
                   "safeconduct policy decide policies/national-referral.policy --case case.json "
                   "--json",
                   [decided](const Style& style) { return decide_case(*decided, style); }),
      *decided);

  auto tested = std::make_shared<TestOptions>();
  CLI::App& tests =
      line.command(group, "test", "Run worked cases against a policy",
                   "safeconduct policy test scenarios.json --policy national-referral.policy",
                   [tested](const Style& style) { return test(*tested, style); });
  tests.add_option("SCENARIOS", tested->scenarios, "The table of worked cases, or -")->required();
  tests.add_option("--policy", tested->policy,
                   "The policy [the national referral policy, which is built in]");
}

}  // namespace safeconduct::cli
