// The program's log: one line per event on standard error or in a file. Ids, states, counts and
// sentences only; nothing of a referral's content ever reaches it (DOMAIN §5, 14).
#pragma once

#include <string>
#include <string_view>

namespace safeconduct {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

class Log {
 public:
  // `program` names the process in each line. Empty `path`: standard error. Errors end the
  // program's start.
  Log(std::string_view program, const std::string& path, LogLevel level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Thread-safe.
  void debug(std::string_view message) const { write(LogLevel::kDebug, message); }
  void info(std::string_view message) const { write(LogLevel::kInfo, message); }
  void warning(std::string_view message) const { write(LogLevel::kWarning, message); }
  void error(std::string_view message) const { write(LogLevel::kError, message); }

 private:
  void write(LogLevel level, std::string_view message) const;
  struct Sink;
  Sink* sink_;
};

}  // namespace safeconduct
