#include "tests/agent/world.h"

#include "agents/document/check.h"
#include "tests/policies/policy_text.h"

namespace safeconduct::agent {

namespace {

const std::string kContent = R"({"needs":{"service_requested":["bed"],"interpreter_needed":true},
  "identity":{"first_name":"Zyxquilla","alias":"Robin"},
  "demographics":{"birthdate":"2001-05-17"},
  "narrative":{"account":"Qoppamerun told it all."}})";
const std::string kCategories =
    R"({"needs":"full","identity":"full","demographics":"full","narrative":"full"})";

}  // namespace

std::string consent_text(const std::string& categories) {
  return R"({"safeconduct":"consent/1","grantor":"self","form":"witnessed_oral","language":"ro",
    "rights_told":true,"refusal_costs_nothing_told":true,"capacity":"yes",
    "evidence":"folder Vexillatum",
    "scopes":[{"purpose":"safe_accommodation","recipients":["haven"],"categories":)" +
         (categories.empty() ? kCategories + R"(,"named":["narrative"])" : categories) + "}]}";
}

std::string referral_text(const ConsentId& consent, const std::string& content) {
  return R"({"safeconduct":"referral/1","to":"haven","as":"ngo_case","to_role":"shelter",
    "purpose":"safe_accommodation","urgency":"tonight","consent":")" +
         consent.text() + R"(","content":)" + (content.empty() ? kContent : content) + "}";
}

wire::ReceiptRecord last_receipt(const FakeBroker& broker) {
  REQUIRE_FALSE(broker.receipts.empty());
  return wire::decode_receipt(broker.receipts.back().body).value();
}

Office::Office(FakeBroker& broker, const Clock& clock, Random& random, const std::string& name,
               const std::string& role_)
    : id(AgencyId::parse(name).value()),
      role(role_),
      signing(seal::SigningKey::generate(random)),
      transport(random.array<32>()),
      broker_(broker),
      clock_(clock),
      random_(random),
      rest_(seal::RestKey::generate(random)) {}

wire::DirectoryAgency Office::entry() const {
  wire::DirectoryAgency out;
  out.id = id;
  out.roles = {role};
  out.signing_key = signing.verify_key().bytes;
  out.transport_key = transport;
  out.agreement = out.training = {{2026, 1, 1}, {2027, 12, 31}};
  return out;
}

void Office::start(Ceiling ceiling) {
  auto store = Store::open(folder() + "/store", rest_, random_);
  io::require_ok(store);
  store_ = std::make_unique<Store>(std::move(*store));
  auto book = Book::load(*store_, {broker_.network(), broker_.authority(), broker_.log()});
  io::require_ok(book);
  book_ = std::make_unique<Book>(std::move(*book));
  desk_.reset(new Desk{id, signing, *store_, *book_, clock_, random_, std::move(ceiling)});
  auto opened = Agent::open(*desk_, folder() + "/sealing");
  io::require_ok(opened);
  agent = std::move(*opened);
}

void Office::stop() {
  agent.reset();
  desk_.reset();
  book_.reset();
  store_.reset();
}

void Office::connect() {
  broker_.connect(id);
  agent->connected();
}

std::vector<wire::ToAgent> Office::say() {
  std::vector<wire::ToBroker> frames;
  for (const wire::ToBroker& frame : agent->outgoing()) {
    frames.push_back(wire::decode_to_broker(wire::encode(frame)).value());
  }
  agent->outgoing().clear();
  return broker_.exchange(id, frames);
}

void Office::talk() {
  for (int round = 0; round < 50; ++round) {
    if (agent->phase() == Phase::kOffline) return;
    io::require_ok(agent->tick());
    const bool had = !agent->outgoing().empty();
    std::vector<wire::ToAgent> answers;
    for (const wire::ToAgent& frame : say()) {
      answers.push_back(wire::decode_to_agent(wire::encode(frame)).value());
    }
    if (!had && answers.empty()) return;
    if (!answers.empty()) io::require_ok(agent->receive(answers));
  }
  FAIL("they never stop talking");
}

std::string Office::content(const MessageId& message) {
  const auto slots = agent->inbox().content(message).value();
  return slots.empty() ? std::string() : document::render(slots).value();
}

World::World(std::uint64_t seed)
    : random(seed),
      broker(clock, random),
      sender(broker, clock, random, "harbour", "ngo_case"),
      recipient(broker, clock, random, "haven", "shelter") {
  broker.directory.agencies = {sender.entry(), recipient.entry()};
  broker.publish_directory();
  broker.publish_policy(policies::national().text());
  sender.start();
  recipient.start();
}

void World::talk() {
  for (int round = 0; round < 3; ++round) {
    sender.talk();
    recipient.talk();
  }
}

void World::settle() {
  sender.connect();
  recipient.connect();
  talk();
}

ConsentId World::record_consent(const std::string& categories) {
  auto added = sender.agent->consents().add(consent_text(categories));
  io::require_ok(added);
  return added->id;
}

MessageId World::refer(const ConsentId& consent, const std::string& content) {
  auto added = sender.agent->outbox().add(referral_text(consent, content));
  io::require_ok(added);
  return added->first;
}

}  // namespace safeconduct::agent
