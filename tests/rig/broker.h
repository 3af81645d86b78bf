// A real broker process over a folder, on a free loopback port.
#pragma once

#include <memory>

#include "tests/rig/network.h"
#include "tests/rig/process.h"

namespace safeconduct::rig {

class Broker {
 public:
  // Writes the folder when it is not there yet, and starts the program.
  Broker(Network& network, std::string folder, const std::string& policy_text = {});

  // Starts it (again); waits until it serves. Throws with its log when it does not.
  void start();
  void kill_now() { process_->kill_now(); }
  int stop();  // SIGTERM
  void reload();
  // Puts a new directory (the network's agencies as they are now) into force.
  void put_directory();

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string store() const { return folder_ + "/store"; }
  [[nodiscard]] std::string log() const;
  [[nodiscard]] Process& process() { return *process_; }

 private:
  Network& network_;
  std::string folder_;
  std::string endpoint_;
  std::unique_ptr<Process> process_;
};

}  // namespace safeconduct::rig
