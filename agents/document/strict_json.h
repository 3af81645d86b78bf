// JSON that leaves nothing to chance: one value, bounded, no key twice, objects read key by key.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"

namespace safeconduct::document {

// Errors: kInvalid with line and column; never a piece of the text.
[[nodiscard]] Result<nlohmann::json> parse_strict(std::string_view text, std::size_t bytes_max,
                                                  int nesting_max);

// `a.b`, or `b` at the top.
[[nodiscard]] std::string joined_path(std::string_view path, std::string_view name);

// Ok when every key of the object is known. The message names the nearest known key, not the
// unknown one, which may be a name or a number in the wrong place.
[[nodiscard]] Status only_keys(const nlohmann::json& object, std::string_view path,
                               std::span<const std::string_view> known);

// The word for a closed list; the message names the nearest one or all of them.
[[nodiscard]] Error unknown_word(std::string_view path, std::string_view word,
                                 std::span<const std::string_view> known);

// Each reads object[key]; nothing or false when it is absent. Errors: kInvalid for another type.
[[nodiscard]] Result<std::string> optional_text(const nlohmann::json& object, std::string_view path,
                                                std::string_view key);
[[nodiscard]] Result<bool> optional_flag(const nlohmann::json& object, std::string_view path,
                                         std::string_view key);
[[nodiscard]] Result<std::vector<std::string>> optional_texts(const nlohmann::json& object,
                                                              std::string_view path,
                                                              std::string_view key);

}  // namespace safeconduct::document
