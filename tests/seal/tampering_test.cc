// The list of tamperings of schemas/FORMATS.md, "Sealing": each is done to a sealed message, and
// its refusal is seen with its words. (T20 and T21 need a sender that seals by hand:
// slot_grammar_test.cc.)
#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "schemas/seal/slot_crypto.h"
#include "tests/seal/sealed_example.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

constexpr std::string_view kLeaf = "is not the one its leaf names";
constexpr std::string_view kSignature = "signature does not hold under key";
constexpr std::string_view kUnwrap = "does not unwrap under this sealing key";

// Both readers refuse, the recipient taking the log at its word that all offered was delivered.
void refused_by_both(const SealedExample& sent, std::string_view words) {
  const auto admitted = sent.admit();
  REQUIRE_FALSE(admitted.has_value());
  INFO("broker: " << admitted.error().message);
  CHECK(says(admitted.error(), words));
  const auto opened = sent.open();
  REQUIRE_FALSE(opened.has_value());
  INFO("recipient: " << opened.error().message);
  CHECK((says(opened.error(), words) || says(opened.error(), kSignature)));
}

void recipient_refuses(const SealedExample& sent, std::string_view words) {
  const auto opened = sent.open();
  REQUIRE_FALSE(opened.has_value());
  INFO("recipient: " << opened.error().message);
  CHECK(says(opened.error(), words));
}

void broker_refuses(const SealedExample& sent, std::string_view words) {
  const auto admitted = sent.admit();
  REQUIRE_FALSE(admitted.has_value());
  INFO("broker: " << admitted.error().message);
  CHECK(says(admitted.error(), words));
}

SealedSlot& slot(SealedExample& sent, std::size_t index) {
  return sent.message.slots[index];
}

}  // namespace

TEST_CASE("T1 Swapped parts of two slots are refused") {
  SealedExample sent = example();
  std::swap(slot(sent, 0).ciphertext, slot(sent, 1).ciphertext);
  refused_by_both(sent, kLeaf);
  sent = example();
  std::swap(slot(sent, 0).commitment, slot(sent, 1).commitment);
  refused_by_both(sent, kLeaf);
  sent = example();
  std::swap(slot(sent, 0).wrap, slot(sent, 1).wrap);
  refused_by_both(sent, kLeaf);
  sent = example();
  std::swap(sent.message.leaves[1], sent.message.leaves[4]);
  recipient_refuses(sent, kSignature);
  broker_refuses(sent, kLeaf);
}

TEST_CASE("T2 A slot spliced in from another message of the same two agencies is refused") {
  SealedExample sent = example();
  const SealedMessage first = sent.message;
  sent.header[0] ^= 1;
  sent.seal();
  slot(sent, 0) = first.slots[0];
  refused_by_both(sent, kLeaf);
  sent.message.leaves[1] = first.leaves[1];
  recipient_refuses(sent, kSignature);
  sent.sign_as_it_is();  // even by the sender itself
  recipient_refuses(sent, kLeaf);
}

TEST_CASE("T3 A slot relabelled as another is refused") {
  SealedExample sent = example();
  slot(sent, 0).number = 2;
  broker_refuses(sent, "slot `1` is offered but missing");
  CHECK(says(
      sent.open(SlotSet{1} << 2 | SlotSet{1} << 4 | SlotSet{1} << 23 | SlotSet{1} << 37).error(),
      kLeaf));
  sent.message.offered ^= 6;  // the offered list says so too
  refused_by_both(sent, kLeaf);
}

TEST_CASE("T4 A stripped slot is missed") {
  SealedExample sent = example();
  sent.message.slots.erase(sent.message.slots.begin() + 2);
  broker_refuses(sent, "slot `23` is offered but missing");
  recipient_refuses(sent, "slot `23` was delivered by the log's word but is missing");
}

TEST_CASE("T5 A slot more than was offered or delivered is refused") {
  SealedExample sent = example();
  const SlotSet all = sent.message.offered;
  sent.message.offered &= ~(SlotSet{1} << 4);
  broker_refuses(sent, "slot `4` is there but not in the offered list");
  CHECK(says(sent.open(all & ~(SlotSet{1} << 4)).error(),
             "slot `4` is there but was not delivered by the log's word"));
}

