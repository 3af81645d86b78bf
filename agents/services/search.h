// Who could help with a need, among what every agency told of itself. Pure: the directory of
// services is handed in, nobody is asked, and no question leaves the agency.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/vocabulary.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::services {

// How much room there is now, best first.
enum class Room : std::uint8_t { kOpen = 1, kWaitlist = 2, kUnknown = 3, kFull = 4, kClosed = 5 };
[[nodiscard]] std::string_view name(Room room);

// What one agency has now for one purpose and district.
struct Capacity {
  std::uint8_t purpose = 0;
  std::string district;
  Room room = Room::kUnknown;
  std::uint16_t places = 0;
};

// One agency as everyone may read it.
struct Listing {
  AgencyId agency;
  std::vector<policies::Role> roles;
  std::vector<wire::ServiceOffer> offers;
  std::vector<Capacity> capacity;
  std::optional<Instant> capacity_at;
};

enum class Gender : std::uint8_t { kWoman = 1, kMan = 2, kOther = 4 };

struct Need {
  std::optional<policies::Purpose> purpose;
  std::uint32_t gives = 0;  // all of these
  std::string district;     // an offer without one serves everywhere
  std::vector<std::string> languages;
  std::uint16_t accessibility = 0;
  std::optional<Gender> gender;
  std::optional<std::uint8_t> age;
  bool with_children = false;
  bool now = false;  // only where there is room now, or nobody said
};

struct Hit {
  AgencyId agency;
  std::vector<policies::Role> roles;
  wire::ServiceOffer offer;
  Room room = Room::kUnknown;
  std::uint16_t places = 0;
  std::optional<Instant> capacity_at;
  std::size_t languages_met = 0;
};

// Best first: room now, then more of the languages, then the narrower offer, then the agency's id.
// INVARIANT: an agency of `excluded` leaves no trace: the answer is that of a network without it.
[[nodiscard]] std::vector<Hit> search(const std::vector<Listing>& listings, const Need& need,
                                      const std::vector<AgencyId>& excluded);

}  // namespace safeconduct::services
