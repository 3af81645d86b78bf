// POST /v1/fhir: FHIR R4 resources become referrals of this agent.
#pragma once

#include "agents/daemon/api_forms.h"
#include "agents/document/fhir.h"

namespace safeconduct::agent {

// {"files":{name: text},"settings":{as, to, to_role, purpose, consent, basis, urgency,
// include_closed, routes: {purpose: {to, to_role, consent}}}}. Errors: kInvalid, naming the key.
struct FhirRequest {
  std::map<std::string, std::string> files;
  document::FhirSettings settings;
};
[[nodiscard]] Result<FhirRequest> fhir_request_of(const Json& body, Instant now);

// [{"file","what"}]: what became of each input, by element path and count, never by value.
[[nodiscard]] Json fhir_report(const document::FhirIntake& intake);

}  // namespace safeconduct::agent
