// Text to policy. The grammar is in policies/README.md.
#pragma once

#include <string_view>

#include "policies/policy.h"
#include "schemas/base/limits.h"
#include "schemas/base/result.h"

namespace safeconduct::policies {

inline constexpr std::size_t kPolicyBytesMax = limits::kDocumentBytesMax;  // it travels as one
inline constexpr std::size_t kStatementsMax = 2048;  // more than anyone reads; bounds compiling
inline constexpr std::size_t kUnlessMax = 8;         // exceptions of one statement
inline constexpr std::size_t kTitleBytesMax = 160;
inline constexpr std::uint16_t kStatementNumberMax = 9999;
inline constexpr std::uint8_t kHopMax = 9;

// Errors: kInvalid: `source:line:column: what is wrong; did you mean ...?`. Time and memory are
// bounded by the bounds above. The result is canonical: sorted, lines kept for messages.
[[nodiscard]] Result<Policy> parse(std::string_view text, std::string_view source);

}  // namespace safeconduct::policies
