// One call to the running agent over its unix socket: HTTP with JSON, as applications use it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "agents/cli/answer.h"

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
                                      const std::string& target, const Json& body = nullptr);
// The same with a document as it was written, which the agent checks.
[[nodiscard]] Result<Json> send_to_agent(const AgentOption& option, const std::string& method,
                                         const std::string& target, const std::string& document);

// Fields of an answer, forgiving: an absent or mistyped one is empty.
[[nodiscard]] Json field(const Json& object, const char* key);
[[nodiscard]] std::string text_field(const Json& object, const char* key);
[[nodiscard]] bool is_true(const Json& object, const char* key);
// ` at position 12`, or nothing when the answer names none.
[[nodiscard]] std::string at_position(const Json& answer);
// ` is in the ledger at position 12`, or that the agent still has it, of a record handed in.
[[nodiscard]] std::string in_ledger(const Json& answer);

}  // namespace safeconduct::cli
