// What this agency can tell a person, from its own store: the consent it recorded, what it sent on
// it, what the feed proved of that. Codes and times only; no document is opened.
#pragma once

#include "agents/daemon/agent.h"
#include "agents/person/facts.h"

namespace safeconduct::agent {

// What the person quotes: the first ten digits of an id, `4F2A9-1C3D7`.
[[nodiscard]] std::string code_of(const ByteArray<16>& id);

// A consent by its id or by its code. Errors: kNotFound, kInvalid (neither), kConflict (a code that
// two consents share: use the id).
[[nodiscard]] Result<ConsentId> consent_by(const Agent& agent, std::string_view id_or_code);

// Everything sent on the consent; `disclosures_max` of it, newest first. Errors: kNotFound, kIo.
[[nodiscard]] Result<person::Facts> facts_of(Agent& agent, const ConsentId& consent,
                                             std::size_t disclosures_max);
// One referral, with the consent that it rests on, if any. Errors: kNotFound, kIo.
[[nodiscard]] Result<person::Facts> facts_of(Agent& agent, const MessageId& sent);

}  // namespace safeconduct::agent
