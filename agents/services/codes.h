// The code words of a service: `gives:bed` to bits and back.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::services {

// Puts one code into the offer. Errors: kInvalid with the nearest word, never the word itself.
[[nodiscard]] Status put_code(wire::ServiceOffer& offer, std::string_view code);

// `bed`, `legal_help`: bits to words and back. Errors: kInvalid with the nearest word.
[[nodiscard]] std::vector<std::string_view> gives_words(std::uint32_t bits);
[[nodiscard]] std::vector<std::string_view> accessibility_words(std::uint16_t bits);
[[nodiscard]] std::vector<std::string_view> for_words(std::uint8_t bits);
[[nodiscard]] Result<std::uint32_t> gives_bit(std::string_view word);
[[nodiscard]] Result<std::uint16_t> accessibility_bit(std::string_view word);
[[nodiscard]] Result<std::uint8_t> for_bit(std::string_view word);

// `Mon-Fri 10:00-18:00`, `always`.
[[nodiscard]] std::string hours_words(const std::vector<wire::OpenHours>& hours);

}  // namespace safeconduct::services
