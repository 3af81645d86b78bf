// Time-based one-time codes (RFC 6238 with HMAC-SHA-1, 30 seconds, six digits): what every
// authenticator application on a telephone speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/base/bytes.h"
#include "schemas/base/instant.h"

namespace safeconduct::seal {

inline constexpr std::size_t kCodeDigits = 6;

// The step of thirty seconds that an instant lies in.
[[nodiscard]] std::uint64_t code_step(Instant at);
// RFC 4226 §5.3.
[[nodiscard]] std::string one_time_code(ByteView secret, std::uint64_t step);
// The step whose code this is: the one of `at`, or one to either side for clocks that differ. A
// caller refuses a step that was used before.
[[nodiscard]] std::optional<std::uint64_t> code_step_of(ByteView secret, std::string_view code,
                                                        Instant at);

// RFC 4648 §6, upper case, without padding: how a secret is written down. Reading takes lower case,
// spaces and padding too. Errors: kInvalid (never quotes the input).
[[nodiscard]] std::string to_base32(ByteView bytes);
[[nodiscard]] Result<Bytes> from_base32(std::string_view text);

}  // namespace safeconduct::seal