TEST_CASE("T6 Reordered slots are refused") {
  SealedExample sent = example();
  std::swap(slot(sent, 1), slot(sent, 2));
  refused_by_both(sent, "slot `4` is out of order");
}

TEST_CASE("T7 A slot given twice is refused") {
  SealedExample sent = example();
  sent.message.slots.insert(sent.message.slots.begin() + 1, slot(sent, 0));
  refused_by_both(sent, "slot `1` is there twice");
}

TEST_CASE("T8 A truncated or lengthened ciphertext is refused") {
  for (const std::size_t size : {0u, 15u, 16u, 79u, 271u, 273u}) {
    SealedExample sent = example();
    slot(sent, 0).ciphertext.resize(size);
    refused_by_both(sent, "slot `1` has a ciphertext of no padded size");
  }
  for (const std::size_t size : {80u, 288u}) {  // other buckets
    SealedExample sent = example();
    slot(sent, 0).ciphertext.resize(size);
    refused_by_both(sent, kLeaf);
  }
}

TEST_CASE("T9 A slot number or offered slot outside the 38 is refused") {
  SealedExample sent = example();
  slot(sent, 3).number = 38;
  refused_by_both(sent, "slot `38` does not exist");
  sent = example();
  const SlotSet beyond = sent.message.offered | SlotSet{1} << 38;
  sent.message.offered = beyond;
  broker_refuses(sent, "offered list names a slot that does not exist");
  CHECK(says(sent.open(beyond).error(), "the log names a slot that does not exist"));
}

TEST_CASE(
    "T10 The sealed part under another header is refused: other addressee, suite or message") {
  const SealedExample good = example();
  for (std::size_t at = 0; at < good.header.size(); at += 7) {
    SealedExample sent = example();
    sent.header[at] ^= 0x80;
    broker_refuses(sent, kLeaf);
    recipient_refuses(sent, kSignature);
    sent.sign_as_it_is();
    recipient_refuses(sent, kLeaf);
  }
  SealedExample longer = example();
  longer.header.push_back(0);
  recipient_refuses(longer, kSignature);
  longer.header.resize(limits::kHeaderBytesMax + 1);
  refused_by_both(longer, "header has `513` bytes");
  longer.header.clear();
  refused_by_both(longer, "header has `0` bytes");
}

TEST_CASE("T11 Another offered list, salt or offered digest is refused") {
  SealedExample sent = example();
  sent.message.offered_salt[5] ^= 1;
  broker_refuses(sent, "offered list is not the one its digest names");
  sent = example();
  sent.message.offered_digest[5] ^= 1;
  broker_refuses(sent, "offered list is not the one its digest names");
  recipient_refuses(sent, kSignature);
  sent = example();  // slot 1 dropped from both, as if it had never been offered
  sent.message.slots.erase(sent.message.slots.begin());
  sent.message.offered &= ~SlotSet{2};
  broker_refuses(sent, "offered list is not the one its digest names");
}

TEST_CASE("T12 A changed leaf of a decoy or of a withheld slot is refused") {
  SealedExample sent = example();
  sent.message.leaves[0][0] ^= 1;  // never offered
  broker_refuses(sent, kSignature);
  recipient_refuses(sent, kSignature);
  sent = example();
  sent.keep(SlotSet{1} << 4);
  sent.message.leaves[1][0] ^= 1;  // offered and withheld
  CHECK(says(sent.open(SlotSet{1} << 4).error(), kSignature));
}

TEST_CASE("T13 A signature by another key, or of another kind, is refused") {
  SealedExample sent = example();
  const SigningKey other = SigningKey::generate(sent.random);
  const auto sign = [&](const SigningKey& key, BatchKind kind) {
    sent.signature = sign_batch(key, kind, std::span(&sent.message.digest, 1), sent.random)[0];
  };
  sign(other, BatchKind::kMessages);
  broker_refuses(sent, kSignature);
  recipient_refuses(sent, kSignature);
  sign(sent.sender, BatchKind::kReceipts);
  broker_refuses(sent, kSignature);
  recipient_refuses(sent, kSignature);
}

