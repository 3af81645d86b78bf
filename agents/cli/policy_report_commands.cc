#include <algorithm>
#include <memory>

#include "agents/cli/commands.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/policy_words.h"
#include "policies/check.h"
#include "policies/matrix.h"
#include "policies/parse.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

std::string invariant_line(const policies::InvariantReport& report, const Style& style) {
  std::string out =
      "invariant " + std::to_string(report.number) + ", " + std::string(report.says) + ": ";
  if (report.proved != 0)
    out += style.good("proved") + " over " + grouped(report.proved) + " cells";
  if (report.held_by.empty()) return out + "\n";
  return out + (report.proved != 0 ? "; " : "held: ") + std::string(report.held_by) + "\n";
}

Json check_json(const policies::CompiledPolicy& policy, const policies::CheckReport& report) {
  Json out = policy_json(policy);
  out["assertions_proved"] = report.assertions;
  out["invariants"] = Json::array();
  for (const policies::InvariantReport& invariant : report.invariants) {
    out["invariants"].push_back({{"number", invariant.number},
                                 {"says", invariant.says},
                                 {"cells_proved", invariant.proved},
                                 {"held_by", invariant.held_by}});
  }
  out["cases_compared"] = report.compared;
  out["narrowings_compared"] = report.narrowed;
  out["faults"] = report.faults;
  out["notes"] = report.notes;
  return out;
}

// Whether the policy is the wrong one is what this command is asked: exit 1, not 2.
Result<Answer> check(const std::string& path, const Style& style) {
  TRY(bytes, io::read_file(path, policies::kPolicyBytesMax));
  const auto policy = policies::compile_text(text_of(bytes), path);
  if (!policy) return found_wrong(policy.error());
  const policies::CheckReport report = policies::check(*policy);
  Answer answer;
  answer.document = check_json(*policy, report);
  for (const auto& invariant : report.invariants) answer.text += invariant_line(invariant, style);
  answer.text += std::to_string(report.assertions) + " assertions of its own: proved\n";
  if (report.faults.empty()) {
    answer.text += "total, monotone, order without meaning: both evaluators agree on " +
                   grouped(report.compared) + " cases, one of them reading backwards; in " +
                   grouped(report.narrowed) + " comparisons less never opened more\n";
  }
  for (const std::string& note : report.notes)
    answer.text += style.faint("note:") + " " + note + "\n";
  for (const std::string& fault : report.faults)
    answer.text += style.bad("fault:") + " " + fault + "\n";
  answer.text += "policy " + policy->policy().name +
                 (report.faults.empty() ? " holds: " : " must not be used: ") +
                 std::to_string(policy->policy().statements.size()) + " statements, " +
                 grouped(policy->cells_proved()) + " cells proved\nsha256 " +
                 policy_hash(policy->text()) + "\n";
  answer.exit = report.faults.empty() ? 0 : kExitWrong;
  return answer;
}

struct MatrixOptions {
  std::string policy;
  bool csv = false;
  std::string html;
};

