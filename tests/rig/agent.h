// A real agent process over a folder, asked over its unix socket as people and applications do.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "tests/rig/network.h"
#include "tests/rig/process.h"

namespace safeconduct::rig {

using Json = nlohmann::json;

class Agent {
 public:
  // Writes the agency's folder when it is not there yet; does not start.
  Agent(const Network& network, const std::string& agency, const std::string& broker_endpoint,
        std::string folder);

  void start();
  void kill_now() { process_->kill_now(); }
  int stop();
  // Connected and ready to seal. Throws with the agent's log after `wait`.
  void wait_until_serving(Duration wait = seconds(30));

  // Throws when the answer is an error.
  [[nodiscard]] Json ask(const std::string& method, const std::string& target,
                         const Json& body = nullptr) const;
  // Null when the agent does not answer; otherwise whatever it says.
  [[nodiscard]] Json try_ask(const std::string& method, const std::string& target,
                             const Json& body = nullptr) const;
  // Asks for a sent referral until it has one of these states.
  [[nodiscard]] Json wait_for_state(const std::string& message,
                                    const std::vector<std::string>& states,
                                    Duration wait = seconds(20)) const;

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string log() const;
  [[nodiscard]] Process& process() { return *process_; }

 private:
  std::string name_;
  std::string folder_;
  std::unique_ptr<Process> process_;
};

}  // namespace safeconduct::rig
