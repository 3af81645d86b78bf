// One of the project's programs as a real process, ended by its own id.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "schemas/base/instant.h"

namespace safeconduct::rig {

class Process {
 public:
  // Starts build/<preset>/`program` with the arguments; its standard output and error go to
  // `output` (a path).
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::string& output);
  ~Process();  // kill -9 when it still runs
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  [[nodiscard]] pid_t id() const { return pid_; }
  [[nodiscard]] bool running() { return status_if_ended() < 0 && pid_ > 0; }
  // The exit status of a program that ended by itself, -1 while it runs.
  [[nodiscard]] int status_if_ended();
  // The exit status, or 128 + signal. `wait`: at most.
  int end(int signal, Duration wait = seconds(20));
  int wait_for_exit(Duration wait);
  void kill_now() { end(9); }

  // CPU time used so far, user and system.
  [[nodiscard]] Duration cpu() const;
  [[nodiscard]] double cpu_us() const;
  // Resident now, in KiB: all of it, and without file-backed pages.
  [[nodiscard]] std::size_t resident_kib() const;

 private:
  pid_t pid_ = -1;
};

[[nodiscard]] std::string read_text(const std::string& path);
// Waits until `path` holds something and returns it; empty after `wait`.
[[nodiscard]] std::string wait_for_file(const std::string& path, Duration wait);

}  // namespace safeconduct::rig
