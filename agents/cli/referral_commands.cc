#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/agent_words.h"
#include "agents/cli/commands.h"
#include "agents/cli/document_input.h"
#include "agents/cli/fhir_files.h"
#include "agents/cli/table.h"
#include "policies/vocabulary.h"
#include "schemas/base/limits.h"
#include "schemas/base/suggest.h"

namespace safeconduct::cli {
namespace {

constexpr std::string_view kWaitForDecision = "?wait_ms=15000";
constexpr std::size_t kSettingsBytesMax = 64 * 1024;

struct ReferOptions {
  AgentOption agent;
  std::string file;
  bool wait = false;
  std::string fhir;
  std::string settings;
  // Of a FHIR intake, as in a referral document.
  std::string as, to, role, purpose, basis, urgency, consent;
  bool include_closed = false;
  std::string referral;  // the one that this goes under
  std::string onward;    // the message of the inbox that this passes on
};

// `state: what it means`, from the agent's own sentence when it gives one.
std::string fate(const Json& sent) {
  const std::string state = text_field(sent, "state");
  std::string meaning = text_field(sent, "sentence");
  if (meaning.empty()) meaning = state_words(state);
  return meaning.empty() ? state : state + ": " + meaning;
}

Table sent_table() {
  return Table({"message", "to", "for", "arrived", "what became of it"});
}

void add_row(Table& table, const Json& sent) {
  table.row({text_field(sent, "message"), text_field(sent, "to"),
             spoken(text_field(sent, "purpose")),
             sent.contains("kept") ? levels_words(sent["kept"]) : "", fate(sent)});
}

Answer sent_answer(const Json& sent) {
  Answer answer;
  answer.document = sent;
  answer.text = printable("message " + text_field(sent, "message") + " is " + fate(sent)) + "\n";
  if (sent.contains("outcome")) {
    const std::string withheld = withheld_words(sent["outcome"]);
    answer.text += "arrives: " + printable(levels_words(field(sent, "kept"))) + "\n";
    if (!withheld.empty()) answer.text += "withheld: " + printable(withheld) + "\n";
  }
  answer.exit = failed_state(text_field(sent, "state")) ? kExitWrong : 0;
  return answer;
}

Status put_word(Json& settings, const char* key, const std::string& word,
                std::span<const std::string_view> known) {
  if (word.empty()) return {};
  if (std::find(known.begin(), known.end(), word) == known.end()) {
    return invalid("unknown " + spoken(key) + " `" + word + "`" + did_you_mean(word, known));
  }
  settings[key] = word;
  return {};
}

// What the options say goes before what the settings file says.
Result<Json> fhir_settings(const ReferOptions& options) {
  Json settings = Json::object();
  if (!options.settings.empty()) {
    TRY(text, read_document(options.settings, kSettingsBytesMax));
    settings = Json::parse(text, nullptr, false);
    if (!settings.is_object()) return invalid("`" + options.settings + "` is no JSON object");
  }
  TRY_OK(put_word(settings, "as", options.as, policies::role_names()));
  TRY_OK(put_word(settings, "to_role", options.role, policies::role_names()));
  TRY_OK(put_word(settings, "purpose", options.purpose, policies::purpose_names()));
  TRY_OK(put_word(settings, "basis", options.basis, policies::basis_names()));
  TRY_OK(put_word(settings, "urgency", options.urgency, policies::urgency_names()));
  if (!options.to.empty()) settings["to"] = options.to;
  if (!options.consent.empty()) {
    TRY(id, parse_id(options.consent, "consent", "safeconduct consent list"));
    settings["consent"] = id;
  }
  if (options.include_closed) settings["include_closed"] = true;
  return settings;
}

Result<Answer> refer_fhir(const ReferOptions& options, const Style& style) {
  TRY(settings, fhir_settings(options));
  TRY(files, read_fhir_files(options.fhir));
  const Json request{{"files", files}, {"settings", settings}};
  TRY(reply, call_agent(options.agent, "POST",
                        "/v1/fhir" + std::string(options.wait ? kWaitForDecision : ""), request));
  Answer answer{"", reply, "", 0};
  Table sent({"message", "state"});
  for (const Json& one : field(reply, "referrals")) {
    sent.row({text_field(one, "message"), fate(one)});
    if (failed_state(text_field(one, "state"))) answer.exit = kExitWrong;
  }
  answer.text = sent.empty() ? "no referral is in these files\n" : sent.text(style);
  Table report({"file", "what became of it"});
  for (const Json& one : field(reply, "report")) {
    report.row({text_field(one, "file"), text_field(one, "what")});
  }
  if (!report.empty()) answer.text += "\n" + report.text(style);
  return answer;
}

// The document with what the options say: the consent it rests on, whom it goes to, the message of
// the inbox that it passes on; as it is without them.
Result<std::string> completed(const std::string& text, const ReferOptions& options) {
  if (options.onward.empty() && options.consent.empty() && options.to.empty()) return text;
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return invalid("the referral document is no JSON object");
  if (!options.onward.empty()) {
    TRY(id, parse_id(options.onward, "message", "safeconduct inbox"));
    document["prior"] = id;
  }
  if (!options.consent.empty()) {
    TRY(id, parse_id(options.consent, "consent", "safeconduct consent list"));
    document["consent"] = id;
  }
  if (!options.to.empty()) document["to"] = options.to;
  return document.dump();
}

Result<Answer> refer(const ReferOptions& options, const Style& style) {
  if (!options.fhir.empty()) {
    if (!options.file.empty()) return invalid("give a referral document or --fhir, not both");
    return refer_fhir(options, style);
  }
  TRY(text, read_document(options.file, limits::kDocumentBytesMax));
  TRY(document, completed(text, options));
  std::string target = "/v1/referrals" + std::string(options.wait ? kWaitForDecision : "");
  if (!options.referral.empty()) {
    TRY(id, parse_id(options.referral, "referral", "safeconduct referrals"));
    target += (options.wait ? "&referral=" : "?referral=") + id;
  }
  TRY(sent, send_to_agent(options.agent, "POST", target, document));
  Answer answer = sent_answer(sent);
  if (text_field(sent, "state") == "queued") {
    answer.text +=
        "See what becomes of it: safeconduct sent " + printable(text_field(sent, "message")) + "\n";
  }
  return answer;
}

struct SentOptions {
  AgentOption agent;
  std::string message;
  std::string state;
};

Result<Answer> list_sent(const SentOptions& options, const Style& style) {
  constexpr std::array<std::string_view, 8> kStates = {"queued",   "submitted", "delivered",
                                                       "received", "refused",   "rejected",
                                                       "expired",  "withdrawn"};
  Json word = Json::object();
  TRY_OK(put_word(word, "state", options.state, kStates));
  const std::string query = options.state.empty() ? "" : "?state=" + options.state;
  TRY(list, call_agent(options.agent, "GET", "/v1/sent" + query));
  Table table = sent_table();
  for (const Json& sent : list) add_row(table, sent);
  return Answer{table.empty() ? "nothing sent\n" : table.text(style), list, "", 0};
}

// What is to be done with it, one line each: `to do: do not pass this on`.
std::string to_do(const Json& obligations, std::string_view of) {
  std::string out;
  for (const Json& one : obligations) {
    if (text_field(one, "of") == of) out += "to do: " + printable(text_field(one, "says")) + "\n";
  }
  return out;
}

Result<Answer> show_sent(const SentOptions& options, const Style& style) {
  if (options.message.empty()) return list_sent(options, style);
  TRY(id, parse_id(options.message, "message", "safeconduct sent"));
  TRY(sent, call_agent(options.agent, "GET", "/v1/sent/" + id));
  Answer answer = sent_answer(sent);
  answer.exit = 0;  // it was asked what became of it, and this is the answer
  answer.text =
      printable("to " + text_field(sent, "to") + " for " + spoken(text_field(sent, "purpose"))) +
      "\n" + answer.text;
  const std::string rules = list_words(field(sent, "rules"));
  if (!rules.empty()) answer.text += "decided by: " + printable(rules) + "\n";
  answer.text += to_do(field(sent, "obligations"), "sender");
  if (const std::string place = at_position(sent); !place.empty()) {
    answer.text += "in the ledger" + place + "\n";
  }
  return answer;
}

Result<Answer> list_inbox(const AgentOption& agent, const Style& style) {
  TRY(list, call_agent(agent, "GET", "/v1/inbox"));
  Table table({"message", "from", "for", "urgency", "received", "keep until", "what it holds"});
  for (const Json& item : list) {
    const bool gone = is_true(item, "stopped") || is_true(item, "ended");
    const std::string holds = !gone                      ? levels_words(field(item, "categories"))
                              : is_true(item, "stopped") ? "stopped: the person took it back"
                                                         : "ended: its time is over";
    table.row({text_field(item, "message"), text_field(item, "from"),
               spoken(text_field(item, "purpose")), spoken(text_field(item, "urgency")),
               time_words(text_field(item, "received_at")),
               time_words(text_field(item, "content_end")), holds});
  }
  return Answer{table.empty() ? "the inbox is empty\n" : table.text(style), list, "", 0};
}

struct ShowOptions {
  AgentOption agent;
  std::string message;
};

std::string value_words(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_array()) {
    std::string out;
    for (const Json& one : value) out += (out.empty() ? "" : ", ") + value_words(one);
    return out;
  }
  if (value.is_object()) {
    std::string out;
    for (const auto& [key, one] : value.items()) {
      out += (out.empty() ? "" : "; ") + spoken(key) + " " + value_words(one);
    }
    return out;
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string content_words(const Json& content, const Style& style) {
  std::string out;
  if (!content.is_object()) return out;
  for (const auto& [word, slot] : content.items()) {
    const auto category = policies::category_named(word);
    out += style.strong(category ? label(*category) : printable(word));
    out += text_field(slot, "level") == "generalised" ? " (in part)\n" : "\n";
    const Json value = slot.is_object() ? field(slot, "value") : Json();
    if (!value.is_object()) {
      out += "  " + printable(value_words(value)) + "\n";
      continue;
    }
    for (const auto& [field, entry] : value.items()) {
      out += "  " + printable(spoken(field) + ": " + value_words(entry)) + "\n";
    }
  }
  return out;
}

Result<Answer> show(const ShowOptions& options, const Style& style) {
  TRY(id, parse_id(options.message, "message", "safeconduct inbox"));
  TRY(item, call_agent(options.agent, "GET", "/v1/inbox/" + id));
  Answer answer{"", item, "", 0};
  answer.text =
      printable("from " + text_field(item, "from") + " for " + spoken(text_field(item, "purpose")) +
                ", " + spoken(text_field(item, "urgency")) + "; received " +
                time_words(text_field(item, "received_at")) + ", keep until " +
                time_words(text_field(item, "content_end"))) +
      "\n";
  answer.text += printable("referral " + text_field(item, "referral")) + "\n";
  if (is_true(item, "stopped")) {
    answer.text += "stopped: the person took it back; its content is destroyed\n";
  } else if (is_true(item, "ended")) {
    answer.text += "ended: its time is over; its content is destroyed\n";
  }
  answer.text += to_do(field(item, "obligations"), "recipient");
  answer.text += content_words(field(item, "content"), style);
  return answer;
}

Result<Answer> status(const AgentOption& agent) {
  TRY(state, call_agent(agent, "GET", "/v1/status"));
  const Json outbox = field(state, "outbox");
  const Json policy = field(state, "policy");
  const auto number = [](const Json& object, const char* key) {
    const Json value = field(object, key);
    return value.is_number() ? value.dump() : std::string("none");
  };
  std::string text = printable(text_field(state, "agency") + " in " + text_field(state, "network"));
  text += is_true(state, "connected") ? ", connected\n" : ", not connected to the broker\n";
  text += "directory version " + number(state, "directory_version") + ", policy " +
          (policy.is_object() ? printable(text_field(policy, "name")) : "none") + "\n";
  text +=
      "outbox: " + number(outbox, "queued") + " queued; inbox: " + number(state, "inbox") + "\n";
  for (const Json& problem : field(state, "problems")) {
    if (problem.is_string()) text += "problem: " + printable(problem.get<std::string>()) + "\n";
  }
  return Answer{text, state, "", 0};
}

void add_refer(CommandLine& line) {
  auto options = std::make_shared<ReferOptions>();
  CLI::App& command = line.command(
      "refer", "Send a referral: a document, or FHIR R4 resources",
      "safeconduct refer referral.json --wait\n  safeconduct refer --fhir resources --to haven "
      "--role shelter --purpose safe_accommodation --consent 0123456789abcdef0123456789abcdef",
      [options](const Style& style) { return refer(*options, style); });
  command.add_option("FILE", options->file, "The referral document, or - [-]");
  command.add_flag("--wait", options->wait, "Wait until the broker has decided, up to 15 s");
  command.add_option("--referral", options->referral,
                     "Under this referral: after an acceptance, or an exception");
  command.add_option("--onward", options->onward, "Passes on this message of the inbox");
  command.add_option("--fhir", options->fhir, "A folder of FHIR R4 resources, or one file");
  command.add_option("--as", options->as, "With --fhir: this agency's acting role");
  command.add_option("--to", options->to, "The receiving agency, instead of the document's");
  command.add_option("--role", options->role, "With --fhir: the recipient's acting role");
  command.add_option("--purpose", options->purpose, "With --fhir: what it is for");
  command.add_option("--basis", options->basis, "With --fhir: the ground [consent]");
  command.add_option("--urgency", options->urgency, "With --fhir: where none is given");
  command.add_option("--consent", options->consent, "The consent it rests on");
  command.add_option("--settings", options->settings,
                     "With --fhir: a JSON file with the same and with routes by purpose");
  command.add_flag("--include-closed", options->include_closed,
                   "With --fhir: also referrals that are completed or cancelled");
  add_agent_option(command, options->agent);
}

}  // namespace

void add_referral_commands(CommandLine& line) {
  add_refer(line);

  auto sent = std::make_shared<SentOptions>();
  CLI::App& sent_command =
      line.command("sent", "What became of what was sent: all, or one message",
                   "safeconduct sent --state refused",
                   [sent](const Style& style) { return show_sent(*sent, style); });
  sent_command.add_option("MESSAGE", sent->message, "The message");
  sent_command.add_option("--state", sent->state, "Only those in this state");
  add_agent_option(sent_command, sent->agent);

  auto inbox = std::make_shared<AgentOption>();
  add_agent_option(line.command("inbox", "List what came in", "safeconduct inbox --agent haven",
                                [inbox](const Style& style) { return list_inbox(*inbox, style); }),
                   *inbox);

  auto shown = std::make_shared<ShowOptions>();
  CLI::App& show_command =
      line.command("show", "Show one message of the inbox with its content",
                   "safeconduct show 0123456789abcdef0123456789abcdef",
                   [shown](const Style& style) { return show(*shown, style); });
  show_command.add_option("MESSAGE", shown->message, "The message")->required();
  add_agent_option(show_command, shown->agent);

  auto agent = std::make_shared<AgentOption>();
  add_agent_option(line.command("status", "How the agent is doing", "safeconduct status",
                                [agent](const Style&) { return status(*agent); }),
                   *agent);
}

}  // namespace safeconduct::cli
