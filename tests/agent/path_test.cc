// The whole way of a referral between two agents, and what is left of it at each stop.
#include "agents/daemon/api_forms.h"
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;

TEST_CASE("A referral travels, is received once, and its sender is told") {
  World world;
  world.settle();
  INFO(status_json(*world.sender.agent).dump());
  REQUIRE(world.sender.agent->phase() == Phase::kServing);
  const MessageId id = world.refer(world.record_consent());
  REQUIRE(world.sender.sent(id).state == SentState::kQueued);
  world.talk();

  const auto inbox = world.recipient.inbox();
  REQUIRE(inbox.size() == 1);
  CHECK(inbox[0].from.text() == "harbour");
  const std::string content = world.recipient.content(inbox[0].message);
  CHECK(content.find("Zyxquilla") != std::string::npos);
  CHECK(content.find("Qoppamerun") == std::string::npos);  // a shelter gets no account

  const Sent sent = world.sender.sent(id);
  CHECK(sent.state == SentState::kReceived);
  CHECK(sent.received_kept == sent.kept);
  CHECK_FALSE(sent.differs);
  CHECK(world.sender.agent->outbox().queued() == 0);
  CHECK(world.broker.receipts.size() == 1);
}

TEST_CASE(
    "A referral that says when a reflection period began is in it as long as the policy says") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  const auto circumstances = [&](Duration ago) {
    auto text = nlohmann::json::parse(referral_text(consent, ""));
    text["reflection_since"] = to_rfc3339(world.clock.at - ago);
    const auto added = world.sender.agent->outbox().add(text.dump());
    io::require_ok(added);
    return added->circumstances;
  };
  constexpr auto kReflection = static_cast<std::uint16_t>(policies::Circumstance::kReflection);
  CHECK(circumstances(days(29)) == kReflection);
  CHECK(circumstances(days(31)) == 0);
}