// Category names stand upright above their column.
std::string upright_names(std::size_t indent) {
  std::size_t height = 0;
  for (std::string_view word : policies::category_names()) height = std::max(height, word.size());
  std::string out;
  for (std::size_t line = 0; line < height; ++line) {
    out += std::string(indent, ' ');
    for (std::string_view word : policies::category_names()) {
      const std::size_t from_top = height - word.size();
      out += line < from_top ? "  " : std::string(1, word[line - from_top]) + " ";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += "\n";
  }
  return out;
}

std::string matrix_text(const policies::CompiledPolicy& policy, const Style& style) {
  struct Line {
    std::string who;
    const policies::MatrixRow* row;
  };
  const auto rows = policies::matrix(policy);
  std::vector<Line> lines;
  std::size_t width = 0;
  for (const policies::MatrixRow& row : rows) {
    std::string who = std::string(name(row.to)) + " for " + std::string(name(row.purpose));
    if (row.basis != policies::Basis::kConsent) who += " on " + std::string(name(row.basis));
    width = std::max(width, who.size() + 2);
    lines.push_back({std::move(who), &row});
  }
  std::string out = upright_names(width);
  for (const Line& line : lines) {
    out += line.who + std::string(width - line.who.size(), ' ');
    std::string rules;
    for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
      const policies::Level level = line.row->release[policies::category_at(i)];
      const std::string_view sign = glyph(level);
      out += (level == policies::Level::kFull          ? style.good(sign)
              : level == policies::Level::kGeneralised ? style.strong(sign)
                                                       : style.faint(sign)) +
             " ";
      for (const auto rule : line.row->by[i]) {
        const std::string word = policy.rule_name(rule);
        if ((rules + " ").find(" " + word + " ") == std::string::npos) rules += " " + word;
      }
    }
    std::string last;
    for (const policies::Obligation& o : line.row->duties) {
      const std::string by = o.by ? policy.rule_name(*o.by) : "";
      if (by != last) rules += " " + by;
      last = by;
    }
    out += rules + "\n";
  }
  return out +
         "● full  ◐ generalised  · withheld; the most that can go at the first hop, when the "
         "person consents to all of it\n";
}

Json matrix_json(const policies::CompiledPolicy& policy) {
  Json out = policy_json(policy);
  out["rows"] = Json::array();
  for (const policies::MatrixRow& row : policies::matrix(policy)) {
    Json levels = Json::object();
    for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
      const policies::Category category = policies::category_at(i);
      Json rules = Json::array();
      for (const auto rule : row.by[i]) rules.push_back(policy.rule_name(rule));
      levels[std::string(name(category))] = {{"release", name(row.release[category])},
                                             {"inquiry", name(row.inquiry[category])},
                                             {"rules", rules}};
    }
    Json duties = Json::array();
    for (const policies::Obligation& o : row.duties) duties.push_back(words(o.what));
    out["rows"].push_back({{"to", name(row.to)},
                           {"for", name(row.purpose)},
                           {"on", name(row.basis)},
                           {"levels", levels},
                           {"duties", duties}});
  }
  return out;
}

Result<Answer> show_matrix(const MatrixOptions& options, const Style& style) {
  TRY(policy, read_policy(options.policy));
  Answer answer{options.csv ? policies::matrix_csv(policy) : matrix_text(policy, style),
                matrix_json(policy), "", 0};
  if (options.html.empty()) return answer;
  constexpr unsigned kPublic = 0644;
  const std::string page = policies::matrix_page(policy, policy_hash(policy.text()));
  TRY_OK(io::write_durably(options.html, view_of(page), kPublic));
  if (!options.csv) answer.text = "wrote " + options.html + "\n";
  return answer;
}

void add_matrix(CommandLine& line, CLI::App& group) {
  auto options = std::make_shared<MatrixOptions>();
  CLI::App& command =
      line.command(group, "matrix", "Show on one sheet who learns what, for what",
                   "safeconduct policy matrix policies/national-referral.policy --html matrix.html",
                   [options](const Style& style) { return show_matrix(*options, style); });
  command.add_option("FILE", options->policy, "The policy")->required();
  command.add_flag("--csv", options->csv, "As comma-separated values");
  command.add_option("--html", options->html, "Write a page that stands by itself and prints well");
}

void add_check(CommandLine& line, CLI::App& group) {
  auto path = std::make_shared<std::string>();
  CLI::App& command =
      line.command(group, "check", "Parse, compile and prove a policy, invariant by invariant",
                   "safeconduct policy check policies/national-referral.policy",
                   [path](const Style& style) { return check(*path, style); });
  command.add_option("FILE", *path, "The policy")->required();
}

}  // namespace

void add_policy_report_commands(CommandLine& line, CLI::App& group) {
  add_check(line, group);
  add_matrix(line, group);
}

}  // namespace safeconduct::cli
