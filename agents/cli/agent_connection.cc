#include "agents/cli/agent_connection.h"

#include <cstdlib>
#include <filesystem>

#include "schemas/base/bytes.h"
#include "schemas/io/http.h"

namespace safeconduct::cli {
namespace {

constexpr ErrorCode kCodes[] = {
    ErrorCode::kInvalid,    ErrorCode::kUnauthentic, ErrorCode::kForbidden,
    ErrorCode::kNotFound,   ErrorCode::kConflict,    ErrorCode::kExpired,
    ErrorCode::kOverloaded, ErrorCode::kUnavailable, ErrorCode::kUnsupported,
    ErrorCode::kIo,         ErrorCode::kCorrupt};

// For an agent whose word for the error is not known here.
ErrorCode code_of_status(int status) {
  if (status == 404) return ErrorCode::kNotFound;
  if (status == 403) return ErrorCode::kForbidden;
  if (status == 409) return ErrorCode::kConflict;
  return status >= 500 || status == 429 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
}

Error refusal(int status, const Json& document) {
  const Json error = document.is_object() ? document.value("error", Json::object()) : Json();
  const std::string word = text_field(error, "code");
  std::string message = text_field(error, "message");
  if (message.empty()) {
    message = "the agent answered with status " + std::to_string(status) + "; look at its log";
  }
  for (const ErrorCode code : kCodes) {
    if (error_code_name(code) == word) return {code, message};
  }
  return {code_of_status(status), message};
}

}  // namespace

void add_agent_option(CLI::App& command, AgentOption& option) {
  command.add_option("--agent", option.place, "The agent's socket, or its folder [./agent.sock]")
      ->envname("SAFECONDUCT_AGENT");
}

std::string socket_path(const AgentOption& option) {
  const std::string place = option.place.empty() ? "." : option.place;
  std::error_code error;
  return std::filesystem::is_directory(place, error) ? place + "/agent.sock" : place;
}

Result<Json> call_agent(const AgentOption& option, const std::string& method,
                        const std::string& target, const Json& body, Duration wait) {
  io::HttpCall call;
  call.socket_path = socket_path(option);
  call.method = method;
  call.target = target;
  call.wait = wait;
  if (!body.is_null()) call.body = body.dump();
  TRY(response, io::http_request(call));
  Json document = Json::parse(response.body, nullptr, false);
  if (response.status >= 400) return refusal(response.status, document);
  if (document.is_discarded()) {
    return invalid("the program at `" + call.socket_path +
                   "` does not answer as an agent does; check the path");
  }
  return document;
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : "%" + to_hex(view_of(std::string_view(&c, 1)));
  }
  return out;
}

std::string text_field(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

bool is_true(const Json& object, const char* key) {
  if (!object.is_object()) return false;
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

std::string at_position(const Json& answer) {
  if (!answer.is_object()) return "";
  const auto at = answer.find("position");
  if (at == answer.end() || !at->is_number_unsigned()) return "";
  return " at position " + std::to_string(at->get<std::uint64_t>());
}

}  // namespace safeconduct::cli
