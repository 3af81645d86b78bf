// Nothing that a referral says is readable anywhere at the broker, in any log line, or at rest with
// an agent: unique values in every category, looked for raw, in hex and in base64.
#include <catch2/catch.hpp>
#include <filesystem>

#include "schemas/base/bytes.h"
#include "tests/e2e/canaries.h"
#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

Json every_category() {
  Json all = Json::object();
  for (const char* category :
       {"needs", "identity", "identifiers", "contact", "location", "demographics", "immigration",
        "health", "psych", "sud", "exploitation", "narrative", "legal", "offences", "family",
        "risk", "perpetrator", "financial", "media"}) {
    all[category] = "full";
  }
  return all;
}

}  // namespace

TEST_CASE("No file of the broker, no log and no store of an agent holds a word of a referral") {
  Scene scene("compress = false");
  scene.start({"bridge", "haven"});
  const Json recorded =
      scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000",
                          consent_for("safe_accommodation", "haven", every_category()));
  const Canaries canaries;
  const Json referral = canaries.referral(recorded.at("consent"));
  REQUIRE(canaries.values().size() >= 19);
  const std::string message = scene["bridge"].ask("POST", "/v1/referrals", referral).at("message");
  (void)scene["bridge"].wait_for_state(message, {"received"});
  // Once more, waiting at the broker while the recipient is away.
  scene["haven"].stop();
  const std::string waiting = scene["bridge"].ask("POST", "/v1/referrals", referral).at("message");
  (void)scene["bridge"].wait_for_state(waiting, {"submitted"});

  const Json arrived = scene["bridge"].ask("GET", "/v1/sent/" + message);
  CHECK(arrived.at("state") == "received");
  for (const std::string& folder :
       {scene.broker().folder(), scene["bridge"].folder(), scene["haven"].folder()}) {
    for (const std::string& found : canaries.found_in(folder)) FAIL_CHECK(found);
  }
  // The search would find them: a value in a file of that folder is found in each of its forms.
  for (const std::string& form : canaries.forms(canaries.values().front())) {
    const std::string path = scene.broker().folder() + "/control";
    canaries.write_control(path, form);
    CHECK(canaries.found_in(scene.broker().folder()).size() == 1);
    std::filesystem::remove(path);
  }
}
