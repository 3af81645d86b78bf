// What several policy commands say of a policy in the same way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agents/cli/answer.h"
#include "policies/compile.h"

namespace safeconduct::cli {

// SHA-256 of a canonical text, as hex: the policy's name in ledger and headers.
[[nodiscard]] std::string policy_hash(std::string_view canonical_text);
// Name, title, statements, cells_proved, sha256.
[[nodiscard]] Json policy_json(const policies::CompiledPolicy& policy);
// `21,000,000`
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace safeconduct::cli
