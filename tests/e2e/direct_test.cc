// Where the policy keeps content from the broker: whole processes, and slots that go from agent to
// agent over CURVE.
#include <catch2/catch.hpp>
#include <filesystem>

#include "policies/parse.h"
#include "policies/profile.h"
#include "schemas/wire/parts.h"
#include "tests/e2e/scene.h"
#include "tests/rig/client.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

std::string file_text(const std::string& name) {
  return rig::read_text(std::string(SAFECONDUCT_SOURCE) + "/policies/" + name);
}

std::string usa() {
  const auto base = policies::compile_text(file_text("national-referral.policy"), "national");
  const auto profile = policies::parse(file_text("profiles/usa.policy"), "usa");
  REQUIRE(base);
  REQUIRE(profile);
  const auto both = policies::tighten(*base, *profile);
  if (!both) FAIL(both.error().message);
  REQUIRE(both->direct());
  return both->text();
}

const Json kShared = {{"needs", "full"}, {"identity", "full"}, {"risk", "full"}};

std::string consent_at(Scene& scene) {
  const Json recorded = scene["bridge"].ask("POST", "/v1/consents?wait_ms=10000",
                                            consent_for("safe_accommodation", "haven", kShared));
  REQUIRE(recorded.at("state") == "recorded");
  return recorded.at("consent");
}

std::uintmax_t bytes_in(const std::string& folder) {
  std::uintmax_t out = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) out += entry.file_size();
  }
  return out;
}

}  // namespace

TEST_CASE("Under direct transport the recipient has the content and the broker never had it") {
  Scene scene("", usa(), {"haven"});
  scene.start({"bridge", "haven"});
  const std::string consent = consent_at(scene);
  const std::string message = scene["bridge"]
                                  .ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"))
                                  .at("message");
  const Json fate = scene["bridge"].wait_for_state(message, {"received", "refused", "rejected"});
  REQUIRE(fate.at("state") == "received");
  CHECK(fate.at("kept").at("identity") == "full");
  CHECK(fate.at("received") == fate.at("kept"));
  const Json item = scene["haven"].ask("GET", "/v1/inbox/" + message);
  CHECK(item.at("content").at("identity").at("value").at("first_name") == "Ilinca");
  CHECK_FALSE(item.at("content").contains("narrative"));
  CHECK(scene.broker().stop() == 0);
  for (const std::string what : {"verify", "replay"}) {
    const Ran ran =
        run("safeconduct", {"audit", what, scene.broker().store(), "--trust", scene.trust_file()},
            scene.folder() + "/audit-output");
    INFO(ran.output);
    CHECK(ran.exit == 0);
  }
}

TEST_CASE("A submission that carries slots under direct transport is refused and leaves no body") {
  Scene scene("", usa(), {"haven"});
  rig::Client bridge(scene.network(), "bridge", scene.broker().endpoint());
  rig::Client haven(scene.network(), "haven", scene.broker().endpoint());
  bridge.join();
  haven.join();
  wire::ConsentRecord consent =
      full_consent(bridge.agency(), policies::Purpose::kSafeAccommodation, "haven");
  consent.written = true;  // the profile takes no other
  bridge.record_consent(consent);
  rig::Draft draft;
  draft.from = "bridge";
  draft.to = "haven";
  draft.consent = consent.id;
  // Long and unlikely: sealed it would be as long.
  draft.slots = rig::every_slot(std::string(6000, 'x'));
  const std::uintmax_t before = bytes_in(scene.broker().store());
  const rig::Sealed sealed = rig::seal_draft(scene.network(), draft);
  const wire::Decided refused = bridge.submit(sealed);
  CHECK_FALSE(refused.admitted);
  CHECK(wire::decode_sender(refused.sender_part)->verdict ==
        static_cast<std::uint8_t>(wire::Verdict::kDirectOnly));
  CHECK(bytes_in(scene.broker().store()) < before + 64 * 1024);

  // The same message without its slots goes, and what reaches the recipient has none.
  rig::Sealed bare = rig::seal_draft(scene.network(), draft);
  bare.submission.sealed.slots.clear();
  bare.submission.sealed.encapsulated = {};
  CHECK(bridge.submit(bare).admitted);
  haven.credit(1);
  const auto delivery = haven.expect<wire::Delivery>();
  CHECK(delivery.sealed.slots.empty());
}

TEST_CASE("What is brought without the broker's release stays out of the inbox") {
  Scene scene("", usa(), {"haven"});
  scene.start({"bridge", "haven"});
  // No consent to this: the broker refuses, and nothing is brought.
  const std::string consent = consent_at(scene);
  Json referral = shelter_referral(consent, "Ilinca");
  referral["purpose"] = "risk_conference";
  const std::string message = scene["bridge"].ask("POST", "/v1/referrals", referral).at("message");
  (void)scene["bridge"].wait_for_state(message, {"refused"});
  CHECK(scene["haven"].ask("GET", "/v1/inbox").empty());
  // Slots that a member brings by itself, of a message that the broker never released.
  rig::Draft draft;
  draft.from = "bridge";
  draft.to = "haven";
  draft.slots = rig::every_slot("brought");
  const rig::Sealed sealed = rig::seal_draft(scene.network(), draft);
  io::DealerOptions options;
  options.endpoint = scene.network().agency("haven").direct;
  options.broker_key = scene.network().agency("haven").transport.public_key().bytes;
  options.keys = io::curve_keys_of(scene.network().agency("bridge").transport.secret());
  auto line = io::DealerSocket::connect(std::move(options));
  REQUIRE(line);
  const auto until = SystemClock().now() + seconds(10);
  while (!line->connected() && SystemClock().now() < until) {
    std::vector<io::Payload> frames;
    std::vector<io::LinkEvent> events;
    (void)line->receive(milliseconds(50), {}, frames, events);
  }
  REQUIRE(line->send(wire::encode_sealed(sealed.submission.sealed)));
  (void)rig::wait_for_file(scene.folder() + "/no-such-file", seconds(1));
  CHECK(scene["haven"].ask("GET", "/v1/inbox").empty());
}

TEST_CASE("A recipient that was away gets its slots when it returns") {
  Scene scene("", usa(), {"haven"});
  scene.start({"bridge", "haven"});
  const std::string consent = consent_at(scene);
  scene["haven"].stop();
  const std::string message = scene["bridge"]
                                  .ask("POST", "/v1/referrals", shelter_referral(consent, "Ilinca"))
                                  .at("message");
  (void)scene["bridge"].wait_for_state(message, {"submitted"});
  scene.start({"haven"});
  const Json fate = scene["bridge"].wait_for_state(message, {"received"}, seconds(40));
  CHECK(fate.at("state") == "received");
}
