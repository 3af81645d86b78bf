// What the agent believes of the network, and what makes it stop.
#include "tests/agent/world.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::agent;

TEST_CASE("A forked ledger stops the agent, and both heads are there to show") {
  World world;
  world.settle();
  world.broker.publish_directory();
  world.sender.talk();
  world.sender.disconnect();
  world.broker.fork();
  world.sender.connect();
  world.sender.talk();
  REQUIRE(world.sender.agent->fork());
  CHECK(world.sender.agent->fork()->known != world.sender.agent->fork()->shown);
  CHECK(world.sender.agent->phase() == Phase::kOffline);
  CHECK(world.sender.agent->wants_new_session());
}

TEST_CASE("A ledger that was rolled back stops the agent, also after a restart") {
  World world;
  world.settle();
  world.sender.restart();
  world.broker.roll_back();
  world.sender.connect();
  world.sender.talk();
  CHECK(world.sender.agent->fork());
}

TEST_CASE("A head that another key signed ends the session and changes nothing") {
  World world;
  World other(12);
  world.settle();
  const auto before = world.sender.agent->desk().book.head();
  world.sender.agent->connected();
  other.broker.connect(world.sender.id);
  const auto lies = other.broker.exchange(world.sender.id, {{1, wire::Hello{}}});
  io::require_ok(world.sender.agent->receive(lies));
  CHECK(world.sender.agent->wants_new_session());
  CHECK_FALSE(world.sender.agent->fork());
  CHECK(world.sender.agent->desk().book.head() == before);
}

TEST_CASE("An older directory and one of another network are refused") {
  World world;
  world.settle();
  world.broker.directory.version = 0;
  world.broker.directory.agencies.pop_back();
  world.broker.publish_directory();  // version 1 again, with other content
  world.sender.talk();
  CHECK(world.sender.agent->desk().book.directory()->version == 1);
  CHECK(world.sender.agent->desk().book.agency(world.recipient.id) != nullptr);
  CHECK_FALSE(world.sender.agent->desk().problems.all().empty());
}

TEST_CASE("A policy that officers did not sign is not in force") {
  World world;
  world.settle();
  const std::uint64_t before = world.sender.agent->desk().book.policy_position();
  world.broker.publish(ledger::EntryKind::kPolicy, to_bytes(policies::national().text()));
  world.sender.talk();
  CHECK(world.sender.agent->desk().book.policy_position() == before);
  CHECK_FALSE(world.sender.agent->desk().problems.all().empty());
}

TEST_CASE("A sealing card that its agency did not sign is not used") {
  World world;
  world.settle();
  wire::SealingCard card = *world.recipient.agent->keyring().current();
  card.counter += 1;
  card.key = world.random.array<32>();
  wire::SignedRecord record{
      wire::RecordKind::kSealingCard, wire::encode(card), world.sender.signing.id(), {}};
  record.signature =
      world.sender.signing.sign(wire::signed_bytes(wire::kRecordSignatureLabel, record.body));
  world.broker.publish(ledger::EntryKind::kSealingCard,
                       wire::encode(wire::RecordedRecord{world.recipient.id, record, {}}));
  world.sender.talk();
  CHECK(world.sender.agent->desk().book.card_counter(world.recipient.id) == card.counter - 1);
}

TEST_CASE("What the feed told is known after a restart without reading it again") {
  World world;
  world.settle();
  const std::uint64_t next = world.sender.agent->desk().book.feed_next();
  world.sender.restart();
  CHECK(world.sender.agent->desk().book.feed_next() == next);
  CHECK(world.sender.agent->desk().book.policy());
  CHECK(world.sender.agent->desk().book.card(world.recipient.id, world.clock.now()) != nullptr);
}
