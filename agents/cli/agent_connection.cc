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

// Bytes that are no UTF-8 travel as U+FFFD.
constexpr auto kReplace = Json::error_handler_t::replace;

// For an agent whose word for the error is not known here.
ErrorCode code_of_status(int status) {
  if (status == 404) return ErrorCode::kNotFound;
  if (status == 403) return ErrorCode::kForbidden;
  if (status == 409) return ErrorCode::kConflict;
  return status >= 500 || status == 429 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
}

Error refusal(int status, const Json& document) {
  const Json error = field(document, "error");
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

Result<Json> send_to_agent(const AgentOption& option, const std::string& method,
                           const std::string& target, const std::string& document) {
  io::HttpCall call;
  call.socket_path = socket_path(option);
  call.method = method;
  call.target = target;
  call.body = document;
  TRY(response, io::http_request(call));
  Json answer = Json::parse(response.body, nullptr, false);
  if (response.status >= 400) return refusal(response.status, answer);
  if (!answer.is_discarded()) return answer;
  return invalid("the program at `" + call.socket_path +
                 "` does not answer as an agent does; check the path");
}

Result<Json> call_agent(const AgentOption& option, const std::string& method,
                        const std::string& target, const Json& body) {
  return send_to_agent(option, method, target,
                       body.is_null() ? "" : body.dump(-1, ' ', false, kReplace));
}

Json field(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(key);
  return at == object.end() ? Json(nullptr) : *at;
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

std::string in_ledger(const Json& answer) {
  const std::string place = at_position(answer);
  if (!place.empty()) return " is in the ledger" + place;
  return " is with the agent, which hands it to the broker as soon as it can be reached";
}

}  // namespace safeconduct::cli
