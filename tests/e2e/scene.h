// A network in small for tests of whole processes: a broker, an NGO, a shelter, a clinic, police.
#pragma once

#include <memory>

#include "tests/rig/agent.h"
#include "tests/rig/broker.h"

namespace safeconduct::e2e {

using rig::Json;

class Scene {
 public:
  // `direct`: agencies that take content directly, each at a free port.
  explicit Scene(const std::string& broker_settings = {}, const std::string& policy = {},
                 const std::vector<std::string>& direct = {});

  [[nodiscard]] rig::Agent& operator[](const std::string& agency) { return *agents_.at(agency); }
  [[nodiscard]] rig::Broker& broker() { return *broker_; }
  [[nodiscard]] rig::Network& network() { return network_; }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  void start(const std::vector<std::string>& agencies);
  // The auditors' trust file.
  [[nodiscard]] std::string trust_file() const;

 private:
  rig::Network network_;
  rig::TempFolder folder_;
  std::unique_ptr<rig::Broker> broker_;
  std::map<std::string, std::unique_ptr<rig::Agent>> agents_;
};

// Everything of `categories` in full and named, for one purpose and recipient.
[[nodiscard]] Json consent_for(const std::string& purpose, const std::string& recipient,
                               const Json& categories);
// A referral to the shelter; `mark` is part of every free value.
[[nodiscard]] Json shelter_referral(const std::string& consent, const std::string& mark);

// What a program printed, and how it ended.
struct Ran {
  int exit = 0;
  std::string output;
};
[[nodiscard]] Ran run(const std::string& program, const std::vector<std::string>& arguments,
                      const std::string& output_file);

}  // namespace safeconduct::e2e
