#include "agents/services/hsds.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "agents/document/strict_json.h"
#include "agents/services/codes.h"
#include "agents/services/hsds_fields.h"

namespace safeconduct::services {
namespace {

using nlohmann::json;

constexpr int kNestingMax = 16;
constexpr std::string_view kTaxonomy = "safeconduct";

// What the whole document says of addresses and places, in lower case: no district may repeat it.
void collect_places(const json& at, bool inside, std::vector<std::string>& out) {
  if (at.is_string() && inside) {
    out.push_back(slug_of(at.get<std::string>()));
    return;
  }
  if (at.is_array()) {
    for (const json& one : at) collect_places(one, inside, out);
  } else if (at.is_object()) {
    for (const auto& [key, value] : at.items()) {
      const bool is_place =
          key == "address_1" || key == "address_2" || key == "postal_code" || key == "attention" ||
          ((key == "name" || key == "alternate_name") && at.contains("location_type"));
      collect_places(value, is_place, out);
    }
  }
}

class Reading {
 public:
  explicit Reading(std::vector<std::string> places) : places_(std::move(places)) {}

  Result<wire::ServiceOffer> service(const json& object, const std::string& path,
                                     const std::vector<std::string>& codes);
  void drop(const std::string& path, std::string_view why, std::size_t count = 1) {
    auto& entry = dropped_[path];
    entry.why = why;
    entry.count += count;
  }
  // Whatever of `object` is not read, with what is known of it.
  void drop_rest(const json& object, const std::string& path, std::span<const HsdsField> fields);
  std::vector<Dropped> report() const {
    std::vector<Dropped> out;
    for (const auto& [path, one] : dropped_) out.push_back({path, one.why, one.count});
    return out;
  }

 private:
  Status languages(const json& object, const std::string& path, wire::ServiceOffer& offer);
  Status ages(const json& object, const std::string& path, wire::ServiceOffer& offer);
  Status schedules(const json& object, const std::string& path, wire::ServiceOffer& offer);
  Status attributes(const json& object, const std::string& path, wire::ServiceOffer& offer);
  Status areas(const json& object, const std::string& path, wire::ServiceOffer& offer);

  struct Entry {
    std::string why;
    std::size_t count = 0;
  };
  std::vector<std::string> places_;
  std::map<std::string, Entry> dropped_;
};

// `services[3].phones` counts as `services[].phones`.
std::string general(const std::string& path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) out += c;
    if (c == '[') inside = true;
  }
  return out;
}

void Reading::drop_rest(const json& object, const std::string& path,
                        std::span<const HsdsField> fields) {
  for (const auto& [key, value] : object.items()) {
    const auto known = std::find_if(fields.begin(), fields.end(),
                                    [&](const HsdsField& field) { return field.name == key; });
    if (known == fields.end()) {
      drop(general(path) + ".?", "no field of HSDS 3");
    } else if (known->use != Use::kRead) {
      const std::size_t count = value.is_array() ? value.size() : value.is_null() ? 0 : 1;
      if (count > 0) drop(general(document::joined_path(path, key)), why(known->use), count);
    }
  }
}

// A list of objects; nothing when it is absent. Errors: kInvalid.
Result<std::vector<json>> list_of(const json& object, const std::string& path, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return std::vector<json>();
  const std::string where = document::joined_path(path, key);
  if (!at->is_array()) return invalid("`" + where + "` must be a list");
  std::vector<json> out;
  for (const json& one : *at) {
    if (!one.is_object()) return invalid("`" + where + "` must hold objects");
    out.push_back(one);
  }
  return out;
}

std::string item(const std::string& path, const char* key, std::size_t index) {
  return document::joined_path(path, key) + "[" + std::to_string(index) + "]";
}

Status Reading::languages(const json& object, const std::string& path, wire::ServiceOffer& offer) {
  TRY(list, list_of(object, path, "languages"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = item(path, "languages", i);
    TRY(code, document::optional_text(list[i], where, "code"));
    const std::string language = language_code(code);
    if (language.empty()) {
      return invalid("`" + where + ".code` must be a language of ISO 639, such as ro");
    }
    offer.languages.push_back(language);
    drop_rest(list[i], where, kLanguageFields);
  }
  auto& all = offer.languages;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > wire::kOfferLanguagesMax) {
    return invalid("`" + path + ".languages` has more than 32 languages");
  }
  return {};
}

