// What the agent can tell a person of what it did: over a real agent, its store and a broker that
// plays its part.
#include "agents/daemon/person_facts.h"

#include "agents/daemon/api_person.h"
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;
using person::Fate;
using policies::bit;
using policies::Category;

namespace {

person::Facts facts_on(World& world, const ConsentId& consent) {
  auto facts = facts_of(*world.sender.agent, consent, 100);
  io::require_ok(facts);
  return *facts;
}

std::string page_for(World& world, const Query& query) {
  const auto reply = person_page(*world.sender.agent, {}, query);
  io::require_ok(reply);
  return (*reply)["page"];
}

}  // namespace

TEST_CASE("A person hears of nothing told before anything was, and of what was agreed") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent(R"({"needs":"full","health":"gen"})");
  CHECK(facts_on(world, consent).agreement->state == person::AgreementState::kWaiting);
  world.talk();
  const person::Facts facts = facts_on(world, consent);
  CHECK(facts.disclosures.empty());
  REQUIRE(facts.agreement);
  CHECK(facts.agreement->state == person::AgreementState::kLive);
  REQUIRE(facts.agreement->grants.size() >= 1);
  const person::Grant& grant = facts.agreement->grants.front();
  CHECK(grant.full == bit(Category::kNeeds));
  CHECK(grant.generalised == bit(Category::kHealth));
  CHECK(grant.recipients.front().role == policies::Role::kShelter);
}

TEST_CASE("What a recipient signed for is what the person hears was told") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  const MessageId message = world.refer(consent);
  CHECK(facts_on(world, consent).disclosures.at(0).fate == Fate::kWaiting);
  CHECK(facts_on(world, consent).disclosures.at(0).full == 0);
  world.talk();
  const person::Disclosure told = facts_on(world, consent).disclosures.at(0);
  CHECK(told.fate == Fate::kReceived);
  CHECK(policies::contains(told.full, Category::kNeeds));
  CHECK(policies::contains(told.full, Category::kIdentity));
  CHECK(told.at == world.clock.at);
  auto one = facts_of(*world.sender.agent, message);
  io::require_ok(one);
  CHECK(one->code == facts_on(world, consent).code);
  CHECK(one->disclosures.size() == 1);
}

TEST_CASE("A consent taken back is told, and what was told before stays in the list") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  world.refer(consent);
  world.talk();
  const Instant told_at = world.clock.at;
  world.sender.disconnect();
  world.refer(consent);
  world.clock.at = world.clock.at + hours(1);
  io::require_ok(world.sender.agent->withdraw(consent, 0));
  world.sender.restart();
  world.sender.connect();
  world.talk();
  const person::Facts facts = facts_on(world, consent);
  CHECK(facts.agreement->state == person::AgreementState::kWithdrawn);
  REQUIRE(facts.disclosures.size() == 2);
  CHECK(facts.disclosures[0].fate == Fate::kRecalled);  // newest first
  CHECK(facts.disclosures[0].full == 0);
  CHECK(facts.disclosures[1].fate == Fate::kStopped);
  CHECK(facts.disclosures[1].at == told_at);
  CHECK(policies::contains(facts.disclosures[1].full, Category::kNeeds));
}

TEST_CASE("A category taken back is no longer agreed, and the person sees that") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  io::require_ok(world.sender.agent->withdraw(consent, bit(Category::kIdentity)));
  const person::Facts facts = facts_on(world, consent);
  CHECK(facts.agreement->taken_back == bit(Category::kIdentity));
  CHECK_FALSE(policies::contains(facts.agreement->grants.front().full, Category::kIdentity));
}

TEST_CASE("A consent is found by the code on the page, however it is written") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  world.record_consent();
  const std::string code = code_of(consent.bytes);
  CHECK(code.size() == 11);
  CHECK(code == facts_on(world, consent).code);
  std::string lower = code;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  lower.erase(5, 1);
  for (const std::string& text : {code, lower, consent.text()}) {
    const auto found = consent_by(*world.sender.agent, text);
    io::require_ok(found);
    CHECK(*found == consent);
  }
  const auto nobody = consent_by(*world.sender.agent, "00000-00000");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().code == ErrorCode::kNotFound);
  for (const char* wrong : {"", "Maria", "12345", "g2345-12345"}) {
    const auto found = consent_by(*world.sender.agent, wrong);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == ErrorCode::kInvalid);
    CHECK_FALSE(io::says(found.error(), "Maria"));
  }
}

TEST_CASE("Only the consent that is asked for is told of") {
  World world;
  world.settle();
  const ConsentId hers = world.record_consent();
  const ConsentId his = world.record_consent();
  world.refer(his);
  world.talk();
  CHECK(facts_on(world, hers).disclosures.empty());
  CHECK(facts_on(world, his).disclosures.size() == 1);
}

TEST_CASE("No value of the content stands on any page or in its facts") {
  World world;
  world.settle();
  const ConsentId consent = world.record_consent();
  world.refer(consent);
  world.talk();
  for (const char* sheet : {"receipt", "disclosures"}) {
    for (const char* language : {"ar", "en", "es", "fr", "ro"}) {
      const auto reply =
          person_page(*world.sender.agent, {},
                      {{"consent", consent.text()}, {"sheet", sheet}, {"lang", language}});
      io::require_ok(reply);
      CHECK(reply->dump().find(kNameCanary) == std::string::npos);
      CHECK(reply->dump().find(kStoryCanary) == std::string::npos);
    }
  }
}

TEST_CASE("Pages are asked for strictly") {
  World world;
  world.settle();
  const std::string id = world.record_consent().text();
  CHECK(page_for(world, {{"consent", id}}).find("lang=\"en\"") != std::string::npos);
  CHECK(page_for(world, {{"consent", id}, {"lang", "ro"}}).find("lang=\"ro\"") !=
        std::string::npos);
  const std::vector<Query> wrong = {{},
                                    {{"consent", id}, {"referral", id}},
                                    {{"consent", id}, {"lang", "xx"}},
                                    {{"consent", id}, {"sheet", "both"}},
                                    {{"consent", id}, {"colour", "red"}},
                                    {{"consent", id}, {"zone", "Mars/Base"}},
                                    {{"referral", "1"}}};
  for (const Query& query : wrong) {
    const auto reply = person_page(*world.sender.agent, {}, query);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == ErrorCode::kInvalid);
  }
}
