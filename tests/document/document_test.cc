#include "agents/document/document.h"

#include <catch2/catch.hpp>

#include "agents/document/fields.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

TEST_CASE("A referral document becomes what it says") {
  const ReferralDocument out = parsed(full_referral());
  CHECK(out.to.text() == "haven");
  CHECK(out.as == Role::kNgoCase);
  CHECK(out.to_role == Role::kShelter);
  CHECK(out.purpose == Purpose::kSafeAccommodation);
  CHECK(out.urgency == Urgency::kTonight);
  CHECK(out.stage == Stage::kRelease);
  CHECK(out.basis == Basis::kConsent);
  CHECK(out.consent->text() == "00112233445566778899aabbccddeeff");
  CHECK(out.circumstances == static_cast<std::uint16_t>(Circumstance::kReflection));
  CHECK(out.hop() == 1);
  CHECK(out.filled() == kAllCategories);
  CHECK(out.content[index_of(Category::kRisk)].starts_with(R"({"danger_level":"high")"));
}

TEST_CASE("A document reads back from its own canonical form") {
  for (const json& source : {full_referral(), small_referral()}) {
    const ReferralDocument first = parsed(source);
    const auto second = parse_document(to_json(first));
    REQUIRE(second);
    CHECK(*second == first);
    CHECK(to_json(*second) == to_json(first));
  }
}

TEST_CASE("The start of a reflection period is a time") {
  json source = small_referral();
  source["reflection_since"] = "2026-11-01T00:00:00Z";
  const ReferralDocument out = parsed(source);
  CHECK(to_rfc3339(*out.reflection_since).starts_with("2026-11-01T00:00:00"));
  CHECK(*parse_document(to_json(out)) == out);
  source["reflection_since"] = "november";
  const auto refused = parse_document(source.dump());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "`reflection_since` must be a time (RFC 3339)");
}

TEST_CASE("A prior message makes it the second hop, where a consent may be left out") {
  json source = small_referral();
  source["prior"] = "ffeeddccbbaa99887766554433221100";
  source.erase("consent");
  CHECK(parsed(source).hop() == 2);
  source.erase("prior");
  CHECK_THAT(refusal(source), Catch::Contains("`consent` is missing"));
}

TEST_CASE("A mistyped word is refused with its path and the nearest word") {
  json source = full_referral();
  source["content"]["needs"]["accessibility"] = {"wheelchiar"};
  CHECK(refusal(source) ==
        "`content.needs.accessibility[0]` has a word that is not in its list; "
        "did you mean `wheelchair`?");
  source = full_referral();
  source["content"]["needs"]["langauge"] = "ro";
  CHECK(refusal(source) == "`content.needs` has an unknown field; did you mean `language`?");
  source = full_referral();
  source["purpose"] = "safe_acommodation";
  CHECK_THAT(refusal(source), Catch::Contains("did you mean `safe_accommodation`?"));
  source = full_referral();
  source["contents"] = json::object();
  CHECK_THAT(refusal(source), Catch::Contains("did you mean `content`?"));
}

TEST_CASE("What is wrong is named, what was written is not repeated") {
  const std::vector<std::pair<json::json_pointer, json>> mistakes = {
      {json::json_pointer("/content/needs/Maria Kovacs"), true},
      {json::json_pointer("/Maria Kovacs"), true},
      {json::json_pointer("/content/demographics/birthdate"), "17 May Kovacs"},
      {json::json_pointer("/content/demographics/citizenship"), "Kovacsland"},
      {json::json_pointer("/content/needs/language"), "Kovacs-ish"},
      {json::json_pointer("/content/health/pregnant"), "Kovacs"},
      {json::json_pointer("/content/location/district"), "12 Kovacs Street 304"},
      {json::json_pointer("/content/identity/first_name"), "Kovacs\u0001"},
      {json::json_pointer("/to"), "Kovacs & Co"},
      {json::json_pointer("/consent"), "Kovacs"},
      {json::json_pointer("/content_end"), "Kovacs"},
      {json::json_pointer("/circumstances"), {"Kovacs"}},
      {json::json_pointer("/safeconduct"), "Kovacs"},
  };
  for (const auto& [where, value] : mistakes) {
    json source = full_referral();
    source[where] = value;
    const std::string message = refusal(source);
    INFO(where.to_string() << ": " << message);
    CHECK(message.find("Kovacs") == std::string::npos);
  }
  const auto broken = parse_document("{\"to\": \"haven\",\n \"Kovacs\" }");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message == "is not JSON (line 2, column 11)");
}

TEST_CASE("A wrong type, an empty value and a value out of bounds are refused") {
  const std::vector<std::pair<json::json_pointer, json>> mistakes = {
      {json::json_pointer("/content/needs/interpreter_needed"), "yes"},
      {json::json_pointer("/content/needs/dependants_count"), 31},
      {json::json_pointer("/content/needs/dependants_count"), -1},
      {json::json_pointer("/content/needs/dependants_count"), 1.5},
      {json::json_pointer("/content/needs/dependants_count"), 18446744073709551615ULL},
      {json::json_pointer("/content/needs/accessibility"), json::array()},
      {json::json_pointer("/content/identity/first_name"), ""},
      {json::json_pointer("/content/identity/first_name"), std::string(kTextBytesMax + 1, 'a')},
      {json::json_pointer("/content/identity/first_name"), nullptr},
      {json::json_pointer("/content/family/children"), {json::object()}},
      {json::json_pointer("/content/family/children/0/age"), "five"},
      {json::json_pointer("/content/legal/hearings"), {"tomorrow"}},
      {json::json_pointer("/content/needs"), json::array()},
      {json::json_pointer("/content"), "none"},
      {json::json_pointer("/as"), 4},
  };
  for (const auto& [where, value] : mistakes) {
    json source = full_referral();
    source[where] = value;
    CHECK(!refusal(source).empty());
  }
}

TEST_CASE("A key that comes twice, deep nesting and a huge document are refused") {
  CHECK_FALSE(parse_document(R"({"to":"haven","to":"metro"})"));
  const std::string deep = std::string(4000, '[') + std::string(4000, ']');
  CHECK_FALSE(parse_document(R"({"content":)" + deep + "}"));
  CHECK_FALSE(parse_document(std::string(kDocumentBytesMax + 1, ' ')));
  CHECK_FALSE(parse_document("[]"));
  CHECK_FALSE(parse_document(""));
  CHECK_FALSE(parse_document("{\"to\":\"\xff\xfe\"}"));
}

TEST_CASE("A ground other than consent names no consent") {
  json source = small_referral();
  source["basis"] = "break_glass";
  CHECK_THAT(refusal(source), Catch::Contains("goes with the basis `consent` only"));
  source.erase("consent");
  CHECK(parsed(source).basis == Basis::kBreakGlass);
}

TEST_CASE("A category without any field counts as not recorded") {
  json source = small_referral();
  source["content"]["health"] = json::object();
  CHECK(parsed(source).filled() == 0);
}
