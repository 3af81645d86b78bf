#include "agents/document/consent_document.h"

#include <catch2/catch.hpp>

#include "policies/vocabulary.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const Instant kNow = instant("2026-11-24T10:00:00Z");

json consent() {
  return json::parse(R"({
    "safeconduct": "consent/1", "grantor": "self", "form": "witnessed_oral", "language": "ro",
    "rights_told": true, "refusal_costs_nothing_told": true, "capacity": "yes",
    "evidence": "folder 12",
    "scopes": [{"purpose": "safe_accommodation", "recipients": ["haven", "bridge"],
      "categories": {"needs": "full", "identity": "full", "health": "gen"},
      "person_initiated": true}],
    "never": {"categories": ["sud"], "agencies": ["metro"]},
    "onward": {"allowed": true, "purposes": ["health_care"], "depth": 2}
  })");
}

ConsentDocument accepted(const json& document) {
  auto out = parse_consent(document.dump(), kNow);
  if (!out) FAIL(out.error().message);
  return *out;
}

std::string refused(const json& document) {
  const auto out = parse_consent(document.dump(), kNow);
  if (out) FAIL("the consent was accepted");
  return out.error().message;
}

}  // namespace

TEST_CASE("A consent becomes its codes") {
  const ConsentDocument out = accepted(consent());
  CHECK(out.given == kNow);
  CHECK(out.expires == kNow + days(30));
  REQUIRE(out.scopes.size() == 1);
  const wire::ConsentScope& scope = out.scopes[0];
  CHECK(scope.purpose == static_cast<std::uint8_t>(Purpose::kSafeAccommodation));
  REQUIRE(scope.recipients.size() == 2);
  CHECK(scope.recipients[0].text() == "bridge");
  CHECK(scope.full == (bit(Category::kNeeds) | bit(Category::kIdentity)));
  CHECK(scope.generalised == bit(Category::kHealth));
  CHECK(scope.named == (scope.full | scope.generalised));
  CHECK(scope.person_initiated);
  CHECK(out.never_categories == bit(Category::kSud));
  CHECK(out.onward_depth == 2);
  CHECK(out.medium == ConsentMedium::kWitnessedOral);
  CHECK(out.evidence == "folder 12");
}

TEST_CASE("A consent's codes pass the wire and hold no evidence") {
  wire::ConsentRecord record = record_of(accepted(consent()));
  record.id.bytes[0] = 1;
  record.recorded_by = AgencyId::parse("bridge").value();
  const auto back = wire::decode_consent(wire::encode(record));
  REQUIRE(back);
  CHECK(*back == record);
  CHECK(text_of(wire::encode(record)).find("folder") == std::string_view::npos);
}

TEST_CASE("A blanket tick names nothing by itself") {
  json source = consent();
  source["scopes"][0]["categories"] = "everything";
  CHECK(accepted(source).scopes[0].full == kAllCategories);
  CHECK(accepted(source).scopes[0].named == 0);
  source["scopes"][0]["named"] = {"health"};
  CHECK(accepted(source).scopes[0].named == bit(Category::kHealth));
}

TEST_CASE("A consent that is none is refused in words") {
  const std::vector<std::tuple<json::json_pointer, json, std::string>> cases = {
      {json::json_pointer("/capacity"), "doubtful", "doubtful capacity"},
      {json::json_pointer("/rights_told"), false, "told their rights"},
      {json::json_pointer("/refusal_costs_nothing_told"), false, "refusing costs them nothing"},
      {json::json_pointer("/expires"), "2027-03-01T00:00:00Z", "more than 90 days"},
      {json::json_pointer("/expires"), "2026-11-24T09:00:00Z", "must be after"},
      {json::json_pointer("/given"), "2026-11-25T09:00:00Z", "in the future"},
      {json::json_pointer("/scopes"), json::array(), "must list 1 to"},
      {json::json_pointer("/scopes/0/recipients"), json::array(), "names who may learn"},
      {json::json_pointer("/scopes/0/categories"), json::object(), "grants nothing"},
      {json::json_pointer("/scopes/0/categories/heath"), "full", "did you mean `health`?"},
      {json::json_pointer("/scopes/0/categories/health"), "ful", "did you mean `full`?"},
      {json::json_pointer("/scopes/0/named"), {"sud"}, "does not grant"},
      {json::json_pointer("/scopes/0/purpose"), "health", "`scopes[0].purpose`"},
      {json::json_pointer("/onward/depth"), 3, "`onward.depth`"},
      {json::json_pointer("/onward/purposes"), json::array(), "`onward` must be"},
      {json::json_pointer("/grantor"), "husband", "`grantor`"},
      {json::json_pointer("/nevre"), json::object(), "did you mean `never`?"},
  };
  for (const auto& [where, value, part] : cases) {
    json source = consent();
    source[where] = value;
    INFO(where.to_string());
    CHECK_THAT(refused(source), Catch::Contains(part));
  }
  for (const char* key : {"rights_told", "refusal_costs_nothing_told", "capacity", "grantor"}) {
    json source = consent();
    source.erase(key);
    CHECK(!refused(source).empty());
  }
}

TEST_CASE("One purpose has one scope, and scopes are in the order of their purposes") {
  json source = consent();
  json second = source["scopes"][0];
  source["scopes"].push_back(second);
  CHECK_THAT(refused(source), Catch::Contains("comes twice"));
  second["purpose"] = "emergency_rescue";
  source["scopes"][1] = second;
  CHECK(accepted(source).scopes[0].purpose == static_cast<std::uint8_t>(Purpose::kEmergencyRescue));
}
