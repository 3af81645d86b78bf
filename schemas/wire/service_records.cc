#include "schemas/wire/service_records.h"

#include <algorithm>

#include "schemas/wire/fields.h"

namespace safeconduct::wire {
namespace {

constexpr std::string_view kLabel = "safeconduct/1 service profile";
constexpr std::size_t kDistrictBytesMax = 32;
constexpr std::uint8_t kDaysMask = 127;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_language_code(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) && std::all_of(text.begin(), text.end(), is_lower);
}

std::vector<std::string> read_languages(Fields& f) {
  std::vector<std::string> out;
  const std::size_t count = f.in.u8();
  f.require(count <= kOfferLanguagesMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    out.push_back(f.in.str8());
    f.require(is_language_code(out.back()));
  }
  f.require(std::is_sorted(out.begin(), out.end()) &&
            std::adjacent_find(out.begin(), out.end()) == out.end());
  return out;
}

std::vector<OpenHours> read_hours(Fields& f) {
  std::vector<OpenHours> out;
  const std::size_t count = f.in.u8();
  f.require(count <= kOpenHoursMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    OpenHours hours;
    hours.days = f.in.u8();
    hours.opens = f.in.u16();
    hours.closes = f.in.u16();
    f.require(hours.days != 0 && hours.days <= kDaysMask && hours.opens < hours.closes &&
              hours.closes <= kDayMinutes);
    out.push_back(hours);
  }
  return out;
}

ServiceOffer read_offer(Fields& f) {
  ServiceOffer o;
  o.purpose = f.in.u8();
  o.gives = f.in.u32();
  o.district = f.in.str8();
  f.require(o.purpose != 0 && is_district(o.district));
  o.languages = read_languages(f);
  o.accessibility = f.in.u16();
  o.for_whom = f.in.u8();
  o.age_from = f.in.u8();
  o.age_to = f.in.u8();
  f.require(o.for_whom <= kForWhomBits && o.age_from <= o.age_to && o.age_to <= kAgeMax);
  o.hours = read_hours(f);
  return o;
}

}  // namespace

bool is_district(std::string_view text) {
  return text.size() <= kDistrictBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return is_lower(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

Bytes encode(const ServiceProfileRecord& r) {
  ByteWriter out;
  out.label(kLabel).u8(1).str8(r.by.text()).u64(r.counter).u8(count_of(r.offers));
  for (const ServiceOffer& o : r.offers) {
    out.u8(o.purpose).u32(o.gives).str8(o.district).u8(count_of(o.languages));
    for (const std::string& language : o.languages) out.str8(language);
    out.u16(o.accessibility).u8(o.for_whom).u8(o.age_from).u8(o.age_to).u8(count_of(o.hours));
    for (const OpenHours& hours : o.hours) out.u8(hours.days).u16(hours.opens).u16(hours.closes);
  }
  out.i64(r.at.ms);
  return out.take();
}

Result<ServiceProfileRecord> decode_service_profile(ByteView bytes) {
  Fields f(bytes);
  ServiceProfileRecord r;
  TRY_OK(f.start(kLabel, "service profile"));
  r.by = f.agency();
  r.counter = f.in.u64();
  const std::size_t count = f.in.u8();
  f.require(count <= kOffersMax);
  for (std::size_t i = 0; i < count && f.ok(); ++i) r.offers.push_back(read_offer(f));
  r.at = f.instant();
  TRY_OK(f.finish("service profile"));
  return r;
}

}  // namespace safeconduct::wire
