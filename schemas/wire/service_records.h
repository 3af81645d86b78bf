// What an agency offers, as every admitted agency may read it: codes only, never a name, a number
// to call or an address. It travels as SignedRecord. Byte grammar: schemas/FORMATS.md, "Service
// profile".
#pragma once

#include <string>
#include <vector>

#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::wire {

inline constexpr std::size_t kOffersMax = 32;
inline constexpr std::size_t kOfferLanguagesMax = 32;
inline constexpr std::size_t kOpenHoursMax = 14;
inline constexpr std::uint8_t kAgeMax = 120;
inline constexpr std::uint16_t kDayMinutes = 24 * 60;

// On the days of the mask (bit 0: Monday), in minutes of the local day; closes > opens.
struct OpenHours {
  std::uint8_t days = 0;
  std::uint16_t opens = 0;
  std::uint16_t closes = kDayMinutes;
  friend bool operator==(const OpenHours&, const OpenHours&) = default;
};

enum class ForWhom : std::uint8_t { kWomen = 1, kMen = 2, kOthers = 4, kWithChildren = 8 };
inline constexpr std::uint8_t kForWhomBits = 15;

// One service. Where a list or set is empty nothing was told about it.
struct ServiceOffer {
  std::uint8_t purpose = 0;  // policies::Purpose: what a referral to it is for
  std::uint32_t gives = 0;   // bits of the words of cat.needs' services (bed, legal_help...)
  std::string district;      // coarse: 0..32 of a-z, 0-9 and -
  std::vector<std::string> languages;  // ISO 639, two or three letters, ascending
  std::uint16_t accessibility = 0;     // bits of the words of cat.needs' accessibility
  std::uint8_t for_whom = 0;           // ForWhom bits; no gender bit: everyone
  std::uint8_t age_from = 0;           // years, both included
  std::uint8_t age_to = kAgeMax;
  std::vector<OpenHours> hours;
  friend bool operator==(const ServiceOffer&, const ServiceOffer&) = default;
};

struct ServiceProfileRecord {
  AgencyId by;
  std::uint64_t counter = 0;         // each one's is higher than the last
  std::vector<ServiceOffer> offers;  // 0..32
  Instant at;
  friend bool operator==(const ServiceProfileRecord&, const ServiceProfileRecord&) = default;
};

[[nodiscard]] Bytes encode(const ServiceProfileRecord& record);
// Errors: kInvalid, kUnsupported.
[[nodiscard]] Result<ServiceProfileRecord> decode_service_profile(ByteView bytes);
// Whether the text may stand as a district: it has no room for an address.
[[nodiscard]] bool is_district(std::string_view text);

}  // namespace safeconduct::wire
