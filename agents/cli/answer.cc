#include "agents/cli/answer.h"

namespace safeconduct::cli {

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnauthentic:
    case ErrorCode::kCorrupt:
      return kExitWrong;
    case ErrorCode::kInvalid:
    case ErrorCode::kForbidden:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kExpired:
    case ErrorCode::kUnsupported:
      return kExitInput;
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable:
    case ErrorCode::kIo:
      return kExitSystem;
  }
  return kExitSystem;
}

Json to_json(const Error& error) {
  return {{"error", {{"code", error_code_name(error.code)}, {"message", error.message}}}};
}

Answer found_wrong(const Error& error) {
  return {"", to_json(error), error.message, kExitWrong};
}

std::string Style::in(const char* code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace safeconduct::cli
