// A line on the terminal that says how far a long reading is and how long it will still take.
#pragma once

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

#include "broker/audit/progress.h"

namespace safeconduct::cli {

class ProgressBar final : public audit::Progress {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  // Silent for the first half second, then written anew at most five times a second. `out` outlives
  // it. It wipes its line when it ends.
  ProgressBar(std::string what, std::ostream& out, Now now = std::chrono::steady_clock::now);
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void at(std::uint64_t done, std::uint64_t of) override;

 private:
  std::string what_;
  std::ostream& out_;
  Now now_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
  bool shown_ = false;
};

}  // namespace safeconduct::cli
