#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "agents/services/codes.h"
#include "agents/services/hsds.h"
#include "policies/vocabulary.h"

using namespace safeconduct;
using namespace safeconduct::services;
using nlohmann::json;

namespace {

json attribute(const std::string& code) {
  return {{"id", "1"}, {"taxonomy_term", {{"taxonomy", "safeconduct"}, {"code", code}}}};
}

json bed() {
  return {{"id", "s1"},
          {"name", "Harbour Night House"},
          {"status", "active"},
          {"minimum_age", 18},
          {"maximum_age", 65},
          {"languages", {{{"code", "ro"}}, {{"code", "EN"}}, {{"code", "ro-MD"}}}},
          {"schedules",
           {{{"freq", "WEEKLY"},
             {"byday", "MO,TU,WE,TH,FR"},
             {"opens_at", "10:00:00"},
             {"closes_at", "18:00:00"}}}},
          {"service_areas", {{{"name", "North Quay"}}}},
          {"attributes",
           {attribute("purpose:safe_accommodation"), attribute("gives:bed"), attribute("for:women"),
            attribute("for:children"), attribute("accessibility:wheelchair")}}};
}

Import read(const json& document, const std::string& codes = "") {
  const auto import = read_hsds(document.dump(), codes);
  INFO((import ? "" : import.error().message));
  REQUIRE(import);
  return *import;
}

std::string complaint(const json& document, const std::string& codes = "") {
  const auto import = read_hsds(document.dump(), codes);
  REQUIRE_FALSE(import);
  CHECK(import.error().code == ErrorCode::kInvalid);
  return import.error().message;
}

bool says(const std::string& text, const std::string& piece) {
  INFO(text);
  return text.find(piece) != std::string::npos;
}

const Dropped* dropped_at(const Import& import, const std::string& path) {
  for (const Dropped& one : import.dropped) {
    if (one.path == path) return &one;
  }
  return nullptr;
}

std::string published(const std::string& name) {
  const std::string path = std::string(SAFECONDUCT_SHARED) + "/vectors/domain/hsds-3/" + name;
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Every text of a document.
void texts_of(const json& at, std::set<std::string>& out) {
  if (at.is_string()) out.insert(at.get<std::string>());
  if (at.is_object() || at.is_array()) {
    for (const json& one : at) texts_of(one, out);
  }
}

const std::string kCodes = R"({"*": ["purpose:mental_health", "gives:counselling"]})";

}  // namespace

TEST_CASE("A service becomes codes: what for, for whom, when, in which languages") {
  const wire::ServiceOffer offer = read(bed()).offers.at(0);
  CHECK(offer.purpose == static_cast<std::uint8_t>(policies::Purpose::kSafeAccommodation));
  CHECK(gives_words(offer.gives) == std::vector<std::string_view>{"bed"});
  CHECK(for_words(offer.for_whom) == std::vector<std::string_view>{"women", "children"});
  CHECK(accessibility_words(offer.accessibility) == std::vector<std::string_view>{"wheelchair"});
  CHECK(offer.languages == std::vector<std::string>{"en", "ro"});
  CHECK(offer.age_from == 18);
  CHECK(offer.age_to == 65);
  CHECK(offer.district == "north-quay");
  CHECK(hours_words(offer.hours) == "Mon-Fri 10:00-18:00");
}

TEST_CASE("The published examples of HSDS 3 are read in each of their forms") {
  if (published("service_full.json").empty()) {
    WARN("no published HSDS examples; this test needs them");
    return;
  }
  for (const char* name : {"organization_full.json", "service_full.json", "service_list.json"}) {
    INFO(name);
    const auto import = read_hsds(published(name), kCodes);
    INFO((import ? "" : import.error().message));
    REQUIRE(import);
    REQUIRE(import->offers.size() == 1);
    const wire::ServiceOffer& offer = import->offers[0];
    CHECK(offer.age_from == 12);
    CHECK(offer.district.empty());
    const bool whole = std::string(name) != "service_list.json";
    CHECK(hours_words(offer.hours) == (whole ? "Thu-Fri 10:00-18:00" : ""));
    CHECK(offer.languages == (whole ? std::vector<std::string>{"ur"} : std::vector<std::string>{}));
  }
}

TEST_CASE("Nothing of a published example but its codes is in the announcement") {
  const std::string text = published("organization_full.json");
  if (text.empty()) return;
  const auto import = read_hsds(text, kCodes);
  REQUIRE(import);
  wire::ServiceProfileRecord record;
  record.by = AgencyId::parse("haven").value();
  record.offers = import->offers;
  const Bytes bytes = wire::encode(record);
  const std::string announced(bytes.begin(), bytes.end());
  std::set<std::string> texts;
  texts_of(json::parse(text), texts);
  std::size_t looked_for = 0;
  for (const std::string& one : texts) {
    if (one.size() < 4) continue;  // codes: ur, TH
    looked_for += 1;
    INFO(one);
    CHECK(announced.find(one) == std::string::npos);
  }
  CHECK(looked_for > 50);
  for (const char* path : {"locations", "contacts", "phones", "services[].phones",
                           "services[].description", "services[].service_at_locations"}) {
    INFO(path);
    CHECK(dropped_at(*import, path) != nullptr);
  }
}

TEST_CASE("An address never becomes a district, however it is disguised") {
  json service = bed();
  for (const char* name : {"12 Main Street", "Flat B, North Quay", "AB1 2CD", "a b c d e",
                           "The service is available to all residents of the area",
                           "51.5074, -0.1278", "x@example.org", "-", "+40 721 000 000"}) {
    INFO(name);
    service["service_areas"] = json::array({{{"name", name}}});
    const Import import = read(service);
    CHECK(import.offers[0].district.empty());
    CHECK(dropped_at(import, "service[].name") == nullptr);
    CHECK(dropped_at(import, "service.service_areas[].name") != nullptr);
  }
  // A plain name, but the street that stands in the same document.
  service["service_areas"] = json::array({{{"name", "Quay Lane"}}});
  service["service_at_locations"] = {
      {{"location", {{"addresses", {{{"address_1", "14 Quay Lane"}, {"city", "Tomis"}}}}}}}};
  CHECK(read(service).offers[0].district.empty());
  service["service_areas"] = json::array({{{"name", "Tomis"}}});
  CHECK(read(service).offers[0].district == "tomis");
  // The name of the house itself.
  service["service_at_locations"] = {
      {{"location", {{"name", "Harbour House"}, {"location_type", "physical"}}}}};
  service["service_areas"] = json::array({{{"name", "Harbour House"}}});
  CHECK(read(service).offers[0].district.empty());
}

TEST_CASE("Unknown fields are dropped and reported without their names or values") {
  json service = bed();
  service["shelter_street"] = "14 Quay Lane";
  service["another"] = 1;
  service["languages"][0]["secret"] = "x";
  const Import import = read(service);
  const Dropped* unknown = dropped_at(import, "service.?");
  REQUIRE(unknown != nullptr);
  CHECK(unknown->count == 2);
  CHECK(dropped_at(import, "service.languages[].?") != nullptr);
  for (const Dropped& one : import.dropped) {
    CHECK(one.path.find("street") == std::string::npos);
    CHECK_FALSE(one.why.empty());
  }
}

TEST_CASE("What is wrong is told with its place and what to write instead") {
  const auto with = [](const char* key, const json& value) {
    json service = bed();
    service[key] = value;
    return complaint(service);
  };
  CHECK(says(with("minimum_age", "old"), "`service.minimum_age` must be a number of years"));
  CHECK(says(with("minimum_age", 121), "0 to 120"));
  CHECK(says(with("minimum_age", 70), "above maximum_age"));
  CHECK(says(with("languages", json::array({{{"code", "zz9"}}})), "languages[0].code"));
  CHECK(says(with("languages", "ro"), "must be a list"));
  CHECK(says(with("schedules", json::array({{{"freq", "WEEKLY"}, {"byday", "XX"}}})), "byday"));
  CHECK(says(with("schedules", json::array({{{"freq", "WEEKLY"}, {"opens_at", "25:00"}}})),
             "opens_at"));
  CHECK(says(with("status", nullptr), "status"));
  CHECK(says(with("attributes", json::array({attribute("gives:bd")})), "did you mean `bed`"));
  CHECK(says(with("attributes", json::array({attribute("colour:red")})), "attributes[0]"));
  CHECK(says(with("attributes", json::array()), "--codes"));
  CHECK(says(with("attributes", json::array({attribute("district:14 Quay Lane")})),
             "never an address"));
  CHECK(says(complaint(json::array()), "one JSON object"));
  CHECK_FALSE(read_hsds("{", ""));
  CHECK_FALSE(read_hsds(bed().dump(), "[]"));
  CHECK(says(complaint({{"services", json::array({1})}}), "must hold objects"));
}

TEST_CASE("A service that is not active is left out and reported; more than 32 are refused") {
  json organization = {{"id", "o"}, {"name", "O"}, {"services", json::array()}};
  json closed = bed();
  closed["status"] = "defunct";
  organization["services"] = {bed(), closed};
  const Import import = read(organization);
  CHECK(import.offers.size() == 1);
  CHECK(dropped_at(import, "services[]")->why == "not active");
  for (int i = 0; i < 32; ++i) organization["services"].push_back(bed());
  CHECK(says(complaint(organization), "more than 32"));
}

TEST_CASE("Codes beside the document reach the service that they name, and all by *") {
  json service = bed();
  service.erase("attributes");
  const wire::ServiceOffer offer =
      read(service, R"({"s1": ["purpose:legal_advice"], "*": ["district:south"], "s2": ["x:y"]})")
          .offers[0];
  CHECK(offer.purpose == static_cast<std::uint8_t>(policies::Purpose::kLegalAdvice));
  CHECK(offer.district == "south");
}
