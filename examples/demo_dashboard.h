// The demo's dashboard: an observer of the network, and a one-time link into it.
#pragma once

#include <memory>
#include <string>

#include "examples/demo_stage.h"

namespace safeconduct::demo {

// False when this build leaves the dashboard out.
[[nodiscard]] bool has_dashboard();

class Dashboard {
 public:
  explicit Dashboard(const Stage& stage) : folder_(stage.agency_folder("board")) {}

  // Starts it and waits until it serves; throws with its log otherwise.
  void start();
  // The address of a one-time sign-in link of the network's coordinator.
  [[nodiscard]] std::string link() const;
  // Signs in by a link as a browser does, and reads the tiles once as many entries are verified.
  [[nodiscard]] Json check(std::uint64_t entries) const;
  void stop();

 private:
  [[nodiscard]] std::string config() const { return folder_ + "/dashboard.toml"; }
  std::string folder_;
  std::string address_;
  std::unique_ptr<rig::Process> process_;
};

}  // namespace safeconduct::demo
