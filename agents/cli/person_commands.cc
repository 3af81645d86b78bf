#include <filesystem>
#include <memory>

#include "agents/cli/agent_connection.h"
#include "agents/cli/commands.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

// Says nothing to whoever finds the file.
constexpr std::string_view kFileName = "information.html";

struct PageRequest {
  AgentOption agent;
  std::string consent;
  std::string referral;
  std::string language;
  std::string zone;
  std::string out;
  bool neutral = false;
};

// Only what may stand in a target; the agent says what is wrong with the rest.
Status put(std::string& target, std::string_view key, const std::string& value) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/+";
  if (value.empty()) return {};
  if (value.find_first_not_of(kPlain) != std::string::npos) {
    return invalid("the " + std::string(key) + " has a character that none has");
  }
  target += "&" + std::string(key) + "=" + value;
  return {};
}

Result<std::string> target_of(const PageRequest& request, std::string_view sheet) {
  if (request.consent.empty() == request.referral.empty()) {
    return invalid("name the consent, by its id or the code on the page, or give --referral");
  }
  std::string target = "/v1/person?sheet=" + std::string(sheet);
  TRY_OK(put(target, "consent", request.consent));
  TRY_OK(put(target, "referral", request.referral));
  TRY_OK(put(target, "lang", request.language));
  TRY_OK(put(target, "zone", request.zone));
  if (request.neutral) target += "&neutral=1";
  return target;
}

Result<Answer> page(const PageRequest& request, std::string_view sheet) {
  TRY(target, target_of(request, sheet));
  TRY(reply, call_agent(request.agent, "GET", target));
  const std::string text = text_field(reply, "page");
  Json document = field(reply, "facts");
  if (request.out.empty()) return Answer{text, document, "", 0};
  std::error_code unknown;
  const bool folder = std::filesystem::is_directory(request.out, unknown);
  const std::string path = folder ? request.out + "/" + std::string(kFileName) : request.out;
  TRY_OK(io::write_durably(path, view_of(text)));
  document["file"] = path;
  return Answer{"written to " + path + "; give it to nobody but the person\n", document, "", 0};
}

void add_page(CommandLine& line, CLI::App& group, const std::string& sheet,
              const std::string& description, const std::string& example) {
  auto request = std::make_shared<PageRequest>();
  CLI::App& command =
      line.command(group, sheet, description, example,
                   [request, sheet](const Style&) { return page(*request, sheet); });
  command.add_option("CONSENT", request->consent, "The consent, or the code on the person's page");
  command.add_option("--referral", request->referral, "Instead: one referral, by its message id");
  command.add_option("--lang", request->language, "ar, en, es, fr or ro [as in agent.toml]");
  command.add_option("--zone", request->zone,
                     "Time zone, such as Europe/Madrid [as in agent.toml]");
  command.add_flag("--neutral", request->neutral,
                   "Safe to be found: no agency's name, no word that gives away");
  command.add_option("--out", request->out, "A file, or a folder [standard output]");
  add_agent_option(command, request->agent);
}

}  // namespace

void add_person_commands(CommandLine& line) {
  CLI::App& group = line.group("person", "Pages to give to the person, in their language");
  add_page(line, group, "receipt", "What was agreed, the rights, how to take it back",
           "safeconduct person receipt 4F2A9-1C3D7 --lang ro --neutral --out page.html");
  add_page(
      line, group, "disclosures", "Who was told what, when and why, and what was not",
      "safeconduct person disclosures 4F2A9-1C3D7 --lang ar --zone Europe/Paris --out page.html");
}

}  // namespace safeconduct::cli
