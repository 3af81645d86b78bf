// The directory of services through real agents and a real broker: told in codes, found at home.
#include <catch2/catch.hpp>

#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

const char* kWait = "?wait_ms=10000";

void announce_bed(Scene& scene) {
  const std::string hsds =
      rig::read_text(std::string(SAFECONDUCT_SOURCE) + "/examples/case-worker/services.json");
  rig::Agent& haven = scene["haven"];
  const Json imported = haven.ask("POST", "/v1/services/import", {{"hsds", hsds}});
  REQUIRE(imported.at("offers").size() == 1);
  REQUIRE(haven.ask("POST", std::string("/v1/services/announce") + kWait).at("state") ==
          "recorded");
}

Json tell_room(Scene& scene, const std::string& open, int places) {
  return scene["haven"].ask(
      "POST", std::string("/v1/services/capacity") + kWait,
      {{"purpose", "safe_accommodation"}, {"open", open}, {"places", places}});
}

// Searches until the answer has `size` hits, for a while.
Json found(Scene& scene, const Json& need, std::size_t size) {
  Json hits;
  for (int tries = 0; tries < 100; ++tries) {
    hits = scene["bridge"].ask("POST", "/v1/services/search", need);
    if (hits.size() == size) return hits;
    ::usleep(100'000);
  }
  return hits;
}

std::string record_consent(Scene& scene, bool excludes_haven) {
  Json document = consent_for("safe_accommodation", "haven", {{"needs", "full"}});
  if (excludes_haven) document["never"] = {{"agencies", {"haven"}}};
  return scene["bridge"].ask("POST", std::string("/v1/consents") + kWait, document).at("consent");
}

}  // namespace

TEST_CASE("What a shelter offers is found by the others, with the room it has now") {
  Scene scene;
  scene.start({"bridge", "haven"});
  const Json need = {{"gives", {"bed"}}, {"gender", "woman"}, {"children", true}, {"age", 30}};
  CHECK(scene["bridge"].ask("POST", "/v1/services/search", need).empty());
  announce_bed(scene);
  Json hits = found(scene, need, 1);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].at("agency") == "haven");
  CHECK(hits[0].at("room") == "unknown");
  CHECK(hits[0].at("district") == "north-quay");
  CHECK(hits[0].at("languages") == Json::array({"en", "ro"}));
  REQUIRE(tell_room(scene, "full", 0).at("state") == "recorded");
  const Json now = {{"gives", {"bed"}}, {"now", true}};
  CHECK(found(scene, now, 0).empty());
  REQUIRE(tell_room(scene, "open", 3).at("state") == "recorded");
  hits = found(scene, now, 1);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].at("places") == 3);
  // Nothing for people and no place came along.
  const std::string told = scene["bridge"].ask("GET", "/v1/services/haven").dump();
  for (const char* word : {"Haven House", "555", "women and their children", "b0d3a8a4"}) {
    CHECK(told.find(word) == std::string::npos);
  }
  // It outlasts the agent.
  scene["bridge"].kill_now();
  scene["bridge"].start();
  scene["bridge"].wait_until_serving();
  CHECK(found(scene, now, 1).size() == 1);
}

TEST_CASE("Whoever the person excluded is not found, as if there were no such agency") {
  Scene scene;
  scene.start({"bridge", "haven"});
  announce_bed(scene);
  Json need = {{"gives", {"bed"}}};
  REQUIRE(found(scene, need, 1).size() == 1);
  Json nothing_like_it = {{"gives", {"childcare"}}};
  const Json absent = scene["bridge"].ask("POST", "/v1/services/search", nothing_like_it);
  need["consent"] = record_consent(scene, true);
  CHECK(scene["bridge"].ask("POST", "/v1/services/search", need) == absent);
  // Told later, beside the consent: an officer stands for the whole agency.
  need["consent"] = record_consent(scene, false);
  CHECK(scene["bridge"].ask("POST", "/v1/services/search", need).size() == 1);
  (void)scene["bridge"].ask(
      "POST", std::string("/v1/exclusions") + kWait,
      {{"consent", need["consent"]},
       {"excluded", {{{"kind", "officer"}, {"agency", "haven"}, {"name", "somebody"}}}}});
  CHECK(scene["bridge"].ask("POST", "/v1/services/search", need) == absent);
}

TEST_CASE("A suspended agency is not found; an unmet need is counted without a person") {
  Scene scene;
  scene.start({"bridge", "haven"});
  announce_bed(scene);
  const Json need = {{"gives", {"bed"}}};
  REQUIRE(found(scene, need, 1).size() == 1);
  scene.network().agency("haven").standing = wire::Standing::kSuspended;
  scene.broker().put_directory();
  CHECK(found(scene, need, 0).empty());
  const Ran ran = run("safeconduct",
                      {"services", "unmet", "--purpose", "safe_accommodation", "--reason",
                       "no_service", "--agent", scene["bridge"].folder()},
                      scene.folder() + "/unmet-output");
  INFO(ran.output);
  CHECK(ran.exit == 0);
  CHECK(ran.output.find("without a person") != std::string::npos);
}
