// One-time sign-in links: made by an operator on the machine, used once, soon. The file is named by
// the token's hash, so that who reads the folder cannot sign in.
#pragma once

#include <optional>
#include <string>

#include "schemas/base/clock.h"
#include "schemas/base/result.h"

namespace safeconduct::dashboard {

// A new token for the person with this id; writes `folder`/<hash>.link. Errors: kIo.
[[nodiscard]] Result<std::string> make_link(const std::string& folder, const std::string& who,
                                            Instant until, Random& random);
// The person of a token that was not used and is not over; it is used up by this, whatever comes
// after. Nothing for any other text.
[[nodiscard]] std::optional<std::string> use_link(const std::string& folder, std::string_view token,
                                                  Instant now);

}  // namespace safeconduct::dashboard
