// A referral's life: asking before identity, answering, moving, exceptions, exclusions, capacity.
#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/agent_words.h"
#include "agents/cli/commands.h"
#include "agents/cli/document_input.h"
#include "agents/cli/table.h"

namespace safeconduct::cli {
namespace {

constexpr std::size_t kFormBytesMax = 64 * 1024;

struct LifeOptions {
  AgentOption agent;
  std::string id;
  std::string word;
  std::string file;
  std::string reason;
  std::vector<std::string> list;
  std::string until;
  std::size_t together = 0;
};
using Options = std::shared_ptr<LifeOptions>;

Result<Json> json_file(const std::string& path) {
  TRY(text, read_document(path, kFormBytesMax));
  Json form = Json::parse(text, nullptr, false);
  if (!form.is_object()) return invalid("`" + path + "` is no JSON object");
  return form;
}

Result<Answer> said(const LifeOptions& options, const std::string& path, const Json& body,
                    const std::string& what) {
  TRY(reply, call_agent(options.agent, "POST", "/v1/" + path, body));
  return Answer{what + in_ledger(reply) + "\n", reply, "", 0};
}

Result<Answer> move(const LifeOptions& options, const std::string& word) {
  TRY(id, parse_id(options.id, "referral", "safeconduct referrals"));
  Json body{{"referral", id}, {"move", word}};
  if (!options.reason.empty()) body["reason"] = options.reason;
  if (!options.list.empty()) body["categories"] = options.list;
  return said(options, "moves", body, "`" + spoken(word) + "` for referral " + id);
}

Result<Answer> answer(const LifeOptions& options) {
  if (options.word == "no-capacity" || options.word == "no_capacity") {
    LifeOptions declined = options;
    declined.reason = "no_capacity";
    return move(declined, "decline");
  }
  std::string word = options.word;
  std::replace(word.begin(), word.end(), '-', '_');
  return move(options, word);
}

Result<Answer> inquire(const LifeOptions& options) {
  TRY(document, json_file(options.file));
  if (!options.id.empty()) {
    TRY(id, parse_id(options.id, "consent", "safeconduct consent list"));
    document["consent"] = id;
  }
  Json candidates = Json::array();
  for (const std::string& one : options.list) {
    const std::size_t colon = one.find(':');
    if (colon == std::string::npos) {
      return invalid("write a candidate as agency:role, like `haven:shelter`");
    }
    candidates.push_back({{"agency", one.substr(0, colon)}, {"role", one.substr(colon + 1)}});
  }
  Json body{{"document", document}, {"candidates", candidates}};
  if (options.together != 0) body["together"] = options.together;
  if (!options.until.empty()) body["deadline"] = options.until;
  TRY(reply, call_agent(options.agent, "POST", "/v1/requests", body));
  return Answer{"request " + printable(text_field(reply, "request")) +
                    " goes out\nSee who answers: safeconduct referrals\n",
                reply, "", 0};
}

Result<Answer> referrals(const LifeOptions& options, const Style& style) {
  TRY(list, call_agent(options.agent, "GET", "/v1/referrals"));
  Table table({"referral", "with", "for", "state", "answer due", "last"});
  for (const Json& one : list) {
    const bool ours = is_true(one, "ours");
    std::string state = spoken(text_field(one, "state"));
    if (one.contains("reason")) state += ", " + spoken(text_field(one, "reason"));
    const std::string due = text_field(one, "due");
    table.row({text_field(one, "referral"),
               (ours ? "to " : "from ") + text_field(one, ours ? "to" : "from"),
               spoken(text_field(one, "purpose")), state, due.empty() ? "" : time_words(due),
               spoken(text_field(one, "event"))});
  }
  return Answer{table.empty() ? "no referrals\n" : table.text(style), list, "", 0};
}

Result<Answer> exception(const LifeOptions& options) {
  TRY(body, json_file(options.file));
  std::string word = options.word;
  std::replace(word.begin(), word.end(), '-', '_');
  body["action"] = word;
  if (word != "request") {
    TRY(id, parse_id(options.id, "exception", "safeconduct break-glass request"));
    body["exception"] = id;
  }
  TRY(reply, call_agent(options.agent, "POST", "/v1/exceptions", body));
  std::string text = "`" + spoken(word) + "`" + in_ledger(reply) + "\n";
  text += "exception " + printable(text_field(reply, "exception")) +
          "\nrelease under it with: " + "safeconduct refer FILE --referral " +
          printable(text_field(reply, "referral")) + "\n";
  return Answer{text, reply, "", 0};
}

Result<Answer> keep(const LifeOptions& options) {
  TRY(id, parse_id(options.id, "message", "safeconduct inbox"));
  const Json body{
      {"categories", options.list}, {"ground", options.reason}, {"until", options.until}};
  TRY(reply, call_agent(options.agent, "POST", "/v1/inbox/" + id + "/keep", body));
  return Answer{"noted: if the person takes it back, the deletion receipt says what is kept\n",
                reply, "", 0};
}

Result<Answer> with_file(const LifeOptions& options, const std::string& path,
                         const std::string& what) {
  TRY(body, json_file(options.file));
  return said(options, path, body, what);
}

Result<Answer> exclude(const LifeOptions& options) {
  TRY(body, json_file(options.file));
  TRY(id, parse_id(options.id, "consent", "safeconduct consent list"));
  body["consent"] = id;
  return said(options, "exclusions", body, "the exclusion");
}

Result<Answer> question(const LifeOptions& options) {
  TRY(reply, call_agent(options.agent, "POST", "/v1/questions", Json{{"about", options.id}}));
  return Answer{printable(text_field(reply, "answer")) + "\n", reply, "", 0};
}

void add_moves(CommandLine& line) {
  struct Simple {
    const char* name;
    const char* move;
    const char* description;
  };
  for (const Simple& simple :
       {Simple{"accept", "accept", "Take a referral, or an inquiry before identity"},
        Simple{"decline", "decline", "Decline a referral, with a reason of the fixed list"},
        Simple{"close", "close", "Close a referral that is over"},
        Simple{"recall", "recall", "Take back what was sent and not yet received"}}) {
    const Options options = std::make_shared<LifeOptions>();
    const std::string name = simple.name;
    const std::string word = simple.move;
    CLI::App& command =
        line.command(name, simple.description,
                     "safeconduct " + name + " 0123456789abcdef0123456789abcdef" +
                         (word == "decline" ? " --reason no_capacity" : ""),
                     [options, word](const Style&) { return move(*options, word); });
    command.add_option("REFERRAL", options->id, "The referral")->required();
    if (word == "decline") {
      command.add_option("--reason", options->reason, "no_capacity, out_of_area, age, ...")
          ->required();
    }
    add_agent_option(command, options->agent);
  }
  const Options any = std::make_shared<LifeOptions>();
  CLI::App& command = line.command(
      "move", "Say where a referral is: schedule, start, wait, no_show, done, not_done, redirect",
      "safeconduct move 0123456789abcdef0123456789abcdef done",
      [any](const Style&) { return move(*any, any->word); });
  command.add_option("REFERRAL", any->id, "The referral")->required();
  command.add_option("WORD", any->word, "What happened")->required();
  command.add_option("--reason", any->reason, "Of not_done: why, from the fixed list");
  add_agent_option(command, any->agent);
}

void add_inquiry(CommandLine& line) {
  const Options asked = std::make_shared<LifeOptions>();
  CLI::App& inquire_command = line.command(
      "inquire", "Ask several agencies for a place, before anybody is named",
      "safeconduct inquire inquiry.json --candidate haven:shelter --candidate homes:shelter "
      "--together 2",
      [asked](const Style&) { return inquire(*asked); });
  inquire_command.add_option("FILE", asked->file, "A referral document of stage inquiry, or -");
  inquire_command.add_option("--consent", asked->id, "The consent whose exclusions bind");
  inquire_command.add_option("--candidate", asked->list, "agency:role, in the order of asking")
      ->required();
  inquire_command.add_option("--together", asked->together, "How many are asked at once [all]");
  inquire_command.add_option("--deadline", asked->until, "When care must begin, RFC 3339");
  add_agent_option(inquire_command, asked->agent);

  const Options told = std::make_shared<LifeOptions>();
  CLI::App& answer_command =
      line.command("answer", "Answer an inquiry: offer, waitlist, ask-more, no-capacity",
                   "safeconduct answer 0123456789abcdef0123456789abcdef offer",
                   [told](const Style&) { return answer(*told); });
  answer_command.add_option("REFERRAL", told->id, "The referral")->required();
  answer_command.add_option("WORD", told->word, "The answer")->required();
  answer_command.add_option("--category", told->list, "ask-more: what must be known");
  add_agent_option(answer_command, told->agent);

  const Options listed = std::make_shared<LifeOptions>();
  add_agent_option(line.command("referrals", "Where each referral is, ours and those to us",
                                "safeconduct referrals --agent haven",
                                [listed](const Style& style) { return referrals(*listed, style); }),
                   listed->agent);
}

void add_exceptions(CommandLine& line) {
  const Options options = std::make_shared<LifeOptions>();
  CLI::App& command = line.command(
      "break-glass",
      "Record an exception before its release, and its duties: request, approve, refuse, review, "
      "tell-person, cannot-tell",
      "safeconduct break-glass request exception.json\n  safeconduct break-glass approve "
      "second.json --exception 0123456789abcdef0123456789abcdef",
      [options](const Style&) { return exception(*options); });
  command.add_option("STEP", options->word, "Which step")->required();
  command.add_option("FILE", options->file, "Who, why, and on which basis, as JSON, or -");
  command.add_option("--exception", options->id, "Which exception, for later steps");
  add_agent_option(command, options->agent);
}

void add_protection(CommandLine& line) {
  const Options kept = std::make_shared<LifeOptions>();
  CLI::App& keep_command =
      line.command("keep", "Note what the law makes us keep, should the person take it back",
                   "safeconduct keep 0123456789abcdef0123456789abcdef --category health --ground "
                   "medical_records --until 2036-01-01T00:00:00Z",
                   [kept](const Style&) { return keep(*kept); });
  keep_command.add_option("MESSAGE", kept->id, "The message")->required();
  keep_command.add_option("--category", kept->list, "What is kept")->required();
  keep_command.add_option("--ground", kept->reason, "On which legal ground")->required();
  keep_command.add_option("--until", kept->until, "Until when, RFC 3339")->required();
  add_agent_option(keep_command, kept->agent);

  const Options excluded = std::make_shared<LifeOptions>();
  CLI::App& exclude_command =
      line.command("exclude", "Keep an agency, unit or officer from ever learning of a person",
                   "safeconduct exclude 0123456789abcdef0123456789abcdef conflict.json",
                   [excluded](const Style&) { return exclude(*excluded); });
  exclude_command.add_option("CONSENT", excluded->id, "The person's consent")->required();
  exclude_command.add_option("FILE", excluded->file, "{\"excluded\": [{kind, agency, name}]}");
  add_agent_option(exclude_command, excluded->agent);

  const Options asked = std::make_shared<LifeOptions>();
  CLI::App& question_command = line.command(
      "whereabouts", "What every question about a person's whereabouts is answered",
      "safeconduct whereabouts haven", [asked](const Style&) { return question(*asked); });
  question_command.add_option("AGENCY", asked->id, "Whom the question is about")->required();
  add_agent_option(question_command, asked->agent);

  for (const auto& [name, path, description] :
       {std::tuple{"capacity", "capacity", "Say what places this agency has now"},
        std::tuple{"unmet", "unmet", "Count a need that nobody could meet, without the person"}}) {
    const Options options = std::make_shared<LifeOptions>();
    const std::string route = path;
    const std::string what = "the word on " + std::string(name);
    CLI::App& command = line.command(
        name, description, "safeconduct " + std::string(name) + " " + name + ".json",
        [options, route, what](const Style&) { return with_file(*options, route, what); });
    command.add_option("FILE", options->file, "The words, as JSON, or -");
    add_agent_option(command, options->agent);
  }
}

}  // namespace

void add_life_commands(CommandLine& line) {
  add_inquiry(line);
  add_moves(line);
  add_exceptions(line);
  add_protection(line);
}

}  // namespace safeconduct::cli
