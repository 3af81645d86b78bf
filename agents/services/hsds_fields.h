// The fields of HSDS 3 and what becomes of each; words of HSDS made into codes.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace safeconduct::services {

enum class Use : std::uint8_t {
  kRead,      // becomes a code
  kFreeText,  // words for people
  kContact,   // a person, a number, an address of mail or web
  kPlace,     // where it is
  kOther,     // of no use to a referral
};
[[nodiscard]] std::string_view why(Use use);

struct HsdsField {
  std::string_view name;
  Use use;
};
extern const std::span<const HsdsField> kServiceFields;
extern const std::span<const HsdsField> kOrganizationFields;
extern const std::span<const HsdsField> kLanguageFields;
extern const std::span<const HsdsField> kScheduleFields;
extern const std::span<const HsdsField> kAreaFields;

// `ro` of `ro`, `RO` or `ro-MD`; empty when it is no language.
[[nodiscard]] std::string language_code(std::string_view code);
// Days of RFC 5545 (`MO,TU`) as a mask, bit 0 Monday; 0 when it is no such list.
[[nodiscard]] std::uint8_t days_of(std::string_view byday);
// `10:00`, `10:00:00`, with Z or not; `otherwise` when it is empty.
[[nodiscard]] std::optional<std::uint16_t> minutes_of(std::string_view time,
                                                      std::uint16_t otherwise);
// One to three words of letters, 32 bytes at most: no room for a number or a street.
[[nodiscard]] bool is_area_name(std::string_view name);
// Lower case, words joined by hyphens.
[[nodiscard]] std::string slug_of(std::string_view text);

}  // namespace safeconduct::services
