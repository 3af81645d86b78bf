// What the local interface says, as JSON. Codes, states and sentences; content only where a caller
// asks for one message or one consent.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "agents/daemon/agent.h"

namespace safeconduct::agent {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json to_json(const Agent& agent, const Sent& sent);
// Never a withholding reason, never a consent's scope: the recipient is not told.
[[nodiscard]] Json to_json(const Received& item);
[[nodiscard]] Json to_json(const Consent& consent);
// A referral as the ledger last told of it, with FHIR's words for its state.
[[nodiscard]] Json to_json(const Known& known);
[[nodiscard]] Json status_json(Agent& agent);
// The policy in force with its text, or the one of `position`; those before and those to come.
[[nodiscard]] Result<Json> policy_json(const Agent& agent, std::optional<std::uint64_t> position);
[[nodiscard]] Json error_json(const Error& error);
[[nodiscard]] int http_status(ErrorCode code);

// One sentence on where the referral is and what happens next.
[[nodiscard]] std::string sentence_of(const Agent& agent, const Sent& sent);
// `no_consent`, `sealing_key`…; empty for none.
[[nodiscard]] std::string verdict_name(std::uint8_t verdict);

}  // namespace safeconduct::agent
