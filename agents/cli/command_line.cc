#include "agents/cli/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "schemas/base/suggest.h"

namespace safeconduct::cli {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string lower_first(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && !(text.size() > 1 && text[1] < 'a')) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

const CLI::App* subcommand_named(const CLI::App& app, std::string_view word) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (sub->get_name() == word) return sub;
  }
  return nullptr;
}

// `safeconduct network add` as far as it was understood.
std::string path_of(const CLI::App& app) {
  for (const CLI::App* sub : app.get_subcommands()) {
    return app.get_name() + " " + path_of(*sub);
  }
  return app.get_name();
}

bool colours_wanted() {
  const char* no_colour = std::getenv("NO_COLOR");  // no-color.org
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace

CommandLine::CommandLine() : app_("Referrals that carry no more than they need.", "safeconduct") {
  app_.require_subcommand(1);
  app_.footer("Every command takes --json and --help, which shows an example.");
}

CLI::App& CommandLine::group(const std::string& name, const std::string& description) {
  CLI::App* group = app_.add_subcommand(name, description);
  group->require_subcommand(1);
  return *group;
}

CLI::App& CommandLine::command(CLI::App& group, const std::string& name,
                               const std::string& description, const std::string& example,
                               Action action) {
  CLI::App* command = group.add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  command->add_flag("--json", json_, "Answer with one JSON document");
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

CLI::App& CommandLine::command(const std::string& name, const std::string& description,
                               const std::string& example, Action action) {
  return command(app_, name, description, example, std::move(action));
}

Error CommandLine::usage_error(const std::string& what) const {
  return invalid(lower_first(what) + "; see `" + path_of(app_) + " --help`");
}

// CLI11 would say that a command is missing; the word that is none is the better answer.
Status CommandLine::check_words(int argc, char** argv) const {
  const CLI::App* at = &app_;
  std::string path = app_.get_name();
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto known = at->get_subcommands({});
    if (word.starts_with('-') || known.empty()) return {};
    const CLI::App* next = subcommand_named(*at, word);
    if (next == nullptr) {
      std::vector<std::string> names;
      for (const CLI::App* sub : known) names.push_back(sub->get_name());
      const std::vector<std::string_view> words(names.begin(), names.end());
      return invalid("`" + path + "` has no command `" + std::string(word) + "`" +
                     did_you_mean(word, words) + "; see `" + path + " --help`");
    }
    at = next;
    path += " " + at->get_name();
  }
  if (at->get_subcommands({}).empty()) return {};
  return invalid("name a command of `" + path + "`; see `" + path + " --help`");
}

Result<Answer> CommandLine::act(int argc, char** argv, bool& helped) {
  TRY_OK(check_words(argc, argv));
  try {
    app_.parse(argc, argv);
  } catch (const CLI::Success& help) {
    app_.exit(help, std::cout, std::cerr);
    helped = true;
    return Answer{};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  try {
    return chosen_(Style(!json_ && colours_wanted()));
  } catch (const std::exception&) {
    // What a library says may quote a document.
    return io_error("something went wrong that should not; nothing more is known here");
  }
}

int CommandLine::run(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) json_ = json_ || std::string_view(argv[i]) == "--json";
  bool helped = false;
  const Result<Answer> result = act(argc, argv, helped);
  Answer answer;
  if (result) {
    answer = *result;
  } else {
    const Error& error = result.error();
    answer = {"", to_json(error), error.message, exit_status(error.code)};
  }
  if (helped) return 0;
  if (json_) {
    std::cout << answer.document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    std::cout << answer.text;
  }
  std::cout.flush();
  if (!answer.complaint.empty()) std::cerr << "safeconduct: " << one_line(answer.complaint) << "\n";
  if (!std::cout) {
    std::cerr << "safeconduct: cannot write the answer to standard output; what was done is done\n";
    return kExitSystem;
  }
  return answer.exit;
}

}  // namespace safeconduct::cli
