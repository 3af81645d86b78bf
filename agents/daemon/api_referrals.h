// The local interface's words for a referral's life: JSON in, signed records out.
#pragma once

#include "agents/daemon/api_forms.h"
#include "agents/daemon/referrals.h"

namespace safeconduct::agent {

// What a call of this path asks to be said to the broker. `path`: moves, exceptions, exclusions,
// capacity, unmet, questions. `extra`: what the answer says beside its position (an exception's id
// and referral). Errors: kInvalid in words for whoever wrote it, kNotFound.
struct Said {
  wire::ReferralRecord record;
  Json extra = Json::object();
};
[[nodiscard]] Result<Said> record_of(Agent& agent, Change& change, const std::string& path,
                                     const Json& body);

// The request and the inquiry document of POST /v1/requests.
struct Asking {
  wire::RequestRecord request;
  std::string inquiry;
};
[[nodiscard]] Result<Asking> asking_of(const Json& body);

[[nodiscard]] Result<KeptElsewhere> kept_of(const Json& body);

}  // namespace safeconduct::agent
