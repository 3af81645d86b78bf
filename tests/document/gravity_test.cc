// The 58 example resources of the Gravity SDOHCC guide: real forms, a fictional patient. Skipped
// with a warning where the shared vectors are not there.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "agents/document/fhir.h"
#include "agents/document/minimise.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = SAFECONDUCT_SHARED "/vectors/domain/gravity-sdohcc";

std::map<std::string, std::string> files() {
  std::map<std::string, std::string> out;
  if (!fs::is_directory(kFolder)) return out;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    std::ifstream file(entry.path());
    out[entry.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return out;
}

FhirSettings settings() {
  FhirSettings out;
  out.as = Role::kNgoCase;
  out.purpose = Purpose::kSocialBenefits;
  out.route = {AgencyId::parse("benefits").value(), Role::kSocial,
               ConsentId::parse("00112233445566778899aabbccddeeff").value()};
  out.now = instant("2026-11-24T10:00:00Z");
  out.include_closed = true;
  return out;
}

// Every text that must not leave: displays, narratives, descriptions, ids, names of anybody but the
// patient, attachments.
void collect(const json& value, const std::string& key, bool patient, std::set<std::string>& out) {
  static const std::set<std::string> leaky = {"display",       "div",       "text", "description",
                                              "data",          "title",     "id",   "valueString",
                                              "valueMarkdown", "reference", "url",  "linkId",
                                              "definition",    "question"};
  static const std::set<std::string> of_others = {"family",     "name",  "city",
                                                  "postalCode", "value", "birthDate"};
  for (const auto& [name, child] : value.items()) {
    const std::string& here = value.is_array() ? key : name;
    if (child.is_structured()) {
      collect(child, here, patient, out);
    } else if (child.is_string() && child.get<std::string>().size() >= 4 &&
               (leaky.contains(here) || (!patient && of_others.contains(here)))) {
      out.insert(child.get<std::string>());
    }
  }
}

std::string slots_of(const ReferralDocument& document) {
  const auto slots = offer_everything(document, instant("2026-11-24T10:00:00Z"));
  REQUIRE(slots);
  std::string out;
  for (const seal::SlotPlaintext& slot : *slots) out += text_of(slot.text.expose());
  return out;
}

}  // namespace

TEST_CASE("Every Gravity example goes through, and nothing it must not tell comes out") {
  const auto sources = files();
  if (sources.empty()) {
    WARN("no Gravity examples at " << kFolder << "; they are not read here");
    return;
  }
  const auto intake = read_fhir(sources, settings());
  REQUIRE(intake);
  CHECK(intake->inputs.size() == 58);
  for (const FhirInput& input : intake->inputs) {
    INFO(input.name << ": " << input.problem);
    CHECK(input.use != FhirUse::kRefused);
  }
  REQUIRE(intake->referrals.size() == 5);

  std::set<std::string> canaries;
  for (const auto& [name, text] : sources) {
    collect(json::parse(text), "", name.starts_with("Patient-"), canaries);
  }
  CHECK(canaries.size() > 400);
  for (const FhirReferral& referral : intake->referrals) {
    const std::string out = slots_of(referral.document);
    for (const std::string& canary : canaries) {
      if (out.find(canary) == std::string::npos) continue;
      FAIL_CHECK(referral.name << " tells `" << canary << "`");
    }
  }
}

TEST_CASE("Nothing that may travel is lost from the Gravity patient") {
  const auto sources = files();
  if (sources.empty()) return;
  const auto intake = read_fhir(sources, settings());
  REQUIRE(intake);
  for (const FhirReferral& referral : intake->referrals) {
    INFO(referral.name);
    const auto value = [&](Category category) {
      return json::parse(referral.document.content[index_of(category)]);
    };
    CHECK(value(Category::kIdentity) == json({{"first_name", "COLIN V."},
                                              {"second_name", "BAXTER"},
                                              {"other_names", {"COLIN V. ABBAS"}}}));
    CHECK(value(Category::kDemographics) ==
          json({{"birthdate", "1987-02-20"}, {"gender", "masculine"}}));
    CHECK(value(Category::kContact) == json({{"home_phone", "555-555-5555"}}));
    CHECK(value(Category::kLocation) ==
          json({{"mailing_street", "183 Mountain View St"},
                {"mailing_city", "Mounds"},
                {"mailing_state", "OK"},
                {"mailing_postal_code", "74048"},
                {"mailing_country", "US"},
                {"other_addresses", {"49 Meadow St, Mounds, OK, 74047, US"}}}));
    CHECK(value(Category::kIdentifiers)["documents"][0]["number"] == "1032702");
    CHECK(value(Category::kNeeds)["service_requested"] == json({"food"}));
    CHECK(referral.document.purpose == Purpose::kSocialBenefits);
  }
}

TEST_CASE("Of the Gravity examples only open referrals are sent unless asked otherwise") {
  const auto sources = files();
  if (sources.empty()) return;
  FhirSettings open = settings();
  open.include_closed = false;
  const auto intake = read_fhir(sources, open);
  REQUIRE(intake);
  CHECK(intake->referrals.size() == 2);
}
