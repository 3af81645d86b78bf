// Real FHIR R4 resources (the Gravity SDOH examples) through `safeconduct refer --fhir`: what
// arrives holds no name, narrative or attachment but where its slot may carry it, and nothing that
// was allowed is lost.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

namespace fs = std::filesystem;

// Every string under a key that only people read, and every attachment.
void collect(const Json& at, const std::string& key, std::vector<std::string>& out) {
  static const std::vector<std::string> kForPeople = {"display", "div",  "text",
                                                      "data",    "note", "family"};
  if (at.is_string()) {
    const bool for_people =
        std::find(kForPeople.begin(), kForPeople.end(), key) != kForPeople.end();
    const std::string text = at.get<std::string>();
    if (for_people && text.size() >= 6) out.push_back(text);
    return;
  }
  if (at.is_object()) {
    for (const auto& [name, value] : at.items()) collect(value, name, out);
  } else if (at.is_array()) {
    for (const Json& value : at) collect(value, key, out);
  }
}

std::vector<std::string> texts_for_people(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    collect(Json::parse(rig::read_text(entry.path().string())), "", out);
  }
  return out;
}

}  // namespace

TEST_CASE("Every Gravity referral arrives without what only people read") {
  const std::string folder = std::string(SAFECONDUCT_SHARED) + "/vectors/domain/gravity-sdohcc";
  if (!fs::exists(folder)) {
    WARN("no published FHIR examples at " << folder << "; this test needs them");
    return;
  }
  Scene scene;
  scene.start({"bridge", "stmary"});
  const Json categories = {{"needs", "full"},        {"identity", "full"}, {"contact", "full"},
                           {"demographics", "full"}, {"health", "full"},   {"location", "full"}};
  const Json recorded = scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000",
                                            consent_for("health_care", "stmary", categories));
  const std::string consent = recorded.at("consent");
  const Ran ran = run(
      "safeconduct",
      {"refer", "--agent", scene["bridge"].folder(), "--fhir", folder, "--to", "stmary", "--as",
       "ngo_case", "--role", "health", "--purpose", "health_care", "--consent", consent, "--json"},
      scene.folder() + "/refer-output");
  INFO(ran.output);
  REQUIRE(ran.exit == 0);
  const Json sent = Json::parse(ran.output);
  REQUIRE(sent.at("referrals").size() >= 1);
  for (const Json& referral : sent["referrals"]) {
    (void)scene["bridge"].wait_for_state(referral.at("message"), {"received"});
  }
  const Json inbox = scene["stmary"].ask("GET", "/v1/inbox");
  CHECK(inbox.size() == sent["referrals"].size());
  std::string arrived;
  bool has_birthdate = false;
  for (const Json& item : inbox) {
    const Json whole =
        scene["stmary"].ask("GET", "/v1/inbox/" + item.at("message").get<std::string>());
    const Json& content = whole.at("content");
    if (content.contains("demographics")) {
      has_birthdate = has_birthdate || content["demographics"]["value"].contains("birthdate");
    }
    Json without_identity = content;
    without_identity.erase("identity");  // health care may know the name
    arrived += without_identity.dump() + "\n";
  }
  CHECK(has_birthdate);
  for (const std::string& text : texts_for_people(folder)) {
    INFO(text.substr(0, 60));
    CHECK(arrived.find(Json(text).dump().substr(1, text.size() - 1)) == std::string::npos);
  }
}
