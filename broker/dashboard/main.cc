// The dashboard's program: arguments -> what to do. Serving: serve.cc.
#include <malloc.h>
#include <CLI/CLI.hpp>

#include <iostream>

#include "broker/dashboard/program.h"

namespace safeconduct::dashboard {
namespace {

constexpr int kExitConfiguration = 2;
constexpr std::int64_t kLinkMinutes = 15;

struct Options {
  std::string config;
  NewPerson person;
  std::string id;
  std::string folder;
  std::string listen = "127.0.0.1:7680";
  std::int64_t minutes = kLinkMinutes;
};

void add_config(CLI::App& app, Options& options) {
  app.add_option("--config", options.config, "the dashboard's TOML file");
}

Status run(const CLI::App& app, const Options& options) {
  if (app.got_subcommand("init")) return init_folder(options.folder, options.listen);
  if (options.config.empty()) return invalid("give --config with the dashboard's TOML file");
  if (app.got_subcommand("person")) {
    const CLI::App* person = app.get_subcommand("person");
    if (person->got_subcommand("add")) return add_person(options.config, options.person);
    return remove_person(options.config, options.id);
  }
  if (app.got_subcommand("link")) return print_link(options.config, options.id, options.minutes);
  return serve(options.config);
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Shows coordinators every referral's state and clock, without one name.",
               "safeconduct-dashboard");
  Options options;
  add_config(app, options);
  app.set_version_flag("--version", SAFECONDUCT_VERSION);
  CLI::App* init = app.add_subcommand("init", "Writes dashboard.toml beside an observer's keys");
  init->add_option("folder", options.folder, "what `safeconduct keys new` made")->required();
  init->add_option("--listen", options.listen, "address and port; port 0 takes a free one");
  CLI::App* person = app.add_subcommand("person", "Who may sign in");
  person->require_subcommand(1);
  CLI::App* add = person->add_subcommand("add", "Adds a person, or gives new secrets");
  add_config(*add, options);
  add->add_option("--id", options.person.id, "an operator id, no name")->required();
  add->add_option("--role", options.person.role,
                  "network_coordinator, agency_coordinator, auditor or wall_screen")
      ->required();
  add->add_option("--agency", options.person.agency, "of an agency coordinator");
  add->add_option("--openid", options.person.openid, "the claim at the identity provider");
  add->add_flag("--link-only", options.person.link_only, "signs in by one-time links only");
  CLI::App* remove = person->add_subcommand("remove", "Removes a person; open sessions end");
  add_config(*remove, options);
  remove->add_option("--id", options.id)->required();
  CLI::App* link = app.add_subcommand("link", "Prints a one-time sign-in link");
  add_config(*link, options);
  link->add_option("--id", options.id, "for whom")->required();
  link->add_option("--minutes", options.minutes, "how long it can be used")
      ->check(CLI::Range(1, 1440));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitConfiguration;
  }
  const Status status = run(app, options);
  if (status) return 0;
  std::cerr << "safeconduct-dashboard: " << status.error().message << "\n";
  return kExitConfiguration;
}

}  // namespace
}  // namespace safeconduct::dashboard

int main(int argc, char** argv) {
  mallopt(M_ARENA_MAX, 4);  // few threads; an arena for each would keep memory
  try {
    return safeconduct::dashboard::parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "safeconduct-dashboard: " << error.what() << "\n";
    return safeconduct::dashboard::kExitConfiguration;
  }
}
