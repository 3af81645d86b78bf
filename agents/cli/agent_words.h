// What the agent answers, in words for a person.
#pragma once

#include <string>
#include <string_view>

#include "agents/cli/answer.h"
#include "schemas/base/result.h"

namespace safeconduct::cli {

// A word of the vocabulary without its underscores: `safe accommodation`.
[[nodiscard]] std::string spoken(std::string_view word);

// What a state of a sent referral means: `received: the recipient signed for it`.
[[nodiscard]] std::string state_words(std::string_view state);
// Whether it ended without being received, against what the sender wanted.
[[nodiscard]] bool failed_state(std::string_view state);

// {"needs":"full","health":"generalised"} as `needs, health (in part)`; `nothing` when empty.
[[nodiscard]] std::string levels_words(const Json& levels);

// The texts of a list, `R3, S1`.
[[nodiscard]] std::string list_words(const Json& list);

// What of {"health":{"level":...,"reason":...}} was not let through, by reason: `immigration, legal
// (the purpose does not need it)`; empty when nothing was withheld.
[[nodiscard]] std::string withheld_words(const Json& outcome);

// 2026-11-24T10:00:00.000Z as `2026-11-24 10:00 UTC`.
[[nodiscard]] std::string time_words(const std::string& rfc3339);

// `health,media` as a list of known categories, for a request. Errors: kInvalid with the nearest.
[[nodiscard]] Result<Json> parse_categories(std::string_view text);

// 32 hex digits, lower case. `list_command` says where ids are shown. Errors: kInvalid.
[[nodiscard]] Result<std::string> parse_id(const std::string& text, std::string_view what,
                                           std::string_view list_command);

}  // namespace safeconduct::cli
