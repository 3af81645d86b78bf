#include <filesystem>
#include <map>
#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/agent_words.h"
#include "agents/cli/commands.h"
#include "agents/cli/document_input.h"
#include "agents/cli/table.h"
#include "agents/services/hsds_tables.h"
#include "policies/vocabulary.h"
#include "schemas/base/suggest.h"

namespace safeconduct::cli {
namespace {

constexpr std::size_t kHsdsBytesMax = 1024 * 1024;
constexpr std::size_t kCodesBytesMax = 64 * 1024;
constexpr const char* kWait = "?wait_ms=5000";

std::string words(const Json& list) {
  std::string out;
  for (const Json& one : list) {
    if (one.is_string()) out += (out.empty() ? "" : ", ") + spoken(one.get<std::string>());
  }
  return out;
}

std::string number(const Json& object, const char* key) {
  const Json value = field(object, key);
  return value.is_number() ? value.dump() : "";
}

// `women, children, 18-65`.
std::string for_whom(const Json& offer) {
  std::string out = words(field(offer, "for"));
  const std::string from = number(offer, "age_from");
  const std::string to = number(offer, "age_to");
  if (from != "0" || to != "120") {
    out += (out.empty() ? "" : ", ") + (to == "120" ? from + " and older" : from + "-" + to);
  }
  return out.empty() ? "everyone" : out;
}

Table offers_table() {
  return Table({"for", "gives", "for whom", "languages", "access", "hours", "district"});
}

void add_offers(Table& table, const Json& offers) {
  for (const Json& offer : offers) {
    table.row({spoken(text_field(offer, "purpose")), words(field(offer, "gives")), for_whom(offer),
               words(field(offer, "languages")), words(field(offer, "accessibility")),
               text_field(offer, "hours"), text_field(offer, "district")});
  }
}

std::string room_words(const Json& hit) {
  const std::string room = text_field(hit, "room");
  const std::string places = number(hit, "places");
  const std::string told = text_field(hit, "told");
  std::string out = room == "unknown" ? "nobody said" : room;
  if (room == "open" && places != "0")
    out += ", " + places + (places == "1" ? " place" : " places");
  return told.empty() ? out : out + " (" + time_words(told) + ")";
}

struct ImportOptions {
  AgentOption agent;
  std::string file;
  std::string codes;
};

// A file is a document; a folder holds the tables, one CSV each.
Result<std::string> read_hsds_input(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (!fs::is_directory(path, none)) return read_document(path, kHsdsBytesMax);
  std::map<std::string, std::string> tables;
  std::size_t total = 0;
  for (const auto& file : fs::directory_iterator(path, none)) {
    if (file.path().extension() != ".csv") continue;
    TRY(text, read_document(file.path().string(), kHsdsBytesMax));
    total += text.size();
    if (total > kHsdsBytesMax) return invalid("the tables of `" + path + "` are larger than 1 MiB");
    tables[file.path().stem().string()] = std::move(text);
  }
  return services::join_tables(tables);
}

Result<Answer> import(const ImportOptions& options, const Style& style) {
  TRY(hsds, read_hsds_input(options.file));
  Json body{{"hsds", hsds}};
  if (!options.codes.empty()) {
    TRY(codes, read_document(options.codes, kCodesBytesMax));
    body["codes"] = codes;
  }
  TRY(reply, call_agent(options.agent, "POST", "/v1/services/import", body));
  Table offers = offers_table();
  add_offers(offers, field(reply, "offers"));
  Table dropped({"left out", "how many", "why"});
  for (const Json& one : field(reply, "dropped")) {
    dropped.row({text_field(one, "path"), number(one, "count"), text_field(one, "why")});
  }
  std::string text = offers.empty() ? "no service in it\n" : offers.text(style);
  if (!dropped.empty()) text += "\n" + dropped.text(style);
  text += "\nNothing was told to anybody yet: safeconduct services announce\n";
  return Answer{text, reply, "", 0};
}

Result<Answer> announce(const AgentOption& agent) {
  TRY(reply, call_agent(agent, "POST", std::string("/v1/services/announce") + kWait));
  return Answer{"the announcement" + in_ledger(reply) + "\n", reply, "", 0};
}

struct CapacityOptions {
  AgentOption agent;
  std::string purpose;
  std::string open = "open";
  std::string district;
  int places = 0;
  int waiting = 0;
};

Result<Answer> capacity(const CapacityOptions& options) {
  const Json body{{"purpose", options.purpose},
                  {"open", options.open},
                  {"district", options.district},
                  {"places", options.places},
                  {"waiting", options.waiting}};
  TRY(reply, call_agent(options.agent, "POST", std::string("/v1/services/capacity") + kWait, body));
  return Answer{"the word on the room" + in_ledger(reply) + "\n", reply, "", 0};
}

struct SearchOptions {
  AgentOption agent;
  std::string purpose, gives, district, languages, access, gender, consent;
  int age = -1;
  bool children = false;
  bool now = false;
};

Json split(std::string_view text) {
  Json out = Json::array();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) out.push_back(std::string(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

Json need_of(const SearchOptions& options) {
  Json body = Json::object();
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) body[key] = text;
  };
  put("purpose", options.purpose);
  put("district", options.district);
  put("gender", options.gender);
  put("consent", options.consent);
  if (!options.gives.empty()) body["gives"] = split(options.gives);
  if (!options.languages.empty()) body["languages"] = split(options.languages);
  if (!options.access.empty()) body["accessibility"] = split(options.access);
  if (options.age >= 0) body["age"] = options.age;
  if (options.children) body["children"] = true;
  if (options.now) body["now"] = true;
  return body;
}

Result<Answer> search(const SearchOptions& options, const Style& style) {
  TRY(hits, call_agent(options.agent, "POST", "/v1/services/search", need_of(options)));
  Table table({"agency", "for", "room", "for whom", "languages", "hours", "district"});
  for (const Json& hit : hits) {
    table.row({text_field(hit, "agency"), spoken(text_field(hit, "purpose")), room_words(hit),
               for_whom(hit), words(field(hit, "languages")), text_field(hit, "hours"),
               text_field(hit, "district")});
  }
  if (!table.empty()) return Answer{table.text(style), hits, "", 0};
  return Answer{
      "nobody tells of such a service; count the need, without the person: safeconduct "
      "services unmet --help\n",
      hits, "", 0};
}

struct UnmetOptions {
  AgentOption agent;
  std::string purpose, district, urgency = "routine", reason = "no_service";
};

Result<Answer> unmet(const UnmetOptions& options) {
  const Json body{{"purpose", options.purpose},
                  {"urgency", options.urgency},
                  {"district", options.district},
                  {"reason", options.reason}};
  TRY(reply, call_agent(options.agent, "POST", std::string("/v1/unmet") + kWait, body));
  return Answer{"the unmet need" + in_ledger(reply) + ", without a person\n", reply, "", 0};
}

struct ShowOptions {
  AgentOption agent;
  std::string agency;
};

Result<Answer> show(const ShowOptions& options, const Style& style) {
  const std::string target =
      options.agency.empty() ? "/v1/services" : "/v1/services/" + options.agency;
  if (options.agency.find_first_of("/?#% ") != std::string::npos) {
    return invalid("that is no agency; `safeconduct services search` lists them");
  }
  TRY(reply, call_agent(options.agent, "GET", target));
  Answer answer{printable(text_field(reply, "agency")) + "\n", reply, "", 0};
  Table table = offers_table();
  for (const char* part : {"offers", "announced"}) add_offers(table, field(reply, part));
  answer.text += table.empty() ? "nothing is told to the network\n" : table.text(style);
  Table room({"for", "room", "places", "waiting", "district", "told"});
  for (const Json& one : field(reply, "capacity")) {
    room.row({spoken(text_field(one, "purpose")), text_field(one, "open"), number(one, "places"),
              number(one, "waiting"), text_field(one, "district"),
              time_words(text_field(one, "told"))});
  }
  if (!room.empty()) answer.text += "\n" + room.text(style);
  const Json imported = field(reply, "imported");
  if (imported.is_array() && imported != field(reply, "announced")) {
    answer.text += "\nimported and not announced: " + std::to_string(imported.size()) +
                   "; safeconduct services announce\n";
  }
  return answer;
}

void add_search(CommandLine& line, CLI::App& group) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App& command = line.command(
      group, "search", "Who could help; nobody hears of the question",
      "safeconduct services search --gives bed --gender woman --children --languages ro --now",
      [options](const Style& style) { return search(*options, style); });
  command.add_option("--purpose", options->purpose, "What for, such as safe_accommodation");
  command.add_option("--gives", options->gives, "All of these, such as bed,interpreter");
  command.add_option("--district", options->district, "There, or anywhere");
  command.add_option("--languages", options->languages, "One of these, such as ro,uk");
  command.add_option("--access", options->access, "All of these, such as wheelchair");
  command.add_option("--gender", options->gender, "woman, man or other");
  command.add_option("--age", options->age, "In years")->check(CLI::Range(0, 120));
  command.add_flag("--children", options->children, "Children come along");
  command.add_flag("--now", options->now, "Only where there is room, or nobody said");
  command.add_option("--consent", options->consent, "Leave out whom this consent excludes");
  add_agent_option(command, options->agent);
}

void add_ours(CommandLine& line, CLI::App& group) {
  auto imported = std::make_shared<ImportOptions>();
  CLI::App& import_one =
      line.command(group, "import", "Read what this agency offers from Open Referral HSDS 3",
                   "safeconduct services import organization.json --codes codes.json",
                   [imported](const Style& style) { return import(*imported, style); });
  import_one.add_option("FILE", imported->file,
                        "The HSDS document, a folder of its CSV tables, or - [-]");
  import_one.add_option("--codes", imported->codes,
                        "A JSON file: {\"<service id>, or *\": [\"purpose:…\", \"gives:…\"]}");
  add_agent_option(import_one, imported->agent);

  auto agent = std::make_shared<AgentOption>();
  add_agent_option(line.command(group, "announce", "Tell the network what was imported",
                                "safeconduct services announce --agent haven",
                                [agent](const Style&) { return announce(*agent); }),
                   *agent);

  auto room = std::make_shared<CapacityOptions>();
  CLI::App& capacity_now = line.command(
      group, "capacity", "Tell the network what room there is now",
      "safeconduct services capacity --purpose safe_accommodation --places 3 --agent haven",
      [room](const Style&) { return capacity(*room); });
  capacity_now.add_option("--purpose", room->purpose, "What for")->required();
  capacity_now.add_option("--open", room->open, "open, waitlist, full or closed [open]");
  capacity_now.add_option("--places", room->places, "How many [0: not told]");
  capacity_now.add_option("--waiting", room->waiting, "How many wait");
  capacity_now.add_option("--district", room->district, "Where, when it is not everywhere");
  add_agent_option(capacity_now, room->agent);
}

}  // namespace

void add_services_commands(CommandLine& line) {
  CLI::App& group = line.group("services", "Who offers what, for whom, and where there is room");
  add_ours(line, group);
  add_search(line, group);

  auto shown = std::make_shared<ShowOptions>();
  CLI::App& show_one = line.command(group, "show", "What one agency offers, or this one",
                                    "safeconduct services show haven",
                                    [shown](const Style& style) { return show(*shown, style); });
  show_one.add_option("AGENCY", shown->agency, "The agency [this one]");
  add_agent_option(show_one, shown->agent);

  auto missing = std::make_shared<UnmetOptions>();
  CLI::App& count =
      line.command(group, "unmet", "Count a need that nobody met, without the person",
                   "safeconduct services unmet --purpose safe_accommodation --reason no_capacity",
                   [missing](const Style&) { return unmet(*missing); });
  count.add_option("--purpose", missing->purpose, "What for")->required();
  count.add_option("--reason", missing->reason, "no_capacity, no_service or no_answer");
  count.add_option("--urgency", missing->urgency, "immediate, tonight, day, soon or routine");
  count.add_option("--district", missing->district, "Where, coarse");
  add_agent_option(count, missing->agent);
}

}  // namespace safeconduct::cli
