#include "agents/services/search.h"

#include <algorithm>
#include <tuple>

namespace safeconduct::services {
namespace {

constexpr std::uint8_t kGenderBits = 7;

bool has_all(std::uint32_t set, std::uint32_t wanted) {
  return (set & wanted) == wanted;
}

bool is_for(const wire::ServiceOffer& offer, const Need& need) {
  const std::uint8_t genders = offer.for_whom & kGenderBits;
  if (need.gender && genders != 0 && (genders & static_cast<std::uint8_t>(*need.gender)) == 0) {
    return false;
  }
  const bool takes_children =
      (offer.for_whom & static_cast<std::uint8_t>(wire::ForWhom::kWithChildren)) != 0;
  if (need.with_children && !takes_children) return false;
  return !need.age || (offer.age_from <= *need.age && *need.age <= offer.age_to);
}

std::size_t languages_met(const wire::ServiceOffer& offer, const Need& need) {
  return static_cast<std::size_t>(
      std::count_if(need.languages.begin(), need.languages.end(), [&](const std::string& one) {
        return std::binary_search(offer.languages.begin(), offer.languages.end(), one);
      }));
}

bool fits(const wire::ServiceOffer& offer, const Need& need) {
  if (need.purpose && offer.purpose != static_cast<std::uint8_t>(*need.purpose)) return false;
  if (!has_all(offer.gives, need.gives)) return false;
  if (!has_all(offer.accessibility, need.accessibility)) return false;
  const bool elsewhere =
      !need.district.empty() && !offer.district.empty() && offer.district != need.district;
  if (elsewhere || !is_for(offer, need)) return false;
  return need.languages.empty() || languages_met(offer, need) > 0;
}

// The word on this purpose and district before that on the purpose anywhere.
const Capacity* capacity_of(const Listing& listing, const wire::ServiceOffer& offer) {
  const Capacity* found = nullptr;
  for (const Capacity& one : listing.capacity) {
    if (one.purpose != offer.purpose) continue;
    if (one.district == offer.district) return &one;
    if (one.district.empty()) found = &one;
  }
  return found;
}

bool has_room(Room room) {
  return room == Room::kOpen || room == Room::kUnknown;
}

}  // namespace

std::string_view name(Room room) {
  switch (room) {
    case Room::kOpen:
      return "open";
    case Room::kWaitlist:
      return "waitlist";
    case Room::kUnknown:
      return "unknown";
    case Room::kFull:
      return "full";
    case Room::kClosed:
      return "closed";
  }
  return "";
}

std::vector<Hit> search(const std::vector<Listing>& listings, const Need& need,
                        const std::vector<AgencyId>& excluded) {
  std::vector<Hit> out;
  for (const Listing& listing : listings) {
    if (std::find(excluded.begin(), excluded.end(), listing.agency) != excluded.end()) continue;
    for (const wire::ServiceOffer& offer : listing.offers) {
      if (!fits(offer, need)) continue;
      const Capacity* capacity = capacity_of(listing, offer);
      Hit hit{listing.agency, listing.roles, offer, Room::kUnknown, 0, {}, 0};
      if (capacity != nullptr) {
        hit.room = capacity->room;
        hit.places = capacity->places;
        hit.capacity_at = listing.capacity_at;
      }
      hit.languages_met = languages_met(offer, need);
      if (!need.now || has_room(hit.room)) out.push_back(std::move(hit));
    }
  }
  const auto rank = [](const Hit& hit) {
    return std::tuple(hit.room, -static_cast<int>(hit.languages_met), hit.offer.district.empty(),
                      hit.agency);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const Hit& a, const Hit& b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace safeconduct::services
