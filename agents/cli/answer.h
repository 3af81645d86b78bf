// What one command answers: words for a person and the same as one JSON document for a program.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "schemas/base/result.h"

namespace safeconduct::cli {

using Json = nlohmann::ordered_json;

// 0 done; 1 checked and found wrong; 2 wrong usage or input; 3 the agent, the disk or the system
// failed. README.md lists them for people.
inline constexpr int kExitWrong = 1;
inline constexpr int kExitInput = 2;
inline constexpr int kExitSystem = 3;
[[nodiscard]] int exit_status(ErrorCode code);

struct Answer {
  std::string text;       // lines, each ended by LF; standard output without --json
  Json document;          // standard output with --json
  std::string complaint;  // one line on standard error; empty when all is well
  int exit = 0;
};

// `checked and found wrong`, in one sentence.
[[nodiscard]] Answer found_wrong(const Error& error);
[[nodiscard]] Json to_json(const Error& error);

// Codes of SGR when standard output is a terminal, else nothing. Colour repeats what words say.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}
  [[nodiscard]] std::string good(std::string_view text) const { return in("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return in("31", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return in("2", text); }
  [[nodiscard]] std::string strong(std::string_view text) const { return in("1", text); }

 private:
  [[nodiscard]] std::string in(const char* code, std::string_view text) const;
  bool colour_;
};

}  // namespace safeconduct::cli
