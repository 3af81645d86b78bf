// The policy that this program was built with, policies/national-referral.policy.
#pragma once

#include <string_view>

namespace safeconduct::cli {

inline constexpr std::string_view kDefaultPolicyName = "national-referral.policy";
[[nodiscard]] std::string_view default_policy_text();

}  // namespace safeconduct::cli
