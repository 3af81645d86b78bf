// A delivery that is not what the ledger, the directory and the policy say is refused with its
// code.
#include "agents/daemon/sealer.h"
#include "policies/vocabulary.h"
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;
using wire::Rejection;

namespace {

// Sends one referral whose delivery the broker changes; the code that the recipient signs.
Rejection refused_with(World& world, const std::string& content = "") {
  const MessageId id = world.refer(world.record_consent(), content);
  world.talk();
  CHECK(world.recipient.inbox().empty());
  CHECK(world.recipient.content(id).empty());
  CHECK(world.sender.sent(id).state == SentState::kRejected);
  return last_receipt(world.broker).rejection;
}

Rejection refused_after(const std::function<void(wire::Delivery&)>& tamper) {
  World world;
  world.settle();
  world.broker.tamper = tamper;
  return refused_with(world);
}

// What a sending agent without any minimising would seal.
Ceiling everything() {
  return [](const policies::CompiledPolicy&, const policies::Case&) {
    return policies::Levels::all(policies::Level::kFull);
  };
}

}  // namespace

TEST_CASE("A delivery without its proof in the ledger is refused") {
  CHECK(refused_after([](wire::Delivery& d) { d.entry.inclusion.clear(); }) == Rejection::kBroken);
  CHECK(refused_after([](wire::Delivery& d) { d.entry.leaf[60] ^= 1; }) == Rejection::kBroken);
  CHECK(refused_after([](wire::Delivery& d) { d.entry.parts.clear(); }) == Rejection::kBroken);
}

TEST_CASE("A delivery of other slots than the ledger names is refused") {
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.slots.pop_back(); }) == Rejection::kBroken);
}

TEST_CASE("A delivery whose recipient part was changed is refused") {
  CHECK(refused_after([](wire::Delivery& d) { d.entry.parts.at(0).bytes.back() ^= 1; }) ==
        Rejection::kBroken);
}

TEST_CASE("A broken sender's signature is refused") {
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.signature.signature[3] ^= 1; }) ==
        Rejection::kBroken);
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.signature.place ^= 1; }) ==
        Rejection::kBroken);
}

TEST_CASE("A changed ciphertext, wrap or leaf is refused") {
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.slots[0].ciphertext[1] ^= 1; }) ==
        Rejection::kBroken);
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.slots[0].wrap[1] ^= 1; }) ==
        Rejection::kBroken);
  CHECK(refused_after([](wire::Delivery& d) { d.sealed.leaves[37][0] ^= 1; }) ==
        Rejection::kBroken);
}

TEST_CASE("A message whose sender is not in the directory is refused") {
  World world;
  world.settle();
  const MessageId id = world.refer(world.record_consent());
  world.broker.deliver = false;
  world.talk();
  world.broker.directory.agencies = {world.recipient.entry()};
  world.broker.publish_directory();
  world.broker.deliver = true;
  world.recipient.talk();
  CHECK(last_receipt(world.broker).message == id);
  CHECK(last_receipt(world.broker).rejection == Rejection::kBroken);
  CHECK(world.recipient.inbox().empty());
}

TEST_CASE("A slot above the policy's ceiling is refused by the recipient") {
  World world;
  world.sender.stop();
  world.sender.start(everything());
  world.settle();
  CHECK(refused_with(world) == Rejection::kAbovePolicy);
}

TEST_CASE("The sender's own agent never offers what the policy withholds") {
  World world;
  world.settle();
  world.refer(world.record_consent());
  world.talk();
  const auto frame = wire::decode_to_broker(world.broker.submission_frames.at(0)).value();
  const std::uint64_t offered = std::get<wire::Submission>(frame.body).offered;
  const auto bit = [&](policies::Category c, policies::Level level) {
    return (offered >> policies::slot_of(c, level) & 1U) != 0;
  };
  CHECK(bit(policies::Category::kIdentity, policies::Level::kFull));
  CHECK_FALSE(bit(policies::Category::kDemographics, policies::Level::kFull));
  CHECK(bit(policies::Category::kDemographics, policies::Level::kGeneralised));
  CHECK_FALSE(bit(policies::Category::kNarrative, policies::Level::kFull));
}