TEST_CASE("T14 Another place, salt, sibling or signature of the batch is refused") {
  for (int part = 0; part < 4; ++part) {
    SealedExample sent = example();
    if (part == 0) sent.signature.place ^= 1;
    if (part == 1) sent.signature.salt[0] ^= 1;
    if (part == 2) std::swap(sent.signature.siblings[0], sent.signature.siblings[1]);
    if (part == 3) sent.signature.signature[63] ^= 1;
    broker_refuses(sent, kSignature);
    recipient_refuses(sent, kSignature);
  }
  SealedExample sent = example();
  sent.signature.place = 64;
  broker_refuses(sent, "signature batch has no place `64`");
  recipient_refuses(sent, "signature batch has no place `64`");
}

TEST_CASE("T15 The path of another item in the same batch is refused") {
  SealedExample sent = example();
  const std::array<Digest, 2> digests = {sent.message.digest, Digest{1}};
  sent.signature = sign_batch(sent.sender, BatchKind::kMessages, digests, sent.random)[1];
  broker_refuses(sent, kSignature);
  recipient_refuses(sent, kSignature);
}

TEST_CASE("T16 A message sealed to another agency does not open") {
  SealedExample sent = example();
  sent.recipient = SealingKey::generate(sent.random);
  recipient_refuses(sent, kUnwrap);
}

TEST_CASE("T17 Another encapsulated key is refused") {
  SealedExample sent = example();
  const ByteArray<32> first = sent.message.encapsulated;
  sent.seal();
  sent.message.encapsulated = first;
  recipient_refuses(sent, kUnwrap);
  sent.message.encapsulated = {};
  recipient_refuses(sent, "small order");
  sent = example();
  sent.message.encapsulated[31] ^= 0x80;  // the same point, written otherwise
  recipient_refuses(sent, kUnwrap);
}

TEST_CASE(
    "T18 A sender that signs parts which do not belong together is refused by the recipient") {
  // The leaf and the signature fit what is there; only the recipient can see that it does not open.
  const auto resign = [](SealedExample& sent) {
    const Digest hd = header_digest(sent.header);
    for (const SealedSlot& s : sent.message.slots) sent.message.leaves[s.number] = slot_leaf(hd, s);
    sent.sign_as_it_is();
  };
  SealedExample sent = example();
  std::swap(slot(sent, 0).wrap, slot(sent, 1).wrap);
  resign(sent);
  recipient_refuses(sent, kUnwrap);
  sent = example();
  std::swap(slot(sent, 0).ciphertext, slot(sent, 1).ciphertext);
  resign(sent);
  recipient_refuses(sent, "content of slot `1` does not open under its key");
  sent = example();
  slot(sent, 0).commitment[0] ^= 1;
  resign(sent);
  recipient_refuses(sent, "content of slot `1` does not open under its key");
}

TEST_CASE("T19 A body above its limit is refused") {
  SealedExample sent = example();
  for (SealedSlot& s : sent.message.slots) s.ciphertext.resize(65'536 + 16);
  refused_by_both(sent, "body has `");
}

TEST_CASE("T22 No flipped byte anywhere in a sealed message goes unseen") {
  const std::uint64_t seed = test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  SeededRandom random(seed);
  const SealedExample good = example(seed);
  REQUIRE(good.open().has_value());
  REQUIRE(good.admit().has_value());
  for (int round = 0; round < 400; ++round) {
    SealedExample sent = example(seed);
    std::vector<std::span<std::uint8_t>> fields = {sent.header,
                                                   sent.message.encapsulated,
                                                   sent.message.offered_digest,
                                                   {&sent.signature.place, 1},
                                                   sent.signature.salt,
                                                   sent.signature.signature};
    for (Digest& leaf : sent.message.leaves) fields.emplace_back(leaf);
    for (Digest& sibling : sent.signature.siblings) fields.emplace_back(sibling);
    for (SealedSlot& s : sent.message.slots) {
      fields.insert(fields.end(), {{&s.number, 1}, s.commitment, s.wrap, s.ciphertext});
    }
    const std::size_t field = static_cast<std::size_t>(round) % fields.size();
    const std::size_t at = random.below(fields[field].size());
    const auto flip = static_cast<std::uint8_t>(1 + random.below(255));
    fields[field][at] ^= flip;
    INFO("field " << field << " byte " << at << " flip " << int(flip));
    CHECK_FALSE(sent.open(good.message.offered).has_value());
    const bool only_recipient_sees = field == 1;
    CHECK(sent.admit().has_value() == only_recipient_sees);
  }
}
