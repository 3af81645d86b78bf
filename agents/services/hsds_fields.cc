#include "agents/services/hsds_fields.h"

#include <algorithm>

#include "agents/document/places.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::services {
namespace {

constexpr std::array kService = {
    HsdsField{"id", Use::kRead},
    HsdsField{"name", Use::kFreeText},
    HsdsField{"status", Use::kRead},
    HsdsField{"minimum_age", Use::kRead},
    HsdsField{"maximum_age", Use::kRead},
    HsdsField{"languages", Use::kRead},
    HsdsField{"schedules", Use::kRead},
    HsdsField{"service_areas", Use::kRead},
    HsdsField{"attributes", Use::kRead},
    HsdsField{"alternate_name", Use::kFreeText},
    HsdsField{"description", Use::kFreeText},
    HsdsField{"interpretation_services", Use::kFreeText},
    HsdsField{"application_process", Use::kFreeText},
    HsdsField{"fees_description", Use::kFreeText},
    HsdsField{"fees", Use::kFreeText},
    HsdsField{"wait_time", Use::kFreeText},
    HsdsField{"accreditations", Use::kFreeText},
    HsdsField{"eligibility_description", Use::kFreeText},
    HsdsField{"licenses", Use::kFreeText},
    HsdsField{"alert", Use::kFreeText},
    HsdsField{"url", Use::kContact},
    HsdsField{"additional_urls", Use::kContact},
    HsdsField{"email", Use::kContact},
    HsdsField{"assurer_email", Use::kContact},
    HsdsField{"phones", Use::kContact},
    HsdsField{"contacts", Use::kContact},
    HsdsField{"organization", Use::kContact},
    HsdsField{"service_at_locations", Use::kPlace},
    HsdsField{"locations", Use::kPlace},
    HsdsField{"organization_id", Use::kOther},
    HsdsField{"program_id", Use::kOther},
    HsdsField{"program", Use::kOther},
    HsdsField{"assured_date", Use::kOther},
    HsdsField{"last_modified", Use::kOther},
    HsdsField{"funding", Use::kOther},
    HsdsField{"cost_options", Use::kOther},
    HsdsField{"capacities", Use::kOther},
    HsdsField{"required_documents", Use::kOther},
    HsdsField{"metadata", Use::kOther},
};
constexpr std::array kOrganization = {
    HsdsField{"services", Use::kRead},
    HsdsField{"id", Use::kOther},
    HsdsField{"name", Use::kFreeText},
    HsdsField{"alternate_name", Use::kFreeText},
    HsdsField{"description", Use::kFreeText},
    HsdsField{"email", Use::kContact},
    HsdsField{"website", Use::kContact},
    HsdsField{"additional_websites", Use::kContact},
    HsdsField{"logo", Use::kContact},
    HsdsField{"uri", Use::kContact},
    HsdsField{"phones", Use::kContact},
    HsdsField{"contacts", Use::kContact},
    HsdsField{"locations", Use::kPlace},
    HsdsField{"tax_status", Use::kOther},
    HsdsField{"tax_id", Use::kOther},
    HsdsField{"year_incorporated", Use::kOther},
    HsdsField{"legal_status", Use::kOther},
    HsdsField{"parent_organization_id", Use::kOther},
    HsdsField{"funding", Use::kOther},
    HsdsField{"programs", Use::kOther},
    HsdsField{"organization_identifiers", Use::kOther},
    HsdsField{"attributes", Use::kOther},
    HsdsField{"metadata", Use::kOther},
};
constexpr std::array kLanguage = {
    HsdsField{"code", Use::kRead},        HsdsField{"id", Use::kOther},
    HsdsField{"service_id", Use::kOther}, HsdsField{"location_id", Use::kOther},
    HsdsField{"phone_id", Use::kOther},   HsdsField{"name", Use::kFreeText},
    HsdsField{"note", Use::kFreeText},    HsdsField{"attributes", Use::kOther},
    HsdsField{"metadata", Use::kOther},
};
constexpr std::array kSchedule = {
    HsdsField{"freq", Use::kRead},
    HsdsField{"byday", Use::kRead},
    HsdsField{"opens_at", Use::kRead},
    HsdsField{"closes_at", Use::kRead},
    HsdsField{"id", Use::kOther},
    HsdsField{"service_id", Use::kOther},
    HsdsField{"location_id", Use::kOther},
    HsdsField{"service_at_location_id", Use::kOther},
    HsdsField{"valid_from", Use::kOther},
    HsdsField{"valid_to", Use::kOther},
    HsdsField{"dtstart", Use::kOther},
    HsdsField{"timezone", Use::kOther},
    HsdsField{"until", Use::kOther},
    HsdsField{"count", Use::kOther},
    HsdsField{"wkst", Use::kOther},
    HsdsField{"interval", Use::kOther},
    HsdsField{"byweekno", Use::kOther},
    HsdsField{"bymonthday", Use::kOther},
    HsdsField{"byyearday", Use::kOther},
    HsdsField{"description", Use::kFreeText},
    HsdsField{"attending_type", Use::kFreeText},
    HsdsField{"notes", Use::kFreeText},
    HsdsField{"schedule_link", Use::kContact},
    HsdsField{"attributes", Use::kOther},
    HsdsField{"metadata", Use::kOther},
};
constexpr std::array kArea = {
    HsdsField{"name", Use::kRead},
    HsdsField{"id", Use::kOther},
    HsdsField{"service_id", Use::kOther},
    HsdsField{"service_at_location_id", Use::kOther},
    HsdsField{"description", Use::kFreeText},
    HsdsField{"extent", Use::kPlace},
    HsdsField{"extent_type", Use::kPlace},
    HsdsField{"uri", Use::kContact},
    HsdsField{"attributes", Use::kOther},
    HsdsField{"metadata", Use::kOther},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

const std::span<const HsdsField> kServiceFields = kService;
const std::span<const HsdsField> kOrganizationFields = kOrganization;
const std::span<const HsdsField> kLanguageFields = kLanguage;
const std::span<const HsdsField> kScheduleFields = kSchedule;
const std::span<const HsdsField> kAreaFields = kArea;

std::string_view why(Use use) {
  switch (use) {
    case Use::kRead:
      return "";
    case Use::kFreeText:
      return "words for people stay with the agency";
    case Use::kContact:
      return "the network's own messages are the way to reach it";
    case Use::kPlace:
      return "addresses and places never leave";
    case Use::kOther:
      return "of no use to a referral";
  }
  return "";
}

std::string language_code(std::string_view code) {
  const std::string_view base = code.substr(0, std::min(code.find('-'), code.size()));
  std::string out(base);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  const bool form =
      (out.size() == 2 || out.size() == 3) && std::all_of(out.begin(), out.end(), is_letter);
  return form && document::is_language(out) ? out : "";
}

std::uint8_t days_of(std::string_view byday) {
  constexpr std::array<std::string_view, 7> kDays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  std::uint8_t out = 0;
  while (!byday.empty()) {
    const std::size_t comma = std::min(byday.find(','), byday.size());
    const auto at = std::find(kDays.begin(), kDays.end(), byday.substr(0, comma));
    if (at == kDays.end()) return 0;
    out = static_cast<std::uint8_t>(out | 1U << (at - kDays.begin()));
    byday.remove_prefix(std::min(comma + 1, byday.size()));
  }
  return out;
}

std::optional<std::uint16_t> minutes_of(std::string_view time, std::uint16_t otherwise) {
  if (time.empty()) return otherwise;
  if (time.ends_with('Z')) time.remove_suffix(1);
  const bool form = (time.size() == 5 || (time.size() == 8 && time[5] == ':')) && time[2] == ':' &&
                    is_digit(time[0]) && is_digit(time[1]) && is_digit(time[3]) &&
                    is_digit(time[4]);
  if (!form) return std::nullopt;
  const int hour = (time[0] - '0') * 10 + (time[1] - '0');
  const int minute = (time[3] - '0') * 10 + (time[4] - '0');
  const int all = hour * 60 + minute;
  if (minute > 59 || all > wire::kDayMinutes) return std::nullopt;
  return static_cast<std::uint16_t>(all);
}

bool is_area_name(std::string_view name) {
  constexpr std::size_t kBytesMax = 32;
  constexpr std::ptrdiff_t kSpacesMax = 2;
  const auto fits = [](char c) { return is_letter(c) || c == ' ' || c == '-'; };
  return !name.empty() && name.size() <= kBytesMax && is_letter(name.front()) &&
         is_letter(name.back()) && std::all_of(name.begin(), name.end(), fits) &&
         std::count(name.begin(), name.end(), ' ') <= kSpacesMax;
}

std::string slug_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c)) {
      out += lower(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  if (out.ends_with('-')) out.pop_back();
  return out;
}

}  // namespace safeconduct::services