TEST_CASE("A message to a role that the agency does not hold is not for it") {
  World world;
  world.settle();
  world.broker.deliver = false;
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  world.broker.directory.agencies[1].roles = {"housing"};
  world.broker.publish_directory();
  world.broker.deliver = true;
  world.recipient.talk();
  CHECK(last_receipt(world.broker).message == id);
  CHECK(last_receipt(world.broker).rejection == Rejection::kNotForUs);
}

TEST_CASE("A message sealed to a key that is gone is refused, and sealed again to the new one") {
  World world;
  world.settle();
  world.broker.deliver = false;
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  world.recipient.stop();
  std::filesystem::remove_all(world.recipient.folder() + "/sealing");
  world.recipient.start();
  world.recipient.connect();
  world.recipient.talk();
  world.broker.deliver = true;
  world.talk();
  CHECK(wire::decode_receipt(world.broker.receipts.at(0).body).value().rejection ==
        Rejection::kUnknownKey);
  REQUIRE(world.broker.submission_frames.size() == 2);
  CHECK(world.broker.header_of(1).supersedes == id);
  CHECK(world.sender.sent(id).state == SentState::kReceived);
  CHECK(world.recipient.inbox().size() == 1);
}

TEST_CASE("A value that does not belong to its category is refused") {
  // A sender's program that puts a free text where a code belongs: sealed by hand, signed properly.
  World world;
  world.settle();
  world.broker.deliver = false;
  const MessageId id = world.refer(world.record_consent());
  world.talk();
  auto frame = wire::decode_to_broker(world.broker.submission_frames.at(0)).value();
  wire::Submission forged = std::get<wire::Submission>(frame.body);
  wire::Header header = wire::decode_header(forged.sealed.header).value();
  header.message_id.bytes = world.random.array<16>();
  const Bytes encoded = wire::encode(header);
  std::vector<seal::SlotPlaintext> slots;
  const std::string foreign = R"({"shelter_name":"House of Lindens"})";
  slots.push_back({policies::slot_of(policies::Category::kNeeds, policies::Level::kFull),
                   SecretBytes(to_bytes(foreign)), false});
  const wire::SealingCard card = *world.recipient.agent->keyring().current();
  auto sealed = seal::seal_message(encoded, {card.key}, slots, world.random).value();
  const auto signature = seal::sign_batch(world.sender.signing, seal::BatchKind::kMessages,
                                          std::span(&sealed.digest, 1), world.random)[0];
  forged.sealed.header = encoded;
  forged.sealed.leaves = sealed.leaves;
  forged.sealed.offered_digest = sealed.offered_digest;
  forged.sealed.encapsulated = sealed.encapsulated;
  forged.sealed.signature = to_wire(signature);
  forged.sealed.slots = {{sealed.slots[0].number, sealed.slots[0].commitment, sealed.slots[0].wrap,
                          sealed.slots[0].ciphertext}};
  forged.offered = sealed.offered;
  forged.offered_salt = sealed.offered_salt;
  static_cast<void>(world.broker.exchange(world.sender.id, {{77, forged}}));
  world.broker.expire(id);
  world.broker.deliver = true;
  world.recipient.talk();
  CHECK(last_receipt(world.broker).message == header.message_id);
  CHECK(last_receipt(world.broker).rejection == Rejection::kForeignContent);
  CHECK(world.recipient.inbox().empty());
}

TEST_CASE("A message whose content has ended is refused as stale") {
  World world;
  world.settle();
  world.broker.deliver = false;
  world.refer(world.record_consent());
  world.talk();
  world.clock.at = world.clock.at + days(31);
  world.broker.deliver = true;
  world.recipient.talk();
  REQUIRE(world.broker.receipts.size() == 1);
  CHECK(last_receipt(world.broker).rejection == Rejection::kStale);
}
