// Consent: recorded, renewed, taken back; and what that does to what waits and what was given.
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;

TEST_CASE("A consent taken back ends what waits here and stops what was given") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  const MessageId given = world.refer(consent);
  world.talk();
  world.sender.disconnect();
  const MessageId waiting = world.refer(consent);
  io::require_ok(world.sender.agent->withdraw(consent, 0));
  CHECK(world.sender.sent(waiting).state == SentState::kWithdrawn);
  world.sender.restart();
  world.sender.connect();
  world.talk();
  CHECK(world.sender.agent->consents().find(consent).value().state == ConsentState::kWithdrawn);
  CHECK(world.sender.sent(given).state == SentState::kWithdrawn);
  const auto inbox = world.recipient.inbox();
  REQUIRE(inbox.size() == 1);
  CHECK(inbox[0].stopped);
  CHECK(world.recipient.content(given).empty());
  CHECK(world.broker.submission_frames.size() == 1);
}

TEST_CASE("A person takes a referral back at the agency that received it") {
  World world;
  world.settle();
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  io::require_ok(world.recipient.agent->withdraw_received(id, 0));
  world.recipient.restart();
  world.recipient.connect();
  world.talk();
  CHECK(world.recipient.inbox().at(0).stopped);
  CHECK(world.sender.sent(id).state == SentState::kWithdrawn);
}

TEST_CASE("A category taken back is not offered any more") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  io::require_ok(
      world.sender.agent->withdraw(consent, policies::bit(policies::Category::kIdentity)));
  const MessageId id = world.refer(consent);
  world.talk();
  const std::string content = world.recipient.content(id);
  CHECK(content.find("needs") != std::string::npos);
  CHECK(content.find("identity") == std::string::npos);
}

TEST_CASE("A new version names the one it replaces") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  world.talk();
  auto next = world.sender.agent->consents().replace(consent, consent_text(R"({"needs":"full"})"));
  io::require_ok(next);
  world.talk();
  const auto record = record_of(world.sender.agent->consents().find(consent).value());
  CHECK(record.version == 2);
  CHECK(record.previous.size() == 1);
  CHECK(world.sender.agent->consents().find(consent).value().state == ConsentState::kRecorded);
}

TEST_CASE("A referral waits until the consent that it rests on is recorded") {
  World world;
  world.settle();
  world.broker.problem = wire::Problem{ErrorCode::kOverloaded, "busy", 10, {}};
  const ConsentId consent = world.record_consent();
  world.refer(consent);
  world.sender.talk();
  CHECK(world.broker.submission_frames.empty());
  world.broker.problem.reset();
  world.clock.at = world.clock.at + minutes(1);
  world.talk();
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE("A referral on an unknown consent, or to nobody, is not taken") {
  World world;
  world.settle();
  ConsentId unknown;
  unknown.bytes[0] = 7;
  const auto refused = world.sender.agent->outbox().add(referral_text(unknown, ""));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kNotFound);
  CHECK(io::says(refused.error(), "record it first"));
  std::string nobody = referral_text(world.record_consent(), "");
  nobody.replace(nobody.find("haven"), 5, "heaven");
  const auto lost = world.sender.agent->outbox().add(nobody);
  REQUIRE_FALSE(lost);
  CHECK(io::says(lost.error(), "`heaven`"));
}
