// The path of one referral over real sockets: a real broker process, agencies at the level of the
// wire.
#include <catch2/catch.hpp>

#include "schemas/ledger/entry.h"
#include "schemas/wire/parts.h"
#include "tests/rig/broker.h"
#include "tests/rig/client.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using policies::Category;
using policies::Level;
using policies::slot_of;

namespace {

struct Scene {
  Network network{{{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}, {"metro", {"police"}}}};
  TempFolder folder;
  Broker broker{network, folder.path() + "/broker"};
  Client bridge{network, "bridge", broker.endpoint()};
  Client haven{network, "haven", broker.endpoint()};

  Scene() {
    bridge.join();
    haven.join();
  }
  Draft draft_with_consent() {
    const auto consent =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    bridge.record_consent(consent);
    Draft draft;
    draft.from = "bridge";
    draft.to = "haven";
    draft.consent = consent.id;
    draft.slots = every_slot("text of slot ");
    return draft;
  }
};

}  // namespace

TEST_CASE("A referral reaches its recipient with what policy and consent allow and no more") {
  Scene scene;
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  const auto decided = scene.bridge.submit(sealed);
  CHECK(decided.admitted);
  CHECK(decided.message == sealed.header.message_id);

  scene.haven.credit(10);
  const auto delivery = scene.haven.expect<wire::Delivery>();
  const auto opened = scene.haven.open(delivery, scene.network);
  // DOMAIN §4.1, shelter for safe_accommodation.
  CHECK(opened.count(slot_of(Category::kNeeds, Level::kFull)) == 1);
  CHECK(opened.count(slot_of(Category::kHealth, Level::kGeneralised)) == 1);
  CHECK(opened.count(slot_of(Category::kHealth, Level::kFull)) == 0);
  CHECK(opened.count(slot_of(Category::kNarrative, Level::kFull)) == 0);
  CHECK(opened.size() == 11);

  const auto position = scene.haven.acknowledge(delivery);
  CHECK(position > decided.position);
  CHECK(scene.haven.acknowledge(delivery) == position);
}

TEST_CASE("The same submission again gets the first answer, other bytes under its id are refused") {
  Scene scene;
  const Draft draft = scene.draft_with_consent();
  const auto sealed = seal_draft(scene.network, draft);
  const auto first = scene.bridge.submit(sealed);
  const auto again = scene.bridge.submit(sealed);
  CHECK(again.position == first.position);
  CHECK(again.sender_part == first.sender_part);
}

TEST_CASE("A referral without consent is refused, and the sender learns why") {
  Scene scene;
  Draft draft = scene.draft_with_consent();
  draft.consent = {};
  const auto decided = scene.bridge.submit(seal_draft(scene.network, draft));
  CHECK_FALSE(decided.admitted);
  const auto part = wire::decode_sender(decided.sender_part).value();
  CHECK(part.verdict == static_cast<std::uint8_t>(policies::Reason::kNoConsent));
  CHECK(part.kept == 0);
}

TEST_CASE("What was accepted before a kill -9 is delivered once after it") {
  Scene scene;
  const Draft draft = scene.draft_with_consent();
  std::vector<MessageId> sent;
  for (int i = 0; i < 5; ++i) {
    const auto sealed = seal_draft(scene.network, draft);
    REQUIRE(scene.bridge.submit(sealed).admitted);
    sent.push_back(sealed.header.message_id);
  }
  scene.broker.kill_now();
  scene.broker.start();
  Client haven(scene.network, "haven", scene.broker.endpoint());
  haven.join();
  haven.credit(100);
  std::vector<MessageId> got;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto delivery = haven.expect<wire::Delivery>();
    got.push_back(wire::decode_header(delivery.sealed.header)->message_id);
    haven.acknowledge(delivery);
  }
  CHECK(got == sent);
  CHECK_FALSE(haven.comes<wire::Delivery>(milliseconds(300)));
}

TEST_CASE("The feed shows an agency its own parts, and that the log holds them") {
  Scene scene;
  scene.bridge.send({0, wire::Subscribe{0}});
  const auto decided = scene.bridge.submit(seal_draft(scene.network, scene.draft_with_consent()));
  bool seen = false;
  while (!seen) {
    const auto feed = scene.bridge.expect<wire::Feed>();
    for (const auto& entry : feed.entries) {
      const auto leaf = ledger::decode_leaf(entry.leaf).value();
      for (const auto& part : entry.parts) {
        CHECK((part.kind == 1 || part.kind == 3));  // everyone's, or the sender's
      }
      seen = seen || leaf.position.value == decided.position;
    }
  }
}
