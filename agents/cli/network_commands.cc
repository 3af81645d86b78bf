#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/commands.h"
#include "agents/cli/network_folder.h"
#include "agents/cli/network_words.h"
#include "agents/cli/policy_note.h"
#include "agents/cli/table.h"
#include "schemas/io/file.h"
#include "schemas/seal/key_file.h"
#include "schemas/wire/retention.h"

namespace safeconduct::cli {
namespace {

struct InitOptions {
  std::string folder;
  NewNetwork network{"", "tcp://127.0.0.1:7600"};
  std::vector<std::string> officers;
};

struct AddOptions {
  std::string folder;
  std::string card;
  std::string roles;
  std::string agreement;
  std::string training;
  std::string fingerprint;
  std::string direct;
  std::string agency;  // renew: whose; add: the card says it
};

struct ChangeOptions {
  std::string folder;
  std::string subject;  // an agency, or an officer's vkey
};

Json period_json(const wire::DatedProof& proof) {
  return {{"from", to_text(proof.from)}, {"until", to_text(proof.until)}};
}

Json directory_json(const NetworkFolder& network) {
  const wire::Directory& directory = network.directory();
  Json agencies = Json::array();
  for (const wire::DirectoryAgency& agency : directory.agencies) {
    const AgencyCard card{agency.id, {agency.signing_key}, {agency.transport_key}};
    agencies.push_back({{"agency", agency.id.text()},
                        {"roles", agency.roles},
                        {"standing", name(agency.standing)},
                        {"agreement", period_json(agency.agreement)},
                        {"training", period_json(agency.training)},
                        {"fingerprint", card.fingerprint()}});
  }
  return {{"network", directory.network},
          {"version", directory.version},
          {"issued", to_rfc3339(directory.issued)},
          {"authority", network.facts().authority.text()},
          {"log", directory.log_vkey},
          {"endpoint", network.facts().endpoint},
          {"officers", directory.officer_vkeys},
          {"agencies", agencies}};
}

std::string version_text(const NetworkFolder& network) {
  return "directory version " + std::to_string(network.directory().version);
}

// `done: directory version 4. ` and what comes next.
Answer changed(const NetworkFolder& network, const std::string& done) {
  return {done + ": " + version_text(network) +
              " is signed. A running broker takes it with `safeconduct network publish`.\n",
          directory_json(network), "", 0};
}

Result<Answer> init(const InitOptions& options, Random& random, Instant now) {
  NewNetwork wanted = options.network;
  for (const std::string& text : options.officers) {
    TRY(officer, parse_officer(text));
    for (const ledger::NoteKey& there : wanted.officers) {
      if (there.name() == officer.name() || there.key() == officer.key()) {
        return invalid("officer `" + officer.name() +
                       "` is given twice; every officer has a name and a key of their own");
      }
    }
    wanted.officers.push_back(officer);
  }
  TRY(network, NetworkFolder::create(options.folder, wanted, random, now));
  Answer answer;
  answer.document = directory_json(network);
  answer.document["folder"] = options.folder;
  answer.text =
      "Network " + wanted.name + " is in " + options.folder +
      ".\n  authority.key  keep it offline: it signs the directory\n  network.toml   give "
      "it to every agency\n  trust          give it to the auditors\n  broker/        goes "
      "to the machine of the broker: safeconduct-broker --config " +
      options.folder + "/broker/broker.toml\n";
  if (wanted.officers.size() < 2) {
    answer.text +=
        "A policy needs the signatures of two officers: add them with `safeconduct "
        "network officer`.\n";
  }
  return answer;
}

Result<Answer> add(const AddOptions& options, Instant now) {
  TRY(roles, parse_roles(options.roles));
  TRY(agreement, parse_dated_proof(options.agreement, "the agreement"));
  TRY(training, parse_dated_proof(options.training, "the training"));
  TRY(card, read_card(options.card));
  if (!options.fingerprint.empty()) TRY_OK(check_fingerprint(card, options.fingerprint));
  TRY(network, NetworkFolder::open(options.folder));
  TRY_OK(network.add({card, roles, agreement, training, options.direct}, now));
  Answer answer = changed(network, "added " + card.agency.text());
  if (options.fingerprint.empty()) {
    answer.text += "Have " + card.agency.text() + " read its fingerprint aloud; it must be\n  " +
                   card.fingerprint() + "\n";
  }
  return answer;
}

Result<Answer> set_standing(const ChangeOptions& options, wire::Standing standing, Instant now) {
  TRY(network, NetworkFolder::open(options.folder));
  TRY_OK(network.set_standing(options.subject, standing, now));
  return changed(network, options.subject + " is now " + std::string(name(standing)));
}

Result<Answer> renew(const AddOptions& options, Instant now) {
  std::optional<wire::DatedProof> agreement;
  std::optional<wire::DatedProof> training;
  if (!options.agreement.empty()) {
    TRY(period, parse_dated_proof(options.agreement, "the agreement"));
    agreement = period;
  }
  if (!options.training.empty()) {
    TRY(period, parse_dated_proof(options.training, "the training"));
    training = period;
  }
  TRY(network, NetworkFolder::open(options.folder));
  TRY_OK(network.renew(options.agency, agreement, training, now));
  return changed(network, "renewed " + options.agency);
}

Result<Answer> add_officer(const ChangeOptions& options, Instant now) {
  TRY(officer, parse_officer(options.subject));
  TRY(network, NetworkFolder::open(options.folder));
  TRY_OK(network.add_officer(officer, now));
  return changed(network, "added officer " + officer.name());
}

struct RuleOptions {
  std::string text;
  std::string key;
  std::string name;
  std::string out;
};

Result<Answer> sign_rule(const RuleOptions& options) {
  TRY(bytes, io::read_file(options.text, wire::kRuleBytesMax));
  const std::string text(text_of(bytes));
  const auto known = wire::rule_kind(text);
  if (!known) return known.error();
  TRY(key, seal::read_signing_key(options.key));
  TRY(done, sign_note(text, options.out, options.name, key));
  return Answer{options.out + " bears " + std::to_string(done.officers.size()) +
                    " signature(s). A retention and the lifting of a hold need two officers, a "
                    "hold needs one; put the note into the folder that broker.toml calls rules "
                    "and send the broker SIGHUP.\n",
                {{"note", options.out}, {"officers", done.officers}},
                "",
                0};
}

Result<Answer> set_log(const ChangeOptions& options, Instant now) {
  TRY(log, ledger::NoteKey::parse(options.subject));
  TRY(network, NetworkFolder::open(options.folder));
  TRY_OK(network.set_log(log, now));
  return changed(network, "the log is " + log.name());
}

Result<Answer> show(const std::string& folder, const Style& style) {
  TRY(network, NetworkFolder::open(folder));
  const wire::Directory& directory = network.directory();
  Answer answer;
  answer.document = directory_json(network);
  answer.document["broker_is_current"] = network.broker_is_current();
  answer.text = directory.network + ", " + version_text(network) + " of " +
                to_rfc3339(directory.issued) + ", broker at " + network.facts().endpoint + "\n";
  Table table({"agency", "roles", "standing", "agreement until", "training until"});
  for (const wire::DirectoryAgency& agency : directory.agencies) {
    std::string roles;
    for (const std::string& role : agency.roles) roles += (roles.empty() ? "" : ", ") + role;
    table.row({agency.id.text(), roles, std::string(name(agency.standing)),
               to_text(agency.agreement.until), to_text(agency.training.until)});
  }
  answer.text += table.empty() ? "no agencies yet\n" : table.text(style);
  for (const std::string& officer : directory.officer_vkeys) {
    answer.text += "officer " + printable(officer) + "\n";
  }
  if (!network.broker_is_current()) {
    answer.text +=
        "The copy in broker/ is of another version: the last change was interrupted. "
        "Copy directory.note to broker/.\n";
  }
  return answer;
}

Result<Answer> publish(const std::string& folder, const AgentOption& agent) {
  TRY(network, NetworkFolder::open(folder));
  const Json request{{"kind", "directory"}, {"note", network.directory_note()}};
  TRY(answer, call_agent(agent, "POST", "/v1/records", request));
  return Answer{version_text(network) + in_ledger(answer) + "\n", answer, "", 0};
}

void add_standing(CommandLine& line, CLI::App& group, const Clock& clock, const std::string& verb,
                  const std::string& description, wire::Standing standing) {
  auto options = std::make_shared<ChangeOptions>();
  CLI::App& command =
      line.command(group, verb, description, "safeconduct network " + verb + " net haven",
                   [options, standing, &clock](const Style&) {
                     return set_standing(*options, standing, clock.now());
                   });
  command.add_option("DIR", options->folder, "The network's folder")->required();
  command.add_option("AGENCY", options->subject, "The agency's id")->required();
}

void add_init(CommandLine& line, CLI::App& group, Random& random, const Clock& clock) {
  auto options = std::make_shared<InitOptions>();
  CLI::App& command = line.command(
      group, "init", "Make a network: its authority, its first directory, its broker's folder",
      "safeconduct network init net --name demo.example --endpoint tcp://127.0.0.1:7600",
      [options, &random, &clock](const Style&) { return init(*options, random, clock.now()); });
  command.add_option("DIR", options->folder, "The folder to make")->required();
  command.add_option("--name", options->network.name, "Its name, such as demo.example")->required();
  command.add_option("--endpoint", options->network.endpoint, "Where the broker is reached")
      ->capture_default_str();
  command.add_option("--officer", options->officers,
                     "A privacy officer: the line that `keys officer` printed; may be repeated");
}

void add_add(CommandLine& line, CLI::App& group, const Clock& clock) {
  auto options = std::make_shared<AddOptions>();
  CLI::App& command = line.command(
      group, "add", "Add an agency by its card",
      "safeconduct network add net --card haven/card --role shelter,housing --agreement "
      "2026-01-01:2027-01-01 --training 2026-01-01:2027-01-01",
      [options, &clock](const Style&) { return add(*options, clock.now()); });
  command.add_option("DIR", options->folder, "The network's folder")->required();
  command.add_option("--card", options->card, "The card that the agency sent")->required();
  command.add_option("--role", options->roles, "What it acts as, separated by commas")->required();
  command.add_option("--agreement", options->agreement, "Its signed agreement, FROM:UNTIL")
      ->required();
  command.add_option("--training", options->training, "Its training, FROM:UNTIL")->required();
  command.add_option("--fingerprint", options->fingerprint,
                     "The digits that the agency read aloud; refused when they differ");
  command.add_option("--direct", options->direct,
                     "Where its agent takes content directly, as tcp://haven.example:7700");
}

void add_renew(CommandLine& line, CLI::App& group, const Clock& clock) {
  auto options = std::make_shared<AddOptions>();
  CLI::App& command =
      line.command(group, "renew", "Enter an agency's new agreement or training",
                   "safeconduct network renew net haven --training 2027-01-01:2028-01-01",
                   [options, &clock](const Style&) { return renew(*options, clock.now()); });
  command.add_option("DIR", options->folder, "The network's folder")->required();
  command.add_option("AGENCY", options->agency, "The agency's id")->required();
  command.add_option("--agreement", options->agreement, "Its new agreement, FROM:UNTIL");
  command.add_option("--training", options->training, "Its new training, FROM:UNTIL");
}

}  // namespace

void add_network_commands(CommandLine& line, Random& random, const Clock& clock) {
  CLI::App& group = line.group("network", "Make a network and keep its directory");
  add_init(line, group, random, clock);
  add_add(line, group, clock);
  add_renew(line, group, clock);
  add_standing(line, group, clock, "suspend", "Stop an agency's traffic for now",
               wire::Standing::kSuspended);
  add_standing(line, group, clock, "restore", "End a suspension", wire::Standing::kActive);
  add_standing(line, group, clock, "remove", "Take an agency out for good", wire::Standing::kLeft);

  auto officer = std::make_shared<ChangeOptions>();
  CLI::App& add_one =
      line.command(group, "officer", "Add a privacy officer, two of whom sign a policy",
                   "safeconduct network officer net anna+33d7b496+AeHZ...",
                   [officer, &clock](const Style&) { return add_officer(*officer, clock.now()); });
  add_one.add_option("DIR", officer->folder, "The network's folder")->required();
  add_one.add_option("VKEY", officer->subject, "The line that `keys officer` printed")->required();

  auto rule = std::make_shared<RuleOptions>();
  CLI::App& sign =
      line.command(group, "rule", "Sign a retention, a legal hold or its lifting as an officer",
                   "safeconduct network rule hold.txt --key officers/anna.key --name anna --out "
                   "hold.note",
                   [rule](const Style&) { return sign_rule(*rule); });
  sign.add_option("FILE", rule->text, "The text; see schemas/FORMATS.md, \"Retention\"")
      ->required();
  sign.add_option("--key", rule->key, "The officer's key file")->required();
  sign.add_option("--name", rule->name, "The officer's key name")->required();
  sign.add_option("--out", rule->out, "The note to make or to add to")->required();

  auto log = std::make_shared<ChangeOptions>();
  CLI::App& rename =
      line.command(group, "log", "Name the log that was opened after a loss",
                   "safeconduct network log net our.example/log/2+5d1c7a90+AeHZ...",
                   [log, &clock](const Style&) { return set_log(*log, clock.now()); });
  rename.add_option("DIR", log->folder, "The network's folder")->required();
  rename.add_option("VKEY", log->subject, "The line that `safeconduct-broker --recover` printed")
      ->required();

  auto folder = std::make_shared<std::string>();
  CLI::App& look = line.command(group, "show", "Check the directory's signature and list it",
                                "safeconduct network show net",
                                [folder](const Style& style) { return show(*folder, style); });
  look.add_option("DIR", *folder, "The network's folder")->required();

  auto sent = std::make_shared<std::string>();
  auto agent = std::make_shared<AgentOption>();
  CLI::App& send =
      line.command(group, "publish", "Send the directory to the broker through a running agent",
                   "safeconduct network publish net --agent haven",
                   [sent, agent](const Style&) { return publish(*sent, *agent); });
  send.add_option("DIR", *sent, "The network's folder")->required();
  add_agent_option(send, *agent);
}

}  // namespace safeconduct::cli
