// What changes while a message waits counts when it is given: standing, consent, policy, directory.
#include <catch2/catch.hpp>
#include <set>

#include "broker/store/layout.h"
#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::EntryKind;
using ledger::PartKind;
using policies::Category;
using policies::Level;
using policies::slot_of;

namespace {

// The sender's part of the first feed entry of this kind about the message.
wire::SenderPart told(Client& client, EntryKind kind, const MessageId& message) {
  for (;;) {
    const auto feed = client.expect<wire::Feed>();
    for (const auto& entry : feed.entries) {
      if (ledger::decode_leaf(entry.leaf)->kind != kind) continue;
      for (const auto& part : entry.parts) {
        if (part.kind != static_cast<std::uint8_t>(PartKind::kSender)) continue;
        const auto sender = wire::decode_sender(part.bytes).value();
        if (sender.message == message) return sender;
      }
    }
  }
}

std::size_t keys_in_use(const Broker& broker) {
  const std::string content = read_text(store::key_slot_path(broker.store()));
  std::size_t used = 0;
  for (std::size_t at = 4096; at < content.size(); at += 32) {
    used += content.find_first_not_of('\0', at) < at + 32 ? 1 : 0;
    if (content.find_first_not_of('\0', at) == std::string::npos) break;
  }
  return used;
}

void put_policy(Scene& scene, const std::string& text) {
  REQUIRE(io::write_durably(scene.broker.folder() + "/policy.note",
                            view_of(scene.network.policy_note(text))));
  scene.broker.reload();
  REQUIRE(wait_until(seconds(20), [&] {
    const std::string log = scene.broker.log();
    const std::string in_force = "the policy file is in force";
    return log.find(in_force) != log.rfind(in_force);
  }));
}

void put_directory(Scene& scene, int nth) {
  scene.broker.put_directory();
  REQUIRE(wait_until(seconds(20), [&] {
    const std::string log = scene.broker.log();
    int seen = 0;
    for (std::size_t at = 0;
         (at = log.find("the directory file is in force", at)) != std::string::npos; ++at) {
      ++seen;
    }
    return seen >= nth;
  }));
}

}  // namespace

TEST_CASE("B7 A recipient suspended while a body waits: its key ends, the sender is told") {
  Scene scene;
  scene.bridge.send({0, wire::Subscribe{0}});
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  REQUIRE(scene.bridge.submit(sealed).admitted);
  CHECK(keys_in_use(scene.broker) == 1);
  scene.network.agency("haven").standing = wire::Standing::kSuspended;
  put_directory(scene, 2);
  const auto part = told(scene.bridge, EntryKind::kDelivery, sealed.header.message_id);
  CHECK(part.verdict == static_cast<std::uint8_t>(wire::Verdict::kRecipient));
  CHECK(part.kept == 0);
  CHECK(wait_until(seconds(10), [&] { return keys_in_use(scene.broker) == 0; }));
  // Its open connection is of no use to it any more.
  scene.haven.credit(10);
  scene.haven.send({0, wire::Subscribe{0}});
  CHECK(scene.haven.expect<wire::Problem>().code == ErrorCode::kForbidden);
  CHECK_FALSE(scene.haven.comes<wire::Delivery>(milliseconds(200)));
  CHECK_FALSE(scene.haven.comes<wire::Feed>(milliseconds(50)));
  // And a new referral to it is refused.
  const auto refused = scene.bridge.submit(seal_draft(scene.network, scene.draft_with_consent()));
  CHECK(wire::decode_sender(refused.sender_part)->verdict ==
        static_cast<std::uint8_t>(wire::Verdict::kRecipient));
}

TEST_CASE("A sender suspended while its message waits: nothing is given") {
  Scene scene;
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  REQUIRE(scene.bridge.submit(sealed).admitted);
  scene.network.agency("bridge").standing = wire::Standing::kSuspended;
  put_directory(scene, 2);
  scene.haven.credit(10);
  CHECK_FALSE(scene.haven.comes<wire::Delivery>(milliseconds(300)));
  CHECK(wait_until(seconds(10), [&] { return keys_in_use(scene.broker) == 0; }));
  const auto answer = scene.bridge.answer_to(scene.bridge.send({0, sealed.submission}));
  CHECK(std::get<wire::Problem>(answer.body).code == ErrorCode::kForbidden);
}

