// The program's two sides: serving, and what an operator does beside it.
#pragma once

#include <string>

#include "broker/dashboard/people.h"

namespace safeconduct::dashboard {

// Follows the feed and serves the site until SIGTERM or SIGINT.
[[nodiscard]] Status serve(const std::string& config_path);

// Writes dashboard.toml into the folder that `safeconduct keys new --network` made for an observer.
[[nodiscard]] Status init_folder(const std::string& folder, const std::string& listen);

// Writes a person into the people file: a new one, or new secrets for a known one. The password
// comes by standard input; prints the address that an authenticator application reads.
struct NewPerson {
  std::string id;
  std::string role;
  std::string agency;
  std::string openid;      // set: signs in by the provider, no password is asked for
  bool link_only = false;  // signs in by one-time links, no password is asked for
};
[[nodiscard]] Status add_person(const std::string& config_path, const NewPerson& person);
[[nodiscard]] Status remove_person(const std::string& config_path, const std::string& id);
// Prints the address of a one-time link.
[[nodiscard]] Status print_link(const std::string& config_path, const std::string& id,
                                std::int64_t valid_minutes);

}  // namespace safeconduct::dashboard
