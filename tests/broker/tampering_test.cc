// The list of tamperings of schemas/FORMATS.md, "Sealing", done to frames on the way to a real
// broker (T..: its numbers). What the broker can see it refuses, and the log says so; what only the
// recipient can see is refused there, and the log says that too.
#include <catch2/catch.hpp>

#include "policies/vocabulary.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/slot_crypto.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::EntryKind;
using wire::Verdict;

namespace {

// Two honest messages of one agency, sealed and signed together. The first is tampered with.
struct Pair {
  const Network& network;
  Draft draft;
  wire::Submission sent;
  const wire::Submission& other;

  // The sender itself signs what is there now.
  void sign() {
    SystemRandom random;
    const wire::Sealed& s = sent.sealed;
    const Digest digest = seal::message_digest(s.header, s.leaves, s.offered_digest);
    const auto signature = seal::sign_batch(network.agency(draft.from).signing,
                                            seal::BatchKind::kMessages, {&digest, 1}, random)[0];
    sent.sealed.signature = {signature.place, signature.salt, signature.siblings,
                             signature.signature};
  }
  wire::Slot& slot(std::size_t i) { return sent.sealed.slots.at(i); }
};

struct Tampering {
  const char* what;
  std::function<void(Pair&)> apply;
  const char* told;  // words of the answer
};

constexpr const char* kLeaf = "is not the one its leaf names";
constexpr const char* kSignature = "signature does not verify";
constexpr const char* kList = "offered list is not the one its digest names";

std::vector<Tampering> slot_tamperings() {
  return {
      {"T1 ciphertexts swapped",
       [](Pair& p) { std::swap(p.slot(0).ciphertext, p.slot(1).ciphertext); }, kLeaf},
      {"T1 commitments swapped",
       [](Pair& p) { std::swap(p.slot(0).commitment, p.slot(1).commitment); }, kLeaf},
      {"T1 wraps swapped", [](Pair& p) { std::swap(p.slot(0).wrap, p.slot(1).wrap); }, kLeaf},
      {"T1 leaves swapped",
       [](Pair& p) { std::swap(p.sent.sealed.leaves[1], p.sent.sealed.leaves[4]); }, kLeaf},
      {"T2 slot spliced in", [](Pair& p) { p.slot(0) = p.other.sealed.slots[0]; }, kLeaf},
      {"T2 slot and leaf spliced in, signed again",
       [](Pair& p) {
         p.slot(0) = p.other.sealed.slots[0];
         p.sent.sealed.leaves[0] = p.other.sealed.leaves[0];
         p.sign();
       },
       kLeaf},
      {"T3 slot relabelled",
       [](Pair& p) {
         p.sent.sealed.slots.erase(p.sent.sealed.slots.begin() + 1);
         p.sent.offered &= ~std::uint64_t{1};
         p.slot(0).number = 1;
       },
       kLeaf},
      {"T4 slot stripped", [](Pair& p) { p.sent.sealed.slots.pop_back(); }, "offered but missing"},
      {"T5 slot more than offered", [](Pair& p) { p.sent.offered &= ~std::uint64_t{16}; },
       "not in the offered list"},
      {"T6 slots reordered", [](Pair& p) { std::swap(p.slot(1), p.slot(2)); }, "misplaced slot"},
      {"T7 slot given twice",
       [](Pair& p) { p.sent.sealed.slots.insert(p.sent.sealed.slots.begin() + 1, p.slot(0)); },
       "misplaced slot"},
      {"T8 ciphertext cut", [](Pair& p) { p.slot(0).ciphertext.pop_back(); }, "no padded size"},
      {"T9 unknown slot", [](Pair& p) { p.sent.sealed.slots.back().number = 38; },
       "misplaced slot"},
      {"T9 unknown slot offered", [](Pair& p) { p.sent.offered |= std::uint64_t{1} << 38; },
       "out of its range"},
      {"T19 body above its limit",
       [](Pair& p) {
         for (std::size_t i = 0; i < 5; ++i) p.slot(i).ciphertext.resize(57'344 + 16);
       },
       "body has `"},
  };
}

std::vector<Tampering> message_tamperings() {
  return {
      {"T10 under another header", [](Pair& p) { p.sent.sealed.header = p.other.sealed.header; },
       kLeaf},
      {"T10 under another header, signed again",
       [](Pair& p) {
         p.sent.sealed.header = p.other.sealed.header;
         p.sign();
       },
       kLeaf},
      {"T10 header lengthened", [](Pair& p) { p.sent.sealed.header.push_back(0); }, "header"},
      {"T11 another offered salt", [](Pair& p) { p.sent.offered_salt[5] ^= 1; }, kList},
      {"T11 another offered digest", [](Pair& p) { p.sent.sealed.offered_digest[5] ^= 1; }, kList},
      {"T11 as if it had never been offered",
       [](Pair& p) {
         p.sent.sealed.slots.erase(p.sent.sealed.slots.begin());
         p.sent.offered &= ~std::uint64_t{1};
       },
       kList},
      {"T12 a decoy's leaf changed", [](Pair& p) { p.sent.sealed.leaves[37][0] ^= 1; }, kSignature},
      {"T13 signed by another agency",
       [](Pair& p) {
         p.draft.from = "haven";
         p.sign();
       },
       kSignature},
      {"T14 another place", [](Pair& p) { p.sent.sealed.signature.place ^= 1; }, kSignature},
      {"T14 another salt", [](Pair& p) { p.sent.sealed.signature.salt[0] ^= 1; }, kSignature},
      {"T14 siblings swapped",
       [](Pair& p) {
         auto& siblings = p.sent.sealed.signature.siblings;
         std::swap(siblings[0], siblings[1]);
       },
       kSignature},
      {"T14 another signature", [](Pair& p) { p.sent.sealed.signature.signature[63] ^= 1; },
       kSignature},
      {"T14 no such place", [](Pair& p) { p.sent.sealed.signature.place = 64; }, "no place `64`"},
      {"T15 another item's path",
       [](Pair& p) { p.sent.sealed.signature = p.other.sealed.signature; }, kSignature},
      {"another consent than committed to", [](Pair& p) { p.sent.consent.bytes[0] ^= 1; },
       "consent that is named"},
      {"the consent stripped",
       [](Pair& p) {
         p.sent.consent = {};
         p.sent.consent_salt = {};
       },
       "consent that is named"},
  };
}

// One agency for each, so that each has its own entry in the log (equal refusals are coalesced).
std::string agency_for(std::size_t i) {
  return "sender" + std::to_string(i);
}

Network network_with_senders(std::size_t count) {
  std::vector<std::pair<std::string, std::vector<std::string>>> agencies;
  agencies.emplace_back("haven", std::vector<std::string>{"shelter"});
  for (std::size_t i = 0; i < count; ++i) {
    agencies.emplace_back(agency_for(i), std::vector<std::string>{"ngo_case"});
  }
  return Network(agencies);
}

Draft draft_from(const Network& network, Client& sender) {
  const std::string name = sender.agency().id.text();
  const auto consent =
      full_consent(network.agency(name), policies::Purpose::kSafeAccommodation, "haven");
  sender.record_consent(consent);
  Draft draft;
  draft.from = name;
  draft.to = "haven";
  draft.consent = consent.id;
  draft.slots = every_slot("text of slot ");
  draft.slots.erase(std::uint8_t{37});  // one decoy
  return draft;
}

void each_is_refused(const std::vector<Tampering>& tamperings) {
  Network network = network_with_senders(tamperings.size());
  const TempFolder folder;
  Broker broker(network, folder.path() + "/broker");
  Client haven(network, "haven", broker.endpoint());
  haven.join();
  haven.credit(100);
  std::vector<MessageId> tampered;
  for (std::size_t i = 0; i < tamperings.size(); ++i) {
    Client sender(network, agency_for(i), broker.endpoint());
    sender.join();
    const Draft draft = draft_from(network, sender);
    const auto honest = seal_drafts(network, {draft, draft}, 2);
    Pair pair{network, draft, honest[0].submission, honest[1].submission};
    tamperings[i].apply(pair);
    INFO(tamperings[i].what);
    sender.send({0, pair.sent});
    CHECK_THAT(sender.expect<wire::Problem>().message, Catch::Contains(tamperings[i].told));
    tampered.push_back(honest[0].header.message_id);
    // The control: its honest neighbour goes through.
    CHECK(sender.submit(honest[1]).admitted);
    const auto delivery = haven.expect<wire::Delivery>();
    CHECK(wire::decode_header(delivery.sealed.header)->message_id == honest[1].header.message_id);
  }
  REQUIRE(broker.stop() == 0);
  const auto entries = entries_of(broker.store());
  const auto refusals = refusals_in(entries);
  for (std::size_t i = 0; i < tamperings.size(); ++i) {
    INFO(tamperings[i].what);
    const auto of_agency = [&](const Refusal& r) { return r.agency == agency_for(i); };
    CHECK(std::count_if(refusals.begin(), refusals.end(), of_agency) == 1);
    CHECK(count_of(entries, EntryKind::kSubmission, tampered[i]) == 0);
  }
}

// The recipient finds it out, and says so in a signed rejection.
void recipient_refuses(Scene& scene, const Sealed& sealed, const std::string& told) {
  REQUIRE(scene.bridge.submit(sealed).admitted);
  const auto delivery = scene.haven.expect<wire::Delivery>();
  CHECK_THROWS_WITH(scene.haven.open(delivery, scene.network), Catch::Contains(told));
  wire::ReceiptRecord record;
  record.message = sealed.header.message_id;
  record.delivery = ledger::decode_leaf(delivery.entry.leaf)->position.value;
  record.digest = sealed.digest;
  record.rejection = wire::Rejection::kBroken;
  record.at = SystemClock().now();
  const auto request = scene.haven.send({0, signed_receipt(scene.haven.agency(), record)});
  CHECK(std::holds_alternative<wire::Recorded>(scene.haven.answer_to(request).body));
}

// The sender signs leaves and digest anew, over parts that do not belong together.
Sealed resigned(const Scene& scene, Sealed sealed) {
  const Digest hd = seal::header_digest(sealed.submission.sealed.header);
  for (const wire::Slot& s : sealed.submission.sealed.slots) {
    const seal::SealedSlot slot{s.number, s.commitment, s.wrap, s.ciphertext};
    sealed.submission.sealed.leaves[s.number] = seal::slot_leaf(hd, slot);
  }
  Draft draft;
  draft.from = "bridge";
  Pair pair{scene.network, draft, sealed.submission, sealed.submission};
  pair.sign();
  sealed.submission = pair.sent;
  sealed.digest =
      seal::message_digest(sealed.submission.sealed.header, sealed.submission.sealed.leaves,
                           sealed.submission.sealed.offered_digest);
  return sealed;
}

}  // namespace

TEST_CASE("Tampered slots on the wire are refused, and the log says so") {
  each_is_refused(slot_tamperings());
}

TEST_CASE("Tampered headers, lists and signatures on the wire are refused, and the log says so") {
  each_is_refused(message_tamperings());
}

TEST_CASE("A header downgraded to another version or suite is refused as one, with what to do") {
  Scene scene;
  Sealed sealed = seal_draft(scene.network, scene.draft_with_consent());
  const auto told = [&](std::size_t at) {
    wire::Submission changed = sealed.submission;
    changed.sealed.header[at] ^= 2;
    scene.bridge.send({0, changed});
    return scene.bridge.expect<wire::Problem>().message;
  };
  const std::size_t label = std::string("safeconduct/1 header body").size() + 1;
  CHECK_THAT(told(label), Catch::Contains("version"));
  CHECK_THAT(told(label + 1), Catch::Contains("suite"));
}

TEST_CASE("What only the recipient can see is rejected there, and ends the delivery") {
  Scene scene;
  scene.haven.credit(100);
  const Draft draft = scene.draft_with_consent();
  constexpr const char* kUnwrap = "does not unwrap";
  std::vector<MessageId> rejected;
  const auto refuse = [&](const Sealed& sealed, const char* told) {
    recipient_refuses(scene, sealed, told);
    rejected.push_back(sealed.header.message_id);
  };
  // Slots that the policy keeps: needs in full is 1, contact in full is 7.
  const auto at = [](Sealed& sealed, std::size_t slot) -> wire::Slot& {
    return sealed.submission.sealed.slots.at(slot);
  };
  // T16, T17: sealed to another key than the header names; another encapsulated key.
  const auto first = seal_drafts(scene.network, {draft, draft});
  Sealed sealed = first[0];
  sealed.submission.sealed.encapsulated = first[1].submission.sealed.encapsulated;
  refuse(sealed, kUnwrap);
  sealed = seal_draft(scene.network, draft);
  sealed.submission.sealed.encapsulated = {};
  refuse(sealed, "small order");
  // T18: signed by the sender itself over parts that do not belong together.
  sealed = seal_draft(scene.network, draft);
  std::swap(at(sealed, 1).wrap, at(sealed, 7).wrap);
  refuse(resigned(scene, sealed), kUnwrap);
  sealed = seal_draft(scene.network, draft);
  std::swap(at(sealed, 1).ciphertext, at(sealed, 7).ciphertext);
  refuse(resigned(scene, sealed), "does not open");
  sealed = seal_draft(scene.network, draft);
  at(sealed, 1).commitment[0] ^= 1;
  refuse(resigned(scene, sealed), "does not open");
  CHECK_FALSE(scene.haven.comes<wire::Delivery>(milliseconds(200)));
  REQUIRE(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  for (const MessageId& message : rejected) {
    CHECK(count_of(entries, EntryKind::kDelivery, message) == 1);
    CHECK(count_of(entries, EntryKind::kRejection, message) == 1);
  }
}

TEST_CASE("A replayed message is decided and delivered once, whoever replays it") {
  Scene scene;
  scene.haven.credit(100);
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  const auto first = scene.bridge.submit(sealed);
  const auto delivery = scene.haven.expect<wire::Delivery>();
  scene.haven.acknowledge(delivery);
  CHECK(scene.bridge.submit(sealed).position == first.position);
  // Another agency that got hold of the frame.
  const auto answer = scene.haven.answer_to(scene.haven.send({0, sealed.submission}));
  CHECK_THAT(std::get<wire::Problem>(answer.body).message, Catch::Contains(kSignature));
  CHECK_FALSE(scene.haven.comes<wire::Delivery>(milliseconds(200)));
  REQUIRE(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  CHECK(count_of(entries, EntryKind::kSubmission, sealed.header.message_id) == 1);
  CHECK(count_of(entries, EntryKind::kDelivery, sealed.header.message_id) == 1);
  const auto refusals = refusals_in(entries);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].agency == "haven");
}

TEST_CASE("A message under a used id with other bytes is refused, and the log says so") {
  Scene scene;
  Draft draft = scene.draft_with_consent();
  const auto first = seal_draft(scene.network, draft);
  CHECK(scene.bridge.submit(first).admitted);
  draft.change_header = [&](wire::Header& h) { h.message_id = first.header.message_id; };
  const auto second = seal_draft(scene.network, draft);
  const auto answer = scene.bridge.answer_to(scene.bridge.send({0, second.submission}));
  const auto& problem = std::get<wire::Problem>(answer.body);
  CHECK(problem.code == ErrorCode::kConflict);
  CHECK(problem.about == first.header.message_id);
  REQUIRE(scene.broker.stop() == 0);
  const auto refusals = refusals_in(entries_of(scene.broker.store()));
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].verdict == static_cast<std::uint8_t>(Verdict::kUsedId));
}
