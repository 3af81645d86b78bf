// Whole processes: a person's referral from an NGO to a shelter, asked of the agents as people do.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

const Json kShared = {{"needs", "full"},
                      {"identity", "full"},
                      {"risk", "full"},
                      {"demographics", "full"},
                      {"narrative", "full"}};

std::string record(Scene& scene, const Json& consent) {
  const Json recorded = scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000", consent);
  REQUIRE(recorded.at("state") == "recorded");
  return recorded.at("consent");
}

}  // namespace

TEST_CASE("The shelter's inbox holds what policy and consent allow, the sender learns the rest") {
  Scene scene;
  scene.start({"bridge", "haven"});
  const std::string consent = record(scene, consent_for("safe_accommodation", "haven", kShared));
  const Json taken =
      scene["bridge"].ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"));
  const std::string message = taken.at("message");
  const Json fate = scene["bridge"].wait_for_state(message, {"received", "refused", "rejected"});
  CHECK(fate.at("state") == "received");
  CHECK(fate.at("kept").at("identity") == "full");
  CHECK(fate.at("kept").at("demographics") == "generalised");
  CHECK_FALSE(fate.at("kept").contains("narrative"));
  CHECK(fate.at("outcome").at("narrative").at("level") == "withheld");

  const Json inbox = scene["haven"].ask("GET", "/v1/inbox");
  REQUIRE(inbox.size() == 1);
  const Json item = scene["haven"].ask("GET", "/v1/inbox/" + message);
  const Json& content = item.at("content");
  CHECK(content.at("identity").at("value").at("first_name") == "Ilinca");
  CHECK(content.at("demographics").dump().find("2001") == std::string::npos);
  CHECK(content.at("demographics").dump().find("18-24") == std::string::npos);  // 25 by now
  CHECK_FALSE(content.contains("narrative"));
  // No reason and no scope reaches the recipient (DOMAIN §5, 15).
  CHECK(item.dump().find("withheld") == std::string::npos);
  CHECK(item.dump().find("consent") == std::string::npos);
}

TEST_CASE("A recipient that was away finds its mail when it returns") {
  Scene scene;
  scene.start({"bridge", "haven"});
  scene["haven"].stop();
  const std::string consent = record(scene, consent_for("safe_accommodation", "haven", kShared));
  const Json taken =
      scene["bridge"].ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"));
  (void)scene["bridge"].wait_for_state(taken.at("message"), {"submitted"});
  scene.start({"haven"});
  (void)scene["bridge"].wait_for_state(taken.at("message"), {"received"});
  CHECK(scene["haven"].ask("GET", "/v1/inbox").size() == 1);
}

TEST_CASE("A consent that is taken back stops what waits and what was given") {
  Scene scene;
  scene.start({"bridge", "haven"});
  const std::string consent = record(scene, consent_for("safe_accommodation", "haven", kShared));
  const std::string given = scene["bridge"]
                                .ask("POST", "/v1/referrals", shelter_referral(consent, "First"))
                                .at("message");
  (void)scene["bridge"].wait_for_state(given, {"received"});
  scene["haven"].stop();
  const std::string waiting = scene["bridge"]
                                  .ask("POST", "/v1/referrals", shelter_referral(consent, "Second"))
                                  .at("message");
  (void)scene["bridge"].wait_for_state(waiting, {"submitted"});

  (void)scene["bridge"].ask("POST", "/v1/consents/" + consent + "/withdraw", Json::object());
  (void)scene["bridge"].wait_for_state(waiting, {"withdrawn"});
  scene.start({"haven"});
  Json inbox;
  for (int i = 0; i < 100; ++i) {
    inbox = scene["haven"].ask("GET", "/v1/inbox");
    if (inbox.size() == 1 && inbox[0].value("stopped", false)) break;
    (void)rig::wait_for_file(scene.folder() + "/no-such-file", milliseconds(50));
  }
  REQUIRE(inbox.size() == 1);
  CHECK(inbox[0].at("message") == given);
  CHECK(inbox[0].at("stopped") == true);
  const Json item = scene["haven"].ask("GET", "/v1/inbox/" + given);
  CHECK(item.dump().find("First") == std::string::npos);
}

