// One call to the running agent over its unix socket: HTTP with JSON, as applications use it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "agents/cli/answer.h"
#include "schemas/base/instant.h"

namespace safeconduct::cli {

// Where the agent listens: a socket, or the folder that holds agent.sock.
struct AgentOption {
  std::string place;
};

// --agent; without it the environment's SAFECONDUCT_AGENT, else ./agent.sock.
void add_agent_option(CLI::App& command, AgentOption& option);

[[nodiscard]] std::string socket_path(const AgentOption& option);

// The answer's document. `body` null: no body. Errors: what the agent says, with its code and
// message; kUnavailable when nobody answers; kInvalid when the answer is no JSON.
[[nodiscard]] Result<Json> call_agent(const AgentOption& option, const std::string& method,
                                      const std::string& target, const Json& body = nullptr,
                                      Duration wait = seconds(60));

// `%41` for what is not a letter, digit, `-`, `_`, `.` or `~` (RFC 3986 §2.3).
[[nodiscard]] std::string url_encoded(std::string_view text);

// Fields of an answer, forgiving: an absent or mistyped one is empty.
[[nodiscard]] std::string text_field(const Json& object, const char* key);
[[nodiscard]] bool is_true(const Json& object, const char* key);
// ` at position 12`, or nothing when the answer names none.
[[nodiscard]] std::string at_position(const Json& answer);

}  // namespace safeconduct::cli
