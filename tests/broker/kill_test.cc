// kill -9 of the broker at random moments under the traffic of several pairs: what was admitted is
// received exactly once, and the log only ever grows.
#include <atomic>
#include <catch2/catch.hpp>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "broker/audit/replay.h"
#include "broker/audit/verify.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/note.h"
#include "schemas/ledger/tree.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;

namespace {

constexpr int kPairs = 3;

std::string sender_name(int pair) {
  return "sender" + std::to_string(pair);
}
std::string recipient_name(int pair) {
  return "haven" + std::to_string(pair);
}

Network pairs_network() {
  std::vector<std::pair<std::string, std::vector<std::string>>> agencies;
  for (int pair = 0; pair < kPairs; ++pair) {
    agencies.emplace_back(sender_name(pair), std::vector<std::string>{"ngo_case"});
    agencies.emplace_back(recipient_name(pair), std::vector<std::string>{"shelter"});
  }
  return Network(agencies);
}

// What one side saw; each belongs to its own thread until that has ended.
struct Seen {
  std::set<MessageId> messages;        // admitted, or received and acknowledged
  std::atomic<std::size_t> count = 0;  // of them, for other threads
  std::map<MessageId, std::uint64_t> positions;
  std::vector<std::string> notes;  // signed checkpoints
  std::string failed;
};

// Says hello again after a silence, in which the broker may have been another process.
void greet(Client& client, bool with_credit) {
  (void)client.try_send({0, wire::Hello{wire::kProtocol, "rig", 0}});
  if (with_credit) (void)client.try_send({0, wire::Credit{64, 0}});
}

void keep_checkpoint(Seen& seen, const wire::ToAgent& frame) {
  if (const auto* welcome = std::get_if<wire::Welcome>(&frame.body)) {
    seen.notes.emplace_back(text_of(welcome->checkpoint.note));
  } else if (const auto* checkpoint = std::get_if<wire::Checkpoint>(&frame.body)) {
    seen.notes.emplace_back(text_of(checkpoint->note));
  }
}

// Like an outbox: a message is sent again until it is decided.
void send_all(Client& client, const Network& network, Draft draft, const std::atomic<bool>& stop,
              Seen& seen) {
  while (!stop) {
    draft.slots = {{policies::slot_of(policies::Category::kNeeds, policies::Level::kFull), "bed"}};
    const auto sealed = seal_draft(network, draft);
    bool decided = false;
    while (!decided) {
      (void)client.try_send({0, sealed.submission});
      for (const auto& frame : client.take(milliseconds(200))) {
        keep_checkpoint(seen, frame);
        const auto* answer = std::get_if<wire::Decided>(&frame.body);
        if (answer == nullptr) continue;
        const auto [at, fresh] = seen.positions.emplace(answer->message, answer->position);
        if (!fresh && at->second != answer->position) seen.failed = "a message has two positions";
        if (!answer->admitted) seen.failed = "a message was refused";
        if (answer->message != sealed.header.message_id) continue;
        seen.messages.insert(answer->message);
        decided = true;
      }
      if (!seen.failed.empty()) return;
    }
  }
}

// Like an inbox: a message is kept once, and its receipt is sent again until it is recorded.
void receive_all(Client& client, const std::atomic<bool>& stop, Seen& seen) {
  std::map<MessageId, wire::Receipt> unanswered;
  std::map<std::uint64_t, MessageId> asked;
  const auto acknowledge = [&](const MessageId& id) {
    if (const auto request = client.try_send({0, unanswered.at(id)})) asked[*request] = id;
  };
  greet(client, true);
  while (!stop) {
    const auto frames = client.take(milliseconds(200));
    if (frames.empty()) {
      greet(client, true);
      for (const auto& [id, receipt] : unanswered) acknowledge(id);
    }
    for (const auto& frame : frames) {
      keep_checkpoint(seen, frame);
      if (const auto* delivery = std::get_if<wire::Delivery>(&frame.body)) {
        const auto id = wire::decode_header(delivery->sealed.header)->message_id;
        if (!unanswered.contains(id)) unanswered[id] = client.receipt_for(*delivery);
        acknowledge(id);
        (void)client.try_send({0, wire::Credit{1, 0}});
      } else if (const auto* recorded = std::get_if<wire::Recorded>(&frame.body)) {
        const auto at = asked.find(frame.request);
        if (at == asked.end()) continue;
        const auto [known, fresh] = seen.positions.emplace(at->second, recorded->position);
        if (!fresh && known->second != recorded->position) seen.failed = "two receipt entries";
        seen.messages.insert(at->second);
        seen.count = seen.messages.size();
        unanswered.erase(at->second);
      }
    }
  }
}

struct Pair {
  std::unique_ptr<Client> sender;
  std::unique_ptr<Client> recipient;
  Seen sent;
  Seen received;
  std::thread sending;
  std::thread receiving;
};

void start_pair(Pair& pair, int number, const Network& network, const std::string& endpoint,
                const std::atomic<bool>& stop_sending, const std::atomic<bool>& stop) {
  pair.sender = std::make_unique<Client>(network, sender_name(number), endpoint);
  pair.recipient = std::make_unique<Client>(network, recipient_name(number), endpoint);
  pair.sender->join();
  pair.recipient->join();
  const auto consent = full_consent(pair.sender->agency(), policies::Purpose::kSafeAccommodation,
                                    recipient_name(number));
  pair.sender->record_consent(consent);
  Draft draft;
  draft.from = sender_name(number);
  draft.to = recipient_name(number);
  draft.consent = consent.id;
  pair.sending = std::thread([&pair, &network, &stop_sending, draft] {
    send_all(*pair.sender, network, draft, stop_sending, pair.sent);
  });
  pair.receiving = std::thread([&] { receive_all(*pair.recipient, stop, pair.received); });
}

// As an auditor sees it, who holds only the log's key.
void audits(const Network& network, const std::string& store) {
  const auto source = audit::open_source(store);
  REQUIRE(source);
  const auto trust =
      ledger::TrustPolicy::parse("log " + network.log_key().text() + "\nquorum none\n");
  REQUIRE(trust);
  const auto verified = audit::verify(**source, *trust);
  REQUIRE(verified);
  CHECK(verified->good());
  const auto replayed = audit::replay(**source);
  REQUIRE(replayed);
  CHECK(replayed->good());
  CHECK(replayed->recomputed > 0);
}

// Every head that anyone was shown is one that the log went through.
void check_heads(const Network& network, const std::vector<ledger::Entry>& entries,
                 const std::vector<std::string>& notes) {
  std::map<std::uint64_t, Digest> roots;
  ledger::Frontier frontier;
  for (const ledger::Entry& entry : entries) {
    frontier.append(ledger::leaf_hash(entry.leaf));
    roots[frontier.size()] = frontier.root();
  }
  for (const std::string& note : notes) {
    const auto head =
        ledger::open_checkpoint(note, network.log_key().name(), network.log_key()).value().head;
    REQUIRE(roots.contains(head.size));
    CHECK(roots.at(head.size) == head.root);
  }
}

}  // namespace

