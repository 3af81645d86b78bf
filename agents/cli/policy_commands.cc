#include <filesystem>
#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/commands.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/policy_words.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "schemas/io/file.h"
#include "schemas/ledger/note.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::cli {
namespace {

struct SignOptions {
  std::string policy;
  std::string key;
  std::string name;
  std::string note = "policy.note";
};

Result<Answer> format_policy(const std::string& path) {
  TRY(bytes, io::read_file(path, policies::kPolicyBytesMax));
  TRY(policy, policies::parse(text_of(bytes), path));
  const std::string text = policies::format(policy);
  return Answer{
      text, {{"policy", policy.name}, {"sha256", policy_hash(text)}, {"text", text}}, "", 0};
}

Result<Answer> sign(const SignOptions& options) {
  TRY(policy, read_policy(options.policy));
  TRY(key, seal::read_signing_key(options.key));
  const std::string name =
      options.name.empty() ? std::filesystem::path(options.key).stem().string() : options.name;
  TRY(signed_policy, sign_policy(policy, options.note, name, key));
  Answer answer;
  answer.document = policy_json(policy);
  answer.document["note"] = options.note;
  answer.document["officers"] = signed_policy.officers;
  answer.text = name + " has signed " + options.note + "; signatures on it: ";
  std::string names;
  for (const std::string& officer : signed_policy.officers) {
    names += (names.empty() ? "" : ", ") + officer;
  }
  answer.text += names + "\n";
  answer.text += signed_policy.officers.size() < 2
                     ? "One more officer must sign it before a broker puts it into force.\n"
                     : "Put it into force with `safeconduct policy publish " + options.note +
                           "`, or as policy.note beside broker.toml.\n";
  return answer;
}

Result<Answer> publish(const std::string& path, const AgentOption& agent) {
  TRY(bytes, io::read_file(path, ledger::kNoteBytesMax));
  TRY(note, ledger::parse_note(text_of(bytes)));
  TRY(policy, policies::compile_text(note.text, path));
  const Json request{{"kind", "policy"}, {"note", std::string(text_of(bytes))}};
  TRY(answer, call_agent(agent, "POST", "/v1/records", request));
  return Answer{"policy " + policy.policy().name + in_ledger(answer) + "\n", answer, "", 0};
}

void add_sign(CommandLine& line, CLI::App& group) {
  auto options = std::make_shared<SignOptions>();
  CLI::App& command = line.command(
      group, "sign", "Sign a policy as an officer; the second officer signs the same note",
      "safeconduct policy sign national-referral.policy --key officers/anna.key --name anna --out "
      "policy.note",
      [options](const Style&) { return sign(*options); });
  command.add_option("FILE", options->policy, "The policy")->required();
  command.add_option("--key", options->key, "The officer's key file")->required();
  command.add_option("--name", options->name, "The officer's key name [the key file's]");
  command.add_option("--out", options->note, "The note to make or to add to")
      ->capture_default_str();
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
  add_sign(line, group);

  auto path = std::make_shared<std::string>();
  auto agent = std::make_shared<AgentOption>();
  CLI::App& send =
      line.command(group, "publish", "Send a signed policy to the broker through a running agent",
                   "safeconduct policy publish policy.note --agent haven",
                   [path, agent](const Style&) { return publish(*path, *agent); });
  send.add_option("NOTE", *path, "The note that two officers signed")->required();
  add_agent_option(send, *agent);
}

}  // namespace safeconduct::cli
