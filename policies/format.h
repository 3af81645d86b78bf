// Policy to canonical text: the same policy gives the same bytes, however it was written.
#pragma once

#include <string>

#include "policies/policy.h"

namespace safeconduct::policies {

// Ends in one line feed. parse(format(p)) is p; format is idempotent. Comments are not kept.
[[nodiscard]] std::string format(const Policy& policy);

// One selector in the policy's own words, `to police for police_report`; empty when it asks
// nothing.
[[nodiscard]] std::string format(const Selector& selector);

// `needs, risk` in the vocabulary's order; `all` for all 19.
[[nodiscard]] std::string format_categories(CategorySet set);

}  // namespace safeconduct::policies
