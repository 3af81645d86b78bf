#include "schemas/seal/slots.h"

#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "tests/seal/sealed_example.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

std::vector<Plain> random_slots(SeededRandom& random) {
  std::vector<Plain> slots;
  for (std::uint8_t number = 0; number < kSlots; ++number) {
    if (random.below(3) != 0) continue;
    Bytes text(random.below(random.below(4) == 0 ? 5000 : 260));
    random.fill(text);
    slots.push_back({number, text, random.below(2) == 0});
  }
  return slots;
}

std::vector<SlotPlaintext> one_slot(std::uint8_t number, std::size_t size) {
  std::vector<SlotPlaintext> slots;
  slots.push_back({number, SecretBytes(Bytes(size, 'x')), true});
  return slots;
}

}  // namespace

TEST_CASE("Whatever subset the broker keeps, the recipient reads exactly that") {
  const std::uint64_t seed = test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  SeededRandom random(seed);
  for (int round = 0; round < 60; ++round) {
    SealedExample sent(seed + static_cast<std::uint64_t>(round), random_slots(random));
    REQUIRE(sent.admit().has_value());
    SlotSet kept = 0;
    for (const Plain& p : sent.plain) kept |= SlotSet{random.below(2)} << p.number;
    sent.keep(kept);
    const auto opened = sent.open(kept);
    REQUIRE(opened.has_value());
    std::size_t at = 0;
    for (const Plain& p : sent.plain) {
      if ((kept >> p.number & 1u) == 0) continue;
      REQUIRE(at < opened->size());
      CHECK((*opened)[at].number == p.number);
      CHECK(equal((*opened)[at].text.expose(), p.text));
      ++at;
    }
    CHECK(at == opened->size());
  }
}

TEST_CASE("Slots come out in ascending order, however they are given") {
  SeededRandom random(21);
  const SealingKey recipient = SealingKey::generate(random);
  std::vector<SlotPlaintext> slots;
  for (const std::uint8_t number : ByteArray<3>{30, 2, 17}) {
    slots.push_back({number, SecretBytes(Bytes(5)), false});
  }
  const auto sealed = seal_message(Bytes(10), recipient.public_key(), slots, random);
  REQUIRE(sealed.has_value());
  CHECK(sealed->slots[0].number == 2);
  CHECK(sealed->slots[1].number == 17);
  CHECK(sealed->slots[2].number == 30);
  CHECK(sealed->offered == ((SlotSet{1} << 30) | (SlotSet{1} << 17) | (SlotSet{1} << 2)));
}

TEST_CASE("A slot's sealed size tells its bucket and not its value") {
  const SealedExample sent = example();
  for (const SealedSlot& slot : sent.message.slots) {
    CHECK(slot.ciphertext.size() == (slot.number == 23 ? 104u + 16u : 256u + 16u));
  }
}

TEST_CASE("The same message sealed twice has nothing in common") {
  SealedExample sent = example();
  const SealedMessage first = sent.message;
  sent.seal();
  CHECK(first.encapsulated != sent.message.encapsulated);
  CHECK(first.offered_digest != sent.message.offered_digest);
  for (std::size_t i = 0; i < kSlots; ++i) CHECK(first.leaves[i] != sent.message.leaves[i]);
  for (std::size_t i = 0; i < first.slots.size(); ++i) {
    CHECK(first.slots[i].commitment != sent.message.slots[i].commitment);
    CHECK(first.slots[i].ciphertext != sent.message.slots[i].ciphertext);
  }
}

TEST_CASE("What cannot be sealed is refused with the slot's number") {
  SeededRandom random(22);
  const SealingPublicKey to = SealingKey::generate(random).public_key();
  const Bytes header(10);
  CHECK(
      says(seal_message(header, to, one_slot(38, 1), random).error(), "slot `38` does not exist"));
  auto twice = one_slot(3, 1);
  twice.push_back({3, SecretBytes(Bytes(1)), false});
  CHECK(says(seal_message(header, to, twice, random).error(), "slot `3` is there twice"));
  const auto large = one_slot(3, limits::kSlotPlaintextBytesMax + 1);
  CHECK(says(seal_message(header, to, large, random).error(), "slot `3` holds more than"));
  std::vector<SlotPlaintext> body;
  for (std::uint8_t number = 0; number < 5; ++number) {
    body.push_back({number, SecretBytes(Bytes(60'000)), true});
  }
  CHECK(says(seal_message(header, to, body, random).error(), "body has `"));
  CHECK(says(seal_message({}, to, {}, random).error(), "header has `0` bytes"));
  CHECK(says(seal_message(Bytes(limits::kHeaderBytesMax + 1), to, {}, random).error(),
             "header has `513` bytes"));
  CHECK(says(seal_message(header, SealingPublicKey{}, {}, random).error(), "small order"));
}

TEST_CASE("The largest slot goes through") {
  const SealedExample sent(23, {{5, Bytes(limits::kSlotPlaintextBytesMax, 'x'), true}});
  CHECK(sent.admit().has_value());
  CHECK(sent.open()->at(0).text.size() == limits::kSlotPlaintextBytesMax);
}
