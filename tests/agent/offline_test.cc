// Weeks without a connection, on either side; keys that come and go meanwhile.
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;

TEST_CASE("An expired message is sealed again under the recipient's new key when it is back") {
  World world;
  world.settle();
  world.recipient.disconnect();
  const MessageId id = world.refer(world.record_consent());
  world.sender.talk();
  REQUIRE(world.sender.sent(id).state == SentState::kSubmitted);

  world.clock.at = world.clock.at + days(20);  // its card has run out as well
  world.broker.expire(id);
  world.sender.talk();
  CHECK(world.sender.sent(id).state == SentState::kQueued);
  CHECK(world.sender.agent->outbox().waiting() == 1);

  world.recipient.restart();
  world.recipient.connect();
  world.talk();
  const Sent sent = world.sender.sent(id);
  CHECK(sent.state == SentState::kReceived);
  CHECK(sent.current != id);
  CHECK(world.sender.sent(sent.current).first == id);
  REQUIRE(world.broker.submission_frames.size() == 2);
  CHECK(world.broker.header_of(1).supersedes == id);
  CHECK(world.broker.header_of(1).referral_id == world.broker.header_of(0).referral_id);
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE("A sender that is away for weeks sends what it queued when it is back") {
  World world;
  world.settle();
  world.sender.disconnect();
  const MessageId id = world.refer(world.record_consent());
  world.clock.at = world.clock.at + days(21);
  world.sender.restart();
  CHECK(world.sender.sent(id).state == SentState::kQueued);
  world.recipient.talk();
  world.sender.connect();
  world.talk();
  CHECK(world.sender.sent(id).state == SentState::kReceived);
}

TEST_CASE("A referral that nobody took in time expires, its sender is told, its document is gone") {
  World world;
  world.settle();
  world.recipient.disconnect();
  const MessageId id = world.refer(world.record_consent());
  world.sender.talk();
  world.clock.at = world.clock.at + days(4);
  world.broker.expire(id);
  world.sender.disconnect();
  world.clock.at = world.clock.at + days(40);
  io::require_ok(world.sender.agent->tick());
  CHECK(world.sender.sent(id).state == SentState::kExpired);
}

TEST_CASE("A refusal for an old key or a wrong clock is answered by one more sealing") {
  World world;
  world.settle();
  world.broker.refuse_with = static_cast<std::uint8_t>(wire::Verdict::kWrongClock);
  const MessageId id = world.refer(world.record_consent());
  io::require_ok(world.sender.agent->tick());
  io::require_ok(world.sender.agent->receive(world.sender.say()));  // the consent
  io::require_ok(world.sender.agent->receive(world.sender.say()));  // refused
  world.broker.refuse_with = 0;
  world.talk();
  CHECK(world.sender.sent(id).state == SentState::kReceived);
  CHECK(world.broker.header_of(1).supersedes == id);
}

TEST_CASE("A new sealing key is published each week, and the old one is destroyed after two") {
  World world;
  world.settle();
  const std::string first = world.recipient.folder() + "/sealing/1.key";
  REQUIRE(std::filesystem::exists(first));
  const KeyId old_key =
      seal::SealingPublicKey{world.recipient.agent->keyring().current()->key}.id();
  world.clock.at = world.clock.at + days(7) + minutes(1);
  world.talk();
  CHECK(world.recipient.agent->keyring().current()->counter == 2);
  CHECK(world.recipient.agent->keyring().find(old_key) != nullptr);
  CHECK(std::filesystem::exists(first));

  world.clock.at = world.clock.at + days(7) + hours(2);
  world.talk();
  CHECK_FALSE(std::filesystem::exists(first));
  CHECK(world.recipient.agent->keyring().find(old_key) == nullptr);
  world.recipient.restart();
  CHECK(world.recipient.agent->keyring().find(old_key) == nullptr);
}

TEST_CASE("Content of the inbox is destroyed when it ends") {
  World world;
  world.settle();
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  REQUIRE_FALSE(world.recipient.content(id).empty());
  world.clock.at = world.clock.at + days(31);
  io::require_ok(world.recipient.agent->tick());
  CHECK(world.recipient.inbox().at(0).ended);
  CHECK(world.recipient.content(id).empty());
}
