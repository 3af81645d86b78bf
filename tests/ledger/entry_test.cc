#include "schemas/ledger/entry.h"

#include <catch2/catch.hpp>

#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {
namespace {

Part part_of(seal::SeededRandom& random, std::size_t size) {
  Part part{random.array<32>(), Bytes(size)};
  random.fill(part.bytes);
  return part;
}

// A submission with a routing, a sender's and a restricted part.
Entry example(seal::SeededRandom& random) {
  Parts parts;
  parts[place_of(PartKind::kRouting)] = part_of(random, 40);
  parts[place_of(PartKind::kSender)] = part_of(random, 0);
  parts[place_of(PartKind::kRestricted)] = part_of(random, 300);
  return make_entry(EntryKind::kSubmission, {7}, {1'795'000'000'123}, std::move(parts));
}

}  // namespace

TEST_CASE("A leaf is these 197 bytes and no others") {
  Parts parts;
  parts[place_of(PartKind::kRouting)] = Part{Digest{1, 2, 3}, to_bytes("who to whom")};
  const Entry entry = make_entry(EntryKind::kReceipt, {0x0102030405060708}, {0x0a0b0c}, parts);
  const LeafBytes bytes = encode_leaf(entry.leaf);
  // What another implementation, by the grammar alone, would write.
  const std::string salt = "\1\2\3" + std::string(29, '\0');
  const std::string committed =
      "safeconduct/1 part" + std::string(1, '\0') + "\2" + salt + "who to whom";
  const std::string zeros(64, '0');
  CHECK(to_hex(bytes) == to_hex(view_of("safeconduct/1 leaf")) + "00" + "01" + "09" +
                             "0102030405060708" + "00000000000a0b0c" + zeros +
                             to_hex(seal::sha256(view_of(committed))) + zeros + zeros + zeros);
  CHECK(decode_leaf(bytes).value() == entry.leaf);
  CHECK(leaf_hash(entry.leaf) == seal::leaf_hash(bytes));
}

TEST_CASE("A record comes back as it was written, with whichever parts are here") {
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  const Entry entry = example(random);
  for (unsigned readable = 0; readable <= kAllParts; ++readable) {
    const Entry seen = for_reader(entry, static_cast<PartSet>(readable));
    const Bytes record = encode_record(seen);
    const auto back = decode_record(record);
    REQUIRE(back);
    CHECK(*back == seen);
    CHECK(check_parts(*back));
    CHECK(leaf_hash(back->leaf) == leaf_hash(entry.leaf));
    CHECK(equal(leaf_of_record(record).value(), encode_leaf(entry.leaf)));
    for (const PartKind kind : kPartKinds) {
      CHECK(back->has(kind) == entry.part(kind).has_value());
      const bool may_read = (readable & set_of(kind)) != 0;
      CHECK(back->part(kind).has_value() == (may_read && entry.part(kind).has_value()));
    }
  }
}

TEST_CASE("A record holds a part as large as a frame, and no larger") {
  seal::SeededRandom random(1);
  Parts parts;
  for (auto& part : parts) part = part_of(random, kPartBytesMax);
  const Entry entry = make_entry(EntryKind::kDirectory, {0}, {0}, std::move(parts));
  const Bytes record = encode_record(entry);
  CHECK(record.size() == kRecordBytesMax);
  CHECK(decode_record(record).value() == entry);
  Bytes longer = record;
  longer[kLeafBytes + 1 + 32 + 3] += 1;  // the first part's length
  longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(kLeafBytes) + 37, 0);
  CHECK(decode_record(longer).error().code == ErrorCode::kInvalid);
}

TEST_CASE("A change of any byte of a leaf changes its hash") {
  seal::SeededRandom random(2);
  const Entry entry = example(random);
  const LeafBytes bytes = encode_leaf(entry.leaf);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    LeafBytes changed = bytes;
    changed[at] ^= static_cast<std::uint8_t>(1 + random.below(255));
    const auto leaf = decode_leaf(changed);
    if (leaf) {
      CHECK(encode_leaf(*leaf) == changed);  // nothing in a leaf is beside its hash
      CHECK(leaf_hash(*leaf) != leaf_hash(entry.leaf));
    }
  }
}

TEST_CASE("A change of any byte of a record is noticed") {
  seal::SeededRandom random(3);
  const Entry entry = example(random);
  const Digest hash = leaf_hash(entry.leaf);
  const Bytes record = encode_record(entry);
  for (std::size_t at = 0; at < record.size(); ++at) {
    Bytes changed = record;
    changed[at] ^= static_cast<std::uint8_t>(1 + random.below(255));
    const auto back = decode_record(changed);
    const bool passes = back && leaf_hash(back->leaf) == hash && check_parts(*back);
    INFO("byte " << at);
    CHECK(!passes);
  }
}

TEST_CASE("A part does not pass for another part, nor for one that the entry never had") {
  seal::SeededRandom random(4);
  const Entry entry = example(random);
  Entry swapped = entry;
  std::swap(swapped.part(PartKind::kRouting), swapped.part(PartKind::kSender));
  CHECK(check_parts(swapped).error().code == ErrorCode::kUnauthentic);
  Entry added = entry;
  added.part(PartKind::kRecipient) = part_of(random, 10);
  const auto refused = check_parts(added);
  CHECK(refused.error().code == ErrorCode::kUnauthentic);
  CHECK(refused.error().message.find("`recipient` part of entry `7`") != std::string::npos);
  const Part& part = *entry.part(PartKind::kRouting);
  CHECK(part_commitment(PartKind::kRouting, part) != part_commitment(PartKind::kSender, part));
}

TEST_CASE("Destroying a part leaves the proof of its entry intact") {
  seal::SeededRandom random(5);
  const Entry entry = example(random);
  MemoryNodes nodes;
  for (int i = 0; i < 7; ++i) nodes.append(random.array<32>());
  nodes.append(leaf_hash(entry.leaf));
  for (int i = 0; i < 5; ++i) nodes.append(random.array<32>());
  const Proof proof = inclusion_proof(nodes, 7, 13).value();
  Entry pruned = decode_record(encode_record(for_reader(entry, kNoParts))).value();
  CHECK(pruned.has(PartKind::kRestricted));
  CHECK(!pruned.part(PartKind::kRestricted));
  CHECK(check_parts(pruned));
  CHECK(verify_inclusion(leaf_hash(pruned.leaf), 7, nodes.frontier().head(), proof));
}

TEST_CASE("A record that is cut short or goes on is refused, wherever") {
  seal::SeededRandom random(6);
  const Bytes record = encode_record(example(random));
  for (std::size_t size = 0; size < record.size(); ++size) {
    CHECK(!decode_record(ByteView(record).first(size)));
  }
  Bytes longer = record;
  longer.push_back(0);
  CHECK(decode_record(longer).error().code == ErrorCode::kInvalid);
  CHECK(!leaf_of_record(ByteView(record).first(kLeafBytes - 1)));
}

TEST_CASE("A leaf of a later version or kind asks for an upgrade") {
  LeafBytes bytes = encode_leaf({EntryKind::kHold, {1}, {2}, {}});
  bytes[19] = 2;
  CHECK(decode_leaf(bytes).error().code == ErrorCode::kUnsupported);
  bytes[19] = 1;
  bytes[20] = 21;
  const auto refused = decode_leaf(bytes);
  CHECK(refused.error().code == ErrorCode::kUnsupported);
  CHECK(refused.error().message.find("`21`") != std::string::npos);
  bytes[20] = 0;
  CHECK(!decode_leaf(bytes));
}

}  // namespace safeconduct::ledger