TEST_CASE("Consent withdrawn while a message waits: key gone, sender told, nothing given") {
  Scene scene;
  scene.bridge.send({0, wire::Subscribe{0}});
  const Draft draft = scene.draft_with_consent();
  const auto sealed = seal_draft(scene.network, draft);
  REQUIRE(scene.bridge.submit(sealed).admitted);
  const wire::Withdrawal withdrawal{
      draft.consent, {}, scene.bridge.agency().id, 0, SystemClock().now()};
  scene.bridge.send(
      {0, signed_record(scene.bridge.agency(), wire::RecordKind::kWithdrawal, encode(withdrawal))});
  const auto part = told(scene.bridge, EntryKind::kWithdrawal, sealed.header.message_id);
  CHECK(part.verdict == static_cast<std::uint8_t>(policies::Reason::kConsentWithdrawn));
  CHECK(wait_until(seconds(10), [&] { return keys_in_use(scene.broker) == 0; }));
  scene.haven.credit(10);
  CHECK_FALSE(scene.haven.comes<wire::Delivery>(milliseconds(300)));
}

TEST_CASE("Consent narrowed while a message waits: what is given is narrower") {
  Scene scene;
  const Draft draft = scene.draft_with_consent();
  REQUIRE(scene.bridge.submit(seal_draft(scene.network, draft)).admitted);
  const wire::Withdrawal narrowing{draft.consent,
                                   {},
                                   scene.bridge.agency().id,
                                   policies::bit(Category::kFamily),
                                   SystemClock().now()};
  const auto request = scene.bridge.send(
      {0, signed_record(scene.bridge.agency(), wire::RecordKind::kWithdrawal, encode(narrowing))});
  REQUIRE(std::holds_alternative<wire::Recorded>(scene.bridge.answer_to(request).body));
  scene.haven.credit(10);
  const auto opened = scene.haven.open(scene.haven.expect<wire::Delivery>(), scene.network);
  CHECK(opened.count(slot_of(Category::kFamily, Level::kFull)) == 0);
  CHECK(opened.count(slot_of(Category::kFamily, Level::kGeneralised)) == 0);
  CHECK(opened.count(slot_of(Category::kNeeds, Level::kFull)) == 1);
}

TEST_CASE(
    "Policy changed while a message waits: it is decided again, and what is dropped is gone") {
  Scene scene;
  scene.bridge.send({0, wire::Subscribe{0}});
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  const auto decided = scene.bridge.submit(sealed);
  const auto first = wire::decode_sender(decided.sender_part).value();
  CHECK((first.kept >> slot_of(Category::kHealth, Level::kGeneralised) & 1) == 1);
  put_policy(scene, national_policy_text() +
                        "\nnever N99 \"Shelters hear nothing of health\"\n  forbid health\n"
                        "  to shelter\n  because special_category\n");
  scene.haven.credit(10);
  const auto delivery = scene.haven.expect<wire::Delivery>();
  const auto opened = scene.haven.open(delivery, scene.network);
  CHECK(opened.count(slot_of(Category::kHealth, Level::kGeneralised)) == 0);
  CHECK(opened.count(slot_of(Category::kNeeds, Level::kFull)) == 1);
  const auto part = told(scene.bridge, EntryKind::kDelivery, sealed.header.message_id);
  CHECK(std::count(part.rules.begin(), part.rules.end(), "N99") == 1);
}

TEST_CASE(
    "A directory that comes in by SIGHUP admits the new agency, a forged one changes nothing") {
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  network.agency("haven").standing = wire::Standing::kSuspended;
  const TempFolder folder;
  Broker broker(network, folder.path() + "/broker");
  Client haven(network, "haven", broker.endpoint());
  CHECK_FALSE(haven.comes<wire::Welcome>(milliseconds(500)));
  network.agency("haven").standing = wire::Standing::kActive;
  broker.put_directory();
  haven.join();
  Network stranger({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  REQUIRE(
      io::write_durably(broker.folder() + "/directory.note", view_of(stranger.directory_note())));
  broker.reload();
  CHECK(wait_until(seconds(10), [&] {
    return broker.log().find("the directory file was not put into force") != std::string::npos;
  }));
  Client again(network, "haven", broker.endpoint());
  again.join();
}

TEST_CASE("Two connections of one agency get the mail, and it is received once") {
  Scene scene;
  Client second(scene.network, "haven", scene.broker.endpoint());
  second.join();
  const Draft draft = scene.draft_with_consent();
  std::vector<MessageId> sent;
  for (int i = 0; i < 4; ++i) {
    const auto sealed = seal_draft(scene.network, draft);
    REQUIRE(scene.bridge.submit(sealed).admitted);
    sent.push_back(sealed.header.message_id);
  }
  scene.haven.credit(10);
  second.credit(10);
  std::map<MessageId, std::set<std::uint64_t>> receipts;
  for (Client* client : {&scene.haven, &second}) {
    while (client->comes<wire::Delivery>(milliseconds(500))) {
      const auto delivery = client->expect<wire::Delivery>();
      const auto id = wire::decode_header(delivery.sealed.header)->message_id;
      receipts[id].insert(client->acknowledge(delivery));
    }
  }
  for (const MessageId& id : sent) CHECK(receipts[id].size() == 1);
  REQUIRE(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  for (const MessageId& id : sent) CHECK(count_of(entries, EntryKind::kReceipt, id) == 1);
}
