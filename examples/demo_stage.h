// The demo's stage: a network of eleven agencies and a broker on this machine, made with the
// project's own programs and thrown away afterwards.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/rig/process.h"

namespace safeconduct::demo {

using Json = nlohmann::json;

struct AgencyRole {
  std::string name;
  std::string roles;
  std::string who;  // for the screen
};
[[nodiscard]] const std::vector<AgencyRole>& cast();

// What a program printed, and how it ended.
struct Ran {
  int exit = 0;
  std::string output;
};

class Stage {
 public:
  // `folder`: new; everything of the demo lies there. Throws std::runtime_error in plain words.
  explicit Stage(std::string folder);

  void set_up();  // network, keys, directory, policy
  void start_all();

  void start_broker();
  void kill_broker();
  void stop_broker();
  void start_agent(const std::string& agency);
  void stop_agent(const std::string& agency);
  void stop_all();

  // The program `safeconduct`.
  [[nodiscard]] Ran tool(const std::vector<std::string>& arguments) const;
  // Asks an agent; throws when it answers with an error, unless `tolerate`.
  [[nodiscard]] Json ask(const std::string& agency, const std::string& method,
                         const std::string& target, const Json& body = nullptr,
                         bool tolerate = false) const;
  void wait_until_connected(const std::string& agency) const;

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string network() const { return folder_ + "/network"; }
  [[nodiscard]] std::string agency_folder(const std::string& name) const {
    return folder_ + "/" + name;
  }
  [[nodiscard]] std::string store() const { return network() + "/broker/store"; }
  [[nodiscard]] std::string trust() const { return network() + "/trust"; }

 private:
  void must(const std::vector<std::string>& arguments) const;
  void add_agency(const AgencyRole& agency) const;

  std::string folder_;
  std::unique_ptr<rig::Process> broker_;
  std::map<std::string, std::unique_ptr<rig::Process>> agents_;
};

// Each line two columns in, as the demo shows what others say.
[[nodiscard]] std::string indented(const std::string& text);
// A program beside this one, or anywhere by its whole path, run to its end, with its output.
[[nodiscard]] Ran run_to_end(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace safeconduct::demo
