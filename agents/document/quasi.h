// How much an inquiry or an anonymous notice narrows down who it is about (DOMAIN §4.3).
#pragma once

#include "agents/document/document.h"

namespace safeconduct::document {

// Which quasi-identifiers the generalised forms of these categories would state: bits of
// wire::QuasiIdentifier, kinds only, never values.
[[nodiscard]] std::uint16_t quasi_identifiers(const ReferralDocument& document, Instant created);

// Whether at most `most` of these bits are set, the policy's term. Errors: kInvalid, naming the
// kinds.
[[nodiscard]] Status check_quasi_identifiers(std::uint16_t bits, std::uint32_t most);

}  // namespace safeconduct::document