Status Reading::ages(const json& object, const std::string& path, wire::ServiceOffer& offer) {
  const auto age = [&](const char* key, std::uint8_t otherwise) -> Result<std::uint8_t> {
    const auto at = object.find(key);
    if (at == object.end() || at->is_null()) return otherwise;
    const bool fits = at->is_number() && *at >= 0 && *at <= wire::kAgeMax;
    if (!fits) return invalid("`" + path + "." + key + "` must be a number of years, 0 to 120");
    return static_cast<std::uint8_t>(at->get<double>());
  };
  TRY(from, age("minimum_age", 0));
  TRY(to, age("maximum_age", wire::kAgeMax));
  if (from > to) return invalid("`" + path + "`: minimum_age is above maximum_age");
  offer.age_from = from;
  offer.age_to = to;
  return {};
}

Status Reading::schedules(const json& object, const std::string& path, wire::ServiceOffer& offer) {
  TRY(list, list_of(object, path, "schedules"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = item(path, "schedules", i);
    const json& one = list[i];
    TRY(freq, document::optional_text(one, where, "freq"));
    TRY(byday, document::optional_text(one, where, "byday"));
    TRY(opens, document::optional_text(one, where, "opens_at"));
    TRY(closes, document::optional_text(one, where, "closes_at"));
    drop_rest(one, where, kScheduleFields);
    if (freq != "WEEKLY" && freq != "DAILY") {
      drop(general(where), "only weekly and daily hours are kept");
      continue;
    }
    wire::OpenHours hours;
    hours.days = freq == "DAILY" || byday.empty() ? 127 : days_of(byday);
    if (hours.days == 0) {
      return invalid("`" + where + ".byday` must list days of RFC 5545, such as MO,TU");
    }
    const auto from = minutes_of(opens, 0);
    const auto to = minutes_of(closes, wire::kDayMinutes);
    if (!from || !to || *from >= *to) {
      return invalid("`" + where + "`: opens_at and closes_at must be times of one day, in order");
    }
    hours.opens = *from;
    hours.closes = *to;
    const bool known =
        std::find(offer.hours.begin(), offer.hours.end(), hours) != offer.hours.end();
    if (!known) offer.hours.push_back(hours);
  }
  if (offer.hours.size() > wire::kOpenHoursMax) {
    return invalid("`" + path + ".schedules` has more than 14 weekly times");
  }
  return {};
}

Status Reading::attributes(const json& object, const std::string& path, wire::ServiceOffer& offer) {
  TRY(list, list_of(object, path, "attributes"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = item(path, "attributes", i);
    const auto term = list[i].find("taxonomy_term");
    if (term == list[i].end() || !term->is_object()) {
      return invalid("`" + where + ".taxonomy_term` must be an object");
    }
    TRY(taxonomy, document::optional_text(*term, where + ".taxonomy_term", "taxonomy"));
    TRY(code, document::optional_text(*term, where + ".taxonomy_term", "code"));
    if (taxonomy != kTaxonomy) {
      drop(general(where), "of another taxonomy");
      continue;
    }
    const Status put = put_code(offer, code);
    if (!put) return invalid("`" + where + ".taxonomy_term.code`: " + put.error().message);
  }
  return {};
}

Status Reading::areas(const json& object, const std::string& path, wire::ServiceOffer& offer) {
  TRY(list, list_of(object, path, "service_areas"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = item(path, "service_areas", i);
    TRY(name, document::optional_text(list[i], where, "name"));
    drop_rest(list[i], where, kAreaFields);
    const std::string slug = is_area_name(name) ? slug_of(name) : "";
    const bool is_place = std::any_of(places_.begin(), places_.end(), [&](const std::string& p) {
      return !slug.empty() && p.find(slug) != std::string::npos;
    });
    if (slug.empty() || is_place) {
      drop(general(where) + ".name", "no plain name of an area, or part of an address");
    } else if (offer.district.empty()) {
      offer.district = slug;
    } else if (offer.district != slug) {
      drop(general(where) + ".name", "a service has one district");
    }
  }
  return {};
}

Result<wire::ServiceOffer> Reading::service(const json& object, const std::string& path,
                                            const std::vector<std::string>& codes) {
  wire::ServiceOffer offer;
  for (const std::string& code : codes) {
    const Status put = put_code(offer, code);
    if (!put) return invalid("the codes for `" + path + "`: " + put.error().message);
  }
  TRY_OK(attributes(object, path, offer));
  TRY_OK(areas(object, path, offer));
  TRY_OK(languages(object, path, offer));
  TRY_OK(ages(object, path, offer));
  TRY_OK(schedules(object, path, offer));
  drop_rest(object, path, kServiceFields);
  if (offer.purpose == 0) {
    return invalid("`" + path +
                   "`: no code says what it is for; give it the attribute `purpose:…` of the "
                   "taxonomy safeconduct, or write it into a file for --codes");
  }
  return offer;
}

using Codes = std::map<std::string, std::vector<std::string>>;

Result<Codes> read_codes(std::string_view text) {
  Codes out;
  if (text.empty()) return out;
  TRY(object, document::parse_strict(text, kHsdsBytesMax, 3));
  if (!object.is_object()) return invalid("the codes are no JSON object");
  for (const auto& [id, list] : object.items()) {
    if (!list.is_array()) return invalid("the codes of a service must be a list of texts");
    for (const json& code : list) {
      if (!code.is_string()) return invalid("the codes of a service must be a list of texts");
      out[id].push_back(code.get<std::string>());
    }
  }
  return out;
}

struct Found {
  json object;
  std::string path;
};

// The services of a document, whichever of its forms it has.
Result<std::vector<Found>> services_in(const json& document, Reading& reading) {
  std::vector<Found> out;
  if (!document.is_object()) return invalid("an HSDS document is one JSON object");
  if (document.contains("contents")) {
    TRY(pages, list_of(document, "", "contents"));
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const std::string path = item("", "contents", i);
      if (pages[i].contains("services")) {
        TRY(inner, list_of(pages[i], path, "services"));
        reading.drop_rest(pages[i], path, kOrganizationFields);
        for (std::size_t j = 0; j < inner.size(); ++j) {
          out.push_back({inner[j], item(path, "services", j)});
        }
      } else {
        out.push_back({pages[i], path});
      }
    }
  } else if (document.contains("services")) {
    TRY(inner, list_of(document, "", "services"));
    reading.drop_rest(document, "", kOrganizationFields);
    for (std::size_t j = 0; j < inner.size(); ++j)
      out.push_back({inner[j], item("", "services", j)});
  } else {
    out.push_back({document, "service"});
  }
  return out;
}

}  // namespace

Result<Import> read_hsds(std::string_view text, std::string_view codes_text) {
  TRY(document, document::parse_strict(text, kHsdsBytesMax, kNestingMax));
  TRY(codes, read_codes(codes_text));
  std::vector<std::string> places;
  collect_places(document, false, places);
  Reading reading(std::move(places));
  TRY(found, services_in(document, reading));
  Import out;
  for (const Found& one : found) {
    TRY(id, document::optional_text(one.object, one.path, "id"));
    TRY(name, document::optional_text(one.object, one.path, "name"));
    TRY(status, document::optional_text(one.object, one.path, "status"));
    if (id.empty() || name.empty() || status.empty()) {
      return invalid("`" + one.path + "` is no service of HSDS 3: it lacks its id, name or status");
    }
    if (status != "active") {
      reading.drop(general(one.path), "not active");
      continue;
    }
    std::vector<std::string> its_codes = codes["*"];
    const auto& more = codes[id];
    its_codes.insert(its_codes.end(), more.begin(), more.end());
    TRY(offer, reading.service(one.object, one.path, its_codes));
    out.offers.push_back(std::move(offer));
  }
  if (out.offers.size() > wire::kOffersMax) {
    return invalid("the document has more than 32 services; announce those that referrals go to");
  }
  out.dropped = reading.report();
  return out;
}

}  // namespace safeconduct::services
