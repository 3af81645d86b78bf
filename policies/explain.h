// One decision in plain sentences: what goes, what stays, by which statement, what is to be done
// with it, and what would change it.
#pragma once

#include <string>
#include <vector>

#include "policies/decide.h"

namespace safeconduct::policies {

// Lines without line feeds, the first one saying whether the message goes. Holds words of the
// vocabulary and titles of the policy only, nothing of a person.
[[nodiscard]] std::vector<std::string> explain(const CompiledPolicy& policy, const Case& subject);

// A case in one line, `from ngo_case to shelter for safe_accommodation on consent, release, hop 1`.
[[nodiscard]] std::string describe(const Case& subject);

// A reason as a sentence's end, `the consent does not name it`.
[[nodiscard]] std::string_view plain(Reason reason);

}  // namespace safeconduct::policies