TEST_CASE("A category that is taken back disappears from the inbox, the rest stays") {
  Scene scene;
  scene.start({"bridge", "haven"});
  const std::string consent = record(scene, consent_for("safe_accommodation", "haven", kShared));
  const std::string message = scene["bridge"]
                                  .ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"))
                                  .at("message");
  (void)scene["bridge"].wait_for_state(message, {"received"});
  (void)scene["bridge"].ask("POST", "/v1/consents/" + consent + "/withdraw",
                            {{"categories", {"risk"}}});
  Json content;
  for (int i = 0; i < 200; ++i) {
    content = scene["haven"].ask("GET", "/v1/inbox/" + message).at("content");
    if (!content.contains("risk")) break;
    (void)rig::wait_for_file(scene.folder() + "/no-such-file", milliseconds(50));
  }
  CHECK_FALSE(content.contains("risk"));
  CHECK(content.at("identity").at("value").at("first_name") == "Ilinca");
}

TEST_CASE("The police get nothing that the person did not start") {
  Scene scene;
  scene.start({"bridge", "metro"});
  const std::string consent = record(scene, consent_for("police_report", "metro", kShared));
  Json referral = shelter_referral(consent, "Ilinca");
  referral["to"] = "metro";
  referral["to_role"] = "police";
  referral["purpose"] = "police_report";
  const Json taken = scene["bridge"].ask("POST", "/v1/referrals", referral);
  const Json fate = scene["bridge"].wait_for_state(taken.at("message"), {"refused"});
  CHECK(fate.at("verdict") == "police_firewall");
  CHECK(scene["metro"].ask("GET", "/v1/inbox").empty());
}

namespace {

// Every id of 16 bytes that a reader is shown.
std::set<std::string> ids_in(const std::string& text) {
  static const std::regex kId("[0-9a-f]{32}");
  return {std::sregex_token_iterator(text.begin(), text.end(), kId), std::sregex_token_iterator()};
}

std::string shown_at(Scene& scene, const std::string& agency) {
  std::string out;
  for (int tries = 0; tries < 200; ++tries) {
    const Json list = scene[agency].try_ask("GET", "/v1/inbox");
    if (list.is_array() && !list.empty()) {
      out = list.dump();
      out +=
          scene[agency].ask("GET", "/v1/inbox/" + list[0].at("message").get<std::string>()).dump();
      break;
    }
    ::usleep(50'000);
  }
  return out;
}

}  // namespace

TEST_CASE("B10 Two agencies that compare what they were sent of one person find no common code") {
  Scene scene;
  scene.start({"bridge", "haven", "stmary"});
  Json consent = consent_for("safe_accommodation", "haven", {{"needs", "full"}});
  consent["scopes"].push_back({{"purpose", "health_care"},
                               {"recipients", {"stmary"}},
                               {"categories", {{"needs", "full"}}}});
  const std::string given =
      scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000", consent).at("consent");
  Json referral = shelter_referral(given, "Robin");
  (void)scene["bridge"].ask("POST", "/v1/referrals", referral);
  referral["to"] = "stmary";
  referral["to_role"] = "health";
  referral["purpose"] = "health_care";
  (void)scene["bridge"].ask("POST", "/v1/referrals", referral);
  const auto one = ids_in(shown_at(scene, "haven"));
  const auto other = ids_in(shown_at(scene, "stmary"));
  CHECK(one.size() >= 2);
  CHECK(other.size() >= 2);
  CHECK(one.count(given) + other.count(given) == 0);
  for (const std::string& id : one) CHECK(other.count(id) == 0);
}
