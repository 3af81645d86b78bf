// Nothing lost, nothing twice: kill at any moment, bytes that come again, answers that do not come.
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;

TEST_CASE("A referral that was taken survives a kill before it was ever sent") {
  World world;
  const MessageId id = world.refer(world.record_consent());
  world.sender.restart();
  CHECK(world.sender.sent(id).state == SentState::kQueued);
  world.settle();
  CHECK(world.sender.sent(id).state == SentState::kReceived);
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE("Sealed bytes are sent again as they are after a kill and after a lost connection") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  world.sender.talk();
  world.broker.problem = wire::Problem{ErrorCode::kOverloaded, "too much at once", 10, {}};
  const MessageId id = world.refer(consent);
  world.sender.talk();
  REQUIRE(world.broker.submission_frames.size() == 1);

  world.sender.restart();
  world.sender.connect();
  world.sender.talk();
  world.sender.disconnect();
  world.clock.at = world.clock.at + minutes(1);
  world.sender.connect();
  world.sender.talk();
  world.broker.problem.reset();
  world.clock.at = world.clock.at + minutes(1);
  world.talk();
  REQUIRE(world.broker.submission_frames.size() >= 4);
  for (const Bytes& frame : world.broker.submission_frames) {
    CHECK(frame == world.broker.submission_frames.front());
  }
  CHECK(world.sender.sent(id).state == SentState::kReceived);
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE("A decision that was not heard is told again, and the referral is in the ledger once") {
  World world;
  world.settle();
  const MessageId id = world.refer(world.record_consent());
  world.sender.talk();  // the consent first
  static_cast<void>(world.sender.say());
  world.sender.restart();
  world.settle();
  CHECK(world.sender.sent(id).state == SentState::kReceived);
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE(
    "A message that comes again is received once and gets the same receipt, also after a kill") {
  World world;
  world.settle();
  world.refer(world.record_consent());
  world.talk();
  world.broker.redeliver();
  world.talk();
  world.recipient.restart();
  world.recipient.connect();
  world.broker.redeliver();
  world.talk();
  CHECK(world.recipient.inbox().size() == 1);
  REQUIRE(world.broker.receipts.size() >= 3);
  for (const wire::Receipt& receipt : world.broker.receipts) {
    CHECK(receipt.body == world.broker.receipts.front().body);
    CHECK(receipt.signature == world.broker.receipts.front().signature);
  }
}

TEST_CASE("A receipt that did not reach the broker is sent again after a kill") {
  World world;
  world.settle();
  const MessageId id = world.refer(world.record_consent());
  world.sender.talk();
  io::require_ok(world.recipient.agent->tick());
  const auto coming = world.recipient.say();  // the delivery
  io::require_ok(world.recipient.agent->receive(coming));
  REQUIRE(world.recipient.inbox().size() == 1);
  CHECK(world.broker.receipts.empty());
  world.recipient.restart();
  CHECK(world.recipient.inbox().size() == 1);
  world.recipient.connect();
  world.talk();
  CHECK(world.broker.receipts.size() >= 1);
  CHECK(world.recipient.inbox().size() == 1);
  CHECK(world.sender.sent(id).state == SentState::kReceived);
}

TEST_CASE("Queued referrals to one agency share a signature, and nothing shows how many") {
  World world;
  const ConsentId consent = world.record_consent();
  for (int i = 0; i < 5; ++i) world.refer(consent);
  world.settle();
  REQUIRE(world.broker.submission_frames.size() == 5);
  std::set<Bytes> signatures;
  for (const Bytes& bytes : world.broker.submission_frames) {
    const auto frame = wire::decode_to_broker(bytes).value();
    const auto& signature = std::get<wire::Submission>(frame.body).sealed.signature;
    signatures.insert(to_bytes(ByteView(signature.signature)));
    CHECK(signature.siblings.size() == 6);
  }
  CHECK(signatures.size() == 1);
  CHECK(world.recipient.inbox().size() == 5);
}

TEST_CASE("More referrals than fit one batch all arrive, once each") {
  World world;
  const ConsentId consent = world.record_consent();
  for (int i = 0; i < 70; ++i) world.refer(consent, R"({"needs":{"service_requested":["bed"]}})");
  world.settle();
  for (int i = 0; i < 4; ++i) world.talk();
  CHECK(world.recipient.inbox().size() == 70);
  CHECK(world.sender.agent->outbox().list(SentState::kReceived, 100).value().size() == 70);
}

TEST_CASE("A refusal is told with its reason and the document is destroyed") {
  World world;
  world.settle();
  world.broker.refuse_with = static_cast<std::uint8_t>(policies::Reason::kPoliceFirewall);
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  CHECK(world.sender.sent(id).state == SentState::kRefused);
  CHECK(world.sender.sent(id).verdict == 8);
  world.sender.restart();
  CHECK(world.sender.sent(id).state == SentState::kRefused);
  CHECK(world.sender.agent->outbox().queued() == 0);
}

TEST_CASE("A consent is sent again until it is recorded, byte for byte") {
  World world;
  const ConsentId consent = world.record_consent();
  world.sender.restart();
  world.broker.silent = true;
  world.sender.connect();
  world.sender.talk();
  world.broker.silent = false;
  world.settle();
  CHECK(world.sender.agent->consents().find(consent).value().state == ConsentState::kRecorded);
  std::set<Bytes> bodies;
  for (const wire::SignedRecord& record : world.broker.records) {
    if (record.kind == wire::RecordKind::kConsent) bodies.insert(record.body);
  }
  CHECK(bodies.size() == 1);
}
