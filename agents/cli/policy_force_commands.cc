// How a policy comes into force: two signatures, then an entry of the ledger.
#include <filesystem>
#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/commands.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/policy_words.h"
#include "policies/diff.h"
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
  std::string from;   // empty: at once
  AgentOption agent;  // empty: the first policy of a network, which replaces none
};

struct ShowOptions {
  AgentOption agent;
  std::uint64_t position = 0;  // 0: the one in force
};

std::string when_words(const std::optional<Instant>& from) {
  return from ? "from " + to_rfc3339(*from) + " on" : "as soon as it is in the ledger";
}

std::string says(const wire::Activation& a) {
  return "in force " + when_words(a.from) + ", replaces the policy of entry " +
         std::to_string(a.after) + ", opens " + (a.opens ? "something" : "nothing") + "\n";
}

// What the officers sign: the change against the latest policy that the agent knows.
struct Proposal {
  wire::Activation activation;
  policies::Diff change;
};

Result<Proposal> propose(const SignOptions& options, const policies::CompiledPolicy& policy) {
  TRY(answer, call_agent(options.agent, "GET", "/v1/policy"));
  const Json latest = field(answer, "latest");
  if (!latest.is_number_unsigned()) return invalid("the agent's answer names no latest policy");
  Proposal out;
  out.activation.after = latest.get<std::uint64_t>();
  out.activation.network = text_field(answer, "network");
  TRY(base, call_agent(options.agent, "GET",
                       "/v1/policy?position=" + std::to_string(out.activation.after)));
  TRY(older, policies::compile_text(text_field(base, "text"), "the policy in force"));
  out.change = policies::diff(older, policy);
  out.activation.opens = out.change.opens();
  out.activation.policy = policy.text();
  if (!options.from.empty()) {
    TRY(from, parse_rfc3339(options.from));
    out.activation.from = from;
  }
  return out;
}

// The text of the note that is signed, made now or by the first officer.
struct Signing {
  std::string text;
  std::string told;  // to whoever signs
};

Result<Signing> to_sign(const SignOptions& options, const policies::CompiledPolicy& policy,
                        const Style& style) {
  const auto there = read_note_text(options.note);
  if (!there && there.error().code != ErrorCode::kNotFound) return there.error();
  if (there) {
    if (there->policy != policy.text()) {
      return Error{ErrorCode::kConflict,
                   "`" + options.note +
                       "` holds another policy; choose another file, or compare the two with "
                       "`safeconduct policy format`"};
    }
    if (!there->activation) return Signing{policy.text(), ""};
    return Signing{to_text(*there->activation), says(*there->activation)};
  }
  if (options.agent.place.empty()) {
    if (options.from.empty()) return Signing{policy.text(), ""};
    return invalid("`--from` needs `--agent`, which knows the policy that this one replaces");
  }
  TRY(proposal, propose(options, policy));
  Signing out{to_text(proposal.activation), ""};
  for (const policies::Change& change : proposal.change.changes) {
    out.told += (change.wider ? style.bad("WIDER   ") : style.good("narrower")) + "  " +
                sentence(change) + "\n";
  }
  out.told += says(proposal.activation);
  return out;
}

Result<Answer> sign(const SignOptions& options, const Style& style) {
  TRY(policy, read_policy(options.policy));
  TRY(key, seal::read_signing_key(options.key));
  const std::string name =
      options.name.empty() ? std::filesystem::path(options.key).stem().string() : options.name;
  TRY(signing, to_sign(options, policy, style));
  TRY(signed_policy, sign_note(signing.text, options.note, name, key));
  Answer answer;
  answer.document = policy_json(policy);
  answer.document["note"] = options.note;
  answer.document["officers"] = signed_policy.officers;
  answer.text = signing.told + name + " has signed " + options.note + "; signatures on it: ";
  std::string names;
  for (const std::string& officer : signed_policy.officers) {
    names += (names.empty() ? "" : ", ") + officer;
  }
  answer.text += names + "\n";
  answer.text += signed_policy.officers.size() < 2
                     ? "One more officer must sign it before a broker puts it into force.\n"
                     : "Put it into force with `safeconduct policy activate " + options.note +
                           "`, or, a network's first, as policy.note beside broker.toml.\n";
  return answer;
}

Result<Answer> activate(const std::string& path, const AgentOption& agent) {
  TRY(bytes, io::read_file(path, ledger::kNoteBytesMax));
  TRY(said, read_note_text(path));
  TRY(policy, policies::compile_text(said.policy, path));
  const Json request{{"kind", "policy"}, {"note", std::string(text_of(bytes))}};
  TRY(answer, call_agent(agent, "POST", "/v1/records", request));
  std::string text = "policy " + policy.policy().name + in_ledger(answer) + "\n";
  if (said.activation) text += says(*said.activation);
  return Answer{text, answer, "", 0};
}

Result<Answer> show(const ShowOptions& options) {
  const std::string query =
      options.position == 0 ? "" : "?position=" + std::to_string(options.position);
  TRY(answer, call_agent(options.agent, "GET", "/v1/policy" + query));
  return Answer{text_field(answer, "text"), answer, "", 0};
}

void add_sign(CommandLine& line, CLI::App& group) {
  auto options = std::make_shared<SignOptions>();
  CLI::App& command = line.command(
      group, "sign", "Sign a policy as an officer; the second officer signs the same note",
      "safeconduct policy sign changed.policy --key officers/anna.key --agent haven --out "
      "policy.note",
      [options](const Style& style) { return sign(*options, style); });
  command.add_option("FILE", options->policy, "The policy")->required();
  command.add_option("--key", options->key, "The officer's key file")->required();
  command.add_option("--name", options->name, "The officer's key name [the key file's]");
  command.add_option("--out", options->note, "The note to make or to add to")
      ->capture_default_str();
  command.add_option("--from", options->from,
                     "From when it decides, as 2026-11-25T08:00:00Z [at once]");
  command.add_option("--agent", options->agent.place,
                     "A running agent, which knows the policy that this one replaces; without it "
                     "the note is a network's first");
}

void add_activate(CommandLine& line, CLI::App& group, const std::string& name,
                  const std::string& description) {
  auto path = std::make_shared<std::string>();
  auto agent = std::make_shared<AgentOption>();
  CLI::App& command = line.command(group, name, description,
                                   "safeconduct policy " + name + " policy.note --agent haven",
                                   [path, agent](const Style&) { return activate(*path, *agent); });
  command.add_option("NOTE", *path, "The note that two officers signed")->required();
  add_agent_option(command, *agent);
}

}  // namespace

void add_policy_force_commands(CommandLine& line, CLI::App& group) {
  add_sign(line, group);
  add_activate(line, group, "activate", "Put a signed policy into force, at once or at its time");
  add_activate(line, group, "publish", "The same as activate, for a network's first policy");
  auto options = std::make_shared<ShowOptions>();
  CLI::App& command =
      line.command(group, "show", "Print the policy in force, or an earlier or coming one",
                   "safeconduct policy show --agent haven > current.policy",
                   [options](const Style&) { return show(*options); });
  command.add_option("--entry", options->position, "The ledger entry that holds it");
  add_agent_option(command, options->agent);
}

}  // namespace safeconduct::cli
