#include <memory>

#include "agents/cli/commands.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/policy_words.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

Result<Answer> format_policy(const std::string& path) {
  TRY(bytes, io::read_file(path, policies::kPolicyBytesMax));
  TRY(policy, policies::parse(text_of(bytes), path));
  const std::string text = policies::format(policy);
  return Answer{
      text, {{"policy", policy.name}, {"sha256", policy_hash(text)}, {"text", text}}, "", 0};
}

void add_one_file(CommandLine& line, CLI::App& group, const std::string& name,
                  const std::string& description, Result<Answer> (*run)(const std::string&)) {
  auto path = std::make_shared<std::string>();
  CLI::App& command = line.command(
      group, name, description, "safeconduct policy " + name + " policies/national-referral.policy",
      [path, run](const Style&) { return run(*path); });
  command.add_option("FILE", *path, "The policy")->required();
}

}  // namespace

void add_policy_commands(CommandLine& line) {
  CLI::App& group = line.group("policy", "Read, prove, try and sign policies");
  add_policy_report_commands(line, group);
  add_one_file(line, group, "format", "Print a policy in its canonical form", format_policy);
  add_policy_case_commands(line, group);
  add_policy_change_commands(line, group);
  add_policy_force_commands(line, group);
}

}  // namespace safeconduct::cli