TEST_CASE("kill -9 under traffic: what was admitted is received exactly once, the log only grows") {
  std::mt19937_64 random(seed_of("kill -9 of the broker"));
  const int rounds = long_form() ? 200 : 20;
  Network network = pairs_network();
  const TempFolder folder;
  Broker broker(network, folder.path() + "/broker");
  std::atomic<bool> stop_sending = false;
  std::atomic<bool> stop = false;
  std::vector<Pair> pairs(kPairs);
  for (int i = 0; i < kPairs; ++i) {
    start_pair(pairs[static_cast<std::size_t>(i)], i, network, broker.endpoint(), stop_sending,
               stop);
  }
  for (int round = 0; round < rounds; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 500));
    broker.kill_now();
    broker.start();
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  stop_sending = true;
  for (Pair& pair : pairs) pair.sending.join();
  // The rest is delivered and acknowledged without any help.
  CHECK(wait_until(seconds(60), [&] {
    return std::all_of(pairs.begin(), pairs.end(), [](const Pair& pair) {
      return pair.received.count >= pair.sent.messages.size();
    });
  }));
  stop = true;
  for (Pair& pair : pairs) pair.receiving.join();

  REQUIRE(broker.stop() == 0);
  audits(network, broker.store());
  const auto entries = entries_of(broker.store());
  std::size_t total = 0;
  for (const Pair& pair : pairs) {
    CHECK(pair.sent.failed.empty());
    CHECK(pair.received.failed.empty());
    CHECK(pair.sent.messages == pair.received.messages);
    for (const MessageId& message : pair.sent.messages) {
      CHECK(count_of(entries, ledger::EntryKind::kSubmission, message) == 1);
      CHECK(count_of(entries, ledger::EntryKind::kReceipt, message) == 1);
    }
    check_heads(network, entries, pair.sent.notes);
    check_heads(network, entries, pair.received.notes);
    total += pair.sent.messages.size();
  }
  std::cout << rounds << " kills, " << total << " referrals, " << entries.size() << " entries"
            << std::endl;
  CHECK(total > static_cast<std::size_t>(rounds));
}
