// GET /v1/person: what a person may be given of their own consent, as a page and as facts.
#pragma once

#include "agents/daemon/api_forms.h"
#include "agents/daemon/settings.h"
#include "agents/person/facts.h"

namespace safeconduct::agent {

using Query = std::map<std::string, std::string>;

// ?consent=ID-or-code or ?referral=MESSAGE; sheet=receipt|disclosures, lang, zone, neutral=1.
// {"page": HTML, "language", "facts": {...}}. Errors: kInvalid, kNotFound, kConflict.
[[nodiscard]] Result<Json> person_page(Agent& agent, const PersonSettings& settings,
                                       const Query& query);

// Codes and times, never a value of the content.
[[nodiscard]] Json to_json(const person::Facts& facts);

}  // namespace safeconduct::agent
