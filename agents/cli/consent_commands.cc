#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/agent_words.h"
#include "agents/cli/commands.h"
#include "agents/cli/document_input.h"
#include "agents/cli/table.h"

namespace safeconduct::cli {
namespace {

constexpr std::size_t kConsentBytesMax = 64 * 1024;
constexpr const char* kListCommand = "safeconduct consent list";
constexpr const char* kWait = "?wait_ms=5000";

struct RecordOptions {
  AgentOption agent;
  std::string file;
  std::string replaces;
};

struct WithdrawOptions {
  AgentOption agent;
  std::string consent;
  std::string message;
  std::string categories;
};

struct ShowOptions {
  AgentOption agent;
  std::string consent;
};

// `recorded`, and so on, as a whole sentence.
std::string sentence(const Json& consent) {
  const std::string state = text_field(consent, "state");
  std::string out = "consent " + text_field(consent, "consent");
  if (state == "recorded") return out + " is in the ledger" + at_position(consent);
  if (state == "withdrawn") return out + " is withdrawn; what was not delivered is destroyed";
  if (state == "refused") return out + " was refused: " + text_field(consent, "reason");
  if (state == "withdrawing") {
    return "the withdrawal of " + out + " is stored here and goes to the broker as soon as it can";
  }
  return out + " is stored here and goes to the broker as soon as it can be reached";
}

Answer answer_of(const Json& consent) {
  Answer answer{printable(sentence(consent)) + "\n", consent, "", 0};
  if (text_field(consent, "state") == "refused") answer.exit = kExitWrong;
  return answer;
}

Result<Answer> record(const RecordOptions& options) {
  TRY(document, read_document(options.file, kConsentBytesMax));
  if (options.replaces.empty()) {
    TRY(consent,
        send_to_agent(options.agent, "POST", std::string("/v1/consents") + kWait, document));
    return answer_of(consent);
  }
  TRY(id, parse_id(options.replaces, "consent", kListCommand));
  TRY(consent, send_to_agent(options.agent, "PUT", "/v1/consents/" + id + kWait, document));
  return answer_of(consent);
}

Result<Answer> withdraw(const WithdrawOptions& options) {
  if (options.consent.empty() == options.message.empty()) {
    return invalid(
        "name a consent, or with --received the message through which it reached you; see "
        "`safeconduct consent withdraw --help`");
  }
  Json request = Json::object();
  if (!options.categories.empty()) {
    TRY(categories, parse_categories(options.categories));
    request["categories"] = categories;
  }
  const std::string what = options.categories.empty() ? "everything" : options.categories;
  if (!options.message.empty()) {
    TRY(id, parse_id(options.message, "message", "safeconduct inbox"));
    TRY(message,
        call_agent(options.agent, "POST", "/v1/inbox/" + id + "/withdraw" + kWait, request));
    return Answer{
        "withdrawal of " + what + " passed on for message " + id +
            (is_true(message, "stopped") ? "; it is stopped and its content destroyed here" : "") +
            "\n",
        message, "", 0};
  }
  TRY(id, parse_id(options.consent, "consent", kListCommand));
  TRY(consent,
      call_agent(options.agent, "POST", "/v1/consents/" + id + "/withdraw" + kWait, request));
  Answer answer = answer_of(consent);
  if (!options.categories.empty() && answer.exit == 0) {
    answer.text = "withdrawal of " + what + ": " + answer.text;
  }
  return answer;
}

std::string scopes_words(const Json& consent) {
  std::string out;
  for (const Json& scope : field(consent, "scopes")) {
    out += (out.empty() ? "" : "; ") + spoken(text_field(scope, "purpose")) + " by " +
           list_words(field(scope, "recipients"));
  }
  return out;
}

Result<Answer> list(const AgentOption& agent, const Style& style) {
  TRY(consents, call_agent(agent, "GET", "/v1/consents"));
  Table table({"consent", "state", "expires", "for what, by whom"});
  for (const Json& consent : consents) {
    table.row({text_field(consent, "consent"), text_field(consent, "state"),
               time_words(text_field(consent, "expires")), scopes_words(consent)});
  }
  return Answer{table.empty() ? "no consents recorded here\n" : table.text(style), consents, "", 0};
}

// A grant of the recorded document: `needs, identity (in part)`.
std::string granted_words(const Json& scope) {
  Json levels = field(scope, "categories");
  if (levels.is_string()) return "everything that need not be named";
  for (auto& [category, level] : levels.items()) {
    if (level == "gen") level = "generalised";
  }
  return levels_words(levels);
}

Result<Answer> show(const ShowOptions& options, const Style& style) {
  if (options.consent.empty()) return list(options.agent, style);
  TRY(id, parse_id(options.consent, "consent", kListCommand));
  TRY(consent, call_agent(options.agent, "GET", "/v1/consents/" + id));
  std::string text = printable(sentence(consent)) + "\ngiven " +
                     time_words(text_field(consent, "given")) + ", until " +
                     time_words(text_field(consent, "expires")) + "\n";
  Table table({"for what", "may be shared", "with"});
  for (const Json& scope : field(field(consent, "document"), "scopes")) {
    table.row({spoken(text_field(scope, "purpose")), granted_words(scope),
               list_words(field(scope, "recipients"))});
  }
  if (!table.empty()) text += table.text(style);
  return Answer{text, consent, "", 0};
}

void add_withdraw(CommandLine& line, CLI::App& group) {
  auto options = std::make_shared<WithdrawOptions>();
  CLI::App& command = line.command(
      group, "withdraw", "Take a consent back, wholly or for some categories",
      "safeconduct consent withdraw 0123456789abcdef0123456789abcdef --categories health,media",
      [options](const Style&) { return withdraw(*options); });
  command.add_option("ID", options->consent, "The consent, recorded at this agency");
  command.add_option("--received", options->message,
                     "Instead: a message in the inbox, when the person takes it back here");
  command.add_option("--categories", options->categories, "Only these, separated by commas");
  add_agent_option(command, options->agent);
}

}  // namespace

void add_consent_commands(CommandLine& line) {
  CLI::App& group = line.group("consent", "Record, show and withdraw consents");

  auto recorded = std::make_shared<RecordOptions>();
  CLI::App& record_one = line.command(group, "record", "Record what a person agreed to",
                                      "safeconduct consent record consent.json --agent ngo",
                                      [recorded](const Style&) { return record(*recorded); });
  record_one.add_option("FILE", recorded->file, "The consent document, or - [-]");
  record_one.add_option("--replaces", recorded->replaces,
                        "The consent of which it is a new version");
  add_agent_option(record_one, recorded->agent);

  add_withdraw(line, group);

  auto shown = std::make_shared<ShowOptions>();
  CLI::App& show_one = line.command(group, "show", "Show one consent, or all",
                                    "safeconduct consent show 0123456789abcdef0123456789abcdef",
                                    [shown](const Style& style) { return show(*shown, style); });
  show_one.add_option("ID", shown->consent, "The consent");
  add_agent_option(show_one, shown->agent);

  auto agent = std::make_shared<AgentOption>();
  add_agent_option(line.command(group, "list", "List the consents recorded here",
                                "safeconduct consent list --agent ngo",
                                [agent](const Style& style) { return list(*agent, style); }),
                   *agent);
}

}  // namespace safeconduct::cli
