// "did you mean": the known word nearest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace safeconduct {

// The nearest of `known` by edit distance, when it is near enough to be a slip of the hand; else
// empty.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> known);

// "; did you mean `x`?" or an empty string, ready to append to a message.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> known);

}  // namespace safeconduct
