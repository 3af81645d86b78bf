// The local interface's words for the directory of services (README.md lists the routes).
#pragma once

#include "agents/daemon/agent.h"
#include "agents/daemon/api_forms.h"

namespace safeconduct::agent {

// {"hsds": text, "codes": text}: Open Referral HSDS 3; kept as a draft. {"offers", "dropped"}.
// Errors: kInvalid with the path.
[[nodiscard]] Result<Json> import_services(Agent& agent, const Json& body);

// Ours: what was imported, what the network knows, what room it was told of.
[[nodiscard]] Result<Json> our_services(const Agent& agent);

// The draft as a signed record on its way; the ticket under which the broker answers. Errors:
// kNotFound (nothing was imported).
[[nodiscard]] Result<std::uint64_t> announce_services(Agent& agent);

// {"purpose", "district", "open", "places", "waiting"}: the room for one service; what was told of
// the others stays. Errors: kInvalid.
[[nodiscard]] Result<std::uint64_t> announce_capacity(Agent& agent, const Json& body);

// {"purpose", "gives": […], "district", "languages": […], "accessibility": […], "gender", "age",
// "children", "now", "consent"}: who could help. Nobody hears of the question. Errors: kInvalid,
// kNotFound (the consent).
[[nodiscard]] Result<Json> search_services(Agent& agent, const Json& body);

// What one agency told of itself. Errors: kNotFound.
[[nodiscard]] Result<Json> services_of(const Agent& agent, const std::string& agency);

}  // namespace safeconduct::agent
