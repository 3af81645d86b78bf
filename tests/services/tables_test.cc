// HSDS 3 as tables: joined into the document that is read as ever.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agents/services/hsds.h"
#include "agents/services/hsds_tables.h"
#include "policies/vocabulary.h"

using namespace safeconduct;
using namespace safeconduct::services;
using Tables = std::map<std::string, std::string>;

namespace {

Tables bed() {
  return {{"services",
           "id,name,status,description,minimum_age\r\n"
           "s1,\"Harbour, Night House\",active,\"She said \"\"stay\"\".\nOpen.\",18\r\n"
           "s2,Old House,inactive,,\r\n"},
          {"languages", "id,service_id,code\nl1,s1,ro\nl2,s1,en\nl3,s2,fr\n"},
          {"schedules",
           "id,service_id,freq,byday,opens_at,closes_at\n"
           "c1,s1,WEEKLY,\"MO,TU\",10:00,18:00\n"},
          {"service_areas", "id,service_id,name\na1,s1,North Quay\na2,s1,Mill Lane\n"},
          {"attributes", "id,link_id,taxonomy_term_id\nx1,s1,t1\nx2,s1,t2\n"},
          {"taxonomy_terms",
           "id,code,taxonomy\nt1,purpose:safe_accommodation,safeconduct\n"
           "t2,gives:bed,safeconduct\n"},
          {"phones", "id,service_id,number\np1,s1,555 0100\n"},
          {"service_at_location", "id,service_id,location_id\nz1,s1,o1\n"},
          {"locations", "id,name\no1,Back door\n"},
          {"addresses", "id,location_id,address_1\nd1,o1,14 Mill Lane\n"}};
}

std::string complaint(const Tables& tables) {
  const auto joined = join_tables(tables);
  REQUIRE_FALSE(joined);
  CHECK(joined.error().code == ErrorCode::kInvalid);
  return joined.error().message;
}

}  // namespace

TEST_CASE("Tables of HSDS say what the same document says") {
  const auto joined = join_tables(bed());
  REQUIRE(joined);
  const auto import = read_hsds(*joined, "");
  INFO((import ? "" : import.error().message));
  REQUIRE(import);
  REQUIRE(import->offers.size() == 1);
  const wire::ServiceOffer& offer = import->offers[0];
  CHECK(offer.purpose == static_cast<std::uint8_t>(policies::Purpose::kSafeAccommodation));
  CHECK(offer.languages == std::vector<std::string>{"en", "ro"});
  CHECK(offer.age_from == 18);
  REQUIRE(offer.hours.size() == 1);
  CHECK(int{offer.hours[0].days} == 3);
  CHECK(offer.district == "north-quay");  // and no piece of the address
  const auto dropped = [&](const std::string& path) {
    return std::any_of(import->dropped.begin(), import->dropped.end(),
                       [&](const Dropped& one) { return one.path == path; });
  };
  CHECK(dropped("services[].phones"));
  CHECK(dropped("services[].service_at_locations"));
  CHECK(dropped("services[].description"));
}

TEST_CASE("A table that cannot be read is refused by its name and line") {
  Tables open = bed();
  open["languages"] = "id,service_id,code\nl1,s1,\"ro\n";
  CHECK(complaint(open).find("`languages.csv` line 2") != std::string::npos);
  Tables narrow = bed();
  narrow["schedules"] = "id,service_id\nc1\n";
  CHECK(complaint(narrow).find("`schedules.csv` line 2 has 1 fields") != std::string::npos);
  CHECK(complaint({}).find("services.csv") != std::string::npos);
}

TEST_CASE("The published tables of HSDS are read") {
  const std::string folder = std::string(SAFECONDUCT_SHARED) + "/vectors/domain/hsds-3/csv";
  if (!std::filesystem::exists(folder)) {
    WARN("no published tables here");
    return;
  }
  Tables tables;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    tables[file.path().stem().string()] = text.str();
  }
  const auto joined = join_tables(tables);
  INFO((joined ? "" : joined.error().message));
  REQUIRE(joined);
  const auto import = read_hsds(*joined, R"({"*": ["purpose:mental_health"]})");
  INFO((import ? "" : import.error().message));
  REQUIRE(import);
  REQUIRE(import->offers.size() == 1);
  CHECK(import->offers[0].languages == std::vector<std::string>{"ur"});
  CHECK_FALSE(import->dropped.empty());
}
