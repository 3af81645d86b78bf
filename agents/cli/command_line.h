// The program's table of commands over CLI11: groups, commands with an example each, `--json` on
// every one, and one place where errors become a line and an exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "agents/cli/answer.h"

namespace safeconduct::cli {

using Action = std::function<Result<Answer>(const Style&)>;

class CommandLine {
 public:
  CommandLine();

  // `safeconduct <name> ...`
  CLI::App& group(const std::string& name, const std::string& description);
  // `safeconduct <group> <name>`; the example stands at the end of --help.
  CLI::App& command(CLI::App& group, const std::string& name, const std::string& description,
                    const std::string& example, Action action);
  // `safeconduct <name>`
  CLI::App& command(const std::string& name, const std::string& description,
                    const std::string& example, Action action);

  // Parses, runs the one command named, prints, and returns the exit status.
  int run(int argc, char** argv);

 private:
  [[nodiscard]] Result<Answer> act(int argc, char** argv, bool& helped);
  [[nodiscard]] Status check_words(int argc, char** argv) const;
  [[nodiscard]] Error usage_error(const std::string& what) const;

  CLI::App app_;
  Action chosen_;
  bool json_ = false;
};

}  // namespace safeconduct::cli
