// Documents for the tests of agents/document. Every person in them is invented.
#pragma once

#include <nlohmann/json.hpp>

#include "agents/document/document.h"

namespace safeconduct::document {

// A referral with content in all 19 categories and every kind of field.
nlohmann::json full_referral();
// The least that is a referral.
nlohmann::json small_referral();
// Parsed; fails the test when it does not.
ReferralDocument parsed(const nlohmann::json& document);
// The message of the refusal; fails the test when it parses.
std::string refusal(const nlohmann::json& document);

Instant instant(std::string_view text);

}  // namespace safeconduct::document
