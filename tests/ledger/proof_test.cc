#include "schemas/ledger/proof.h"

#include <catch2/catch.hpp>

#include "schemas/seal/merkle.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/ledger/naive_tree.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {
namespace {

struct Grown {
  std::vector<Digest> leaves;
  MemoryNodes nodes;
  std::vector<TreeHead> heads;  // by size

  Grown(seal::SeededRandom& random, std::size_t size) {
    heads.push_back(nodes.frontier().head());
    for (std::size_t i = 0; i < size; ++i) {
      leaves.push_back(random.array<32>());
      nodes.append(leaves.back());
      heads.push_back(nodes.frontier().head());
    }
  }
  [[nodiscard]] naive::Leaves first(std::size_t size) const {
    return std::span(leaves).first(size);
  }
};

// Flips one bit somewhere.
Digest spoiled(Digest digest, seal::SeededRandom& random) {
  digest[random.below(32)] ^= static_cast<std::uint8_t>(1U << random.below(8));
  return digest;
}

}  // namespace

TEST_CASE("Every inclusion proof of every tree up to 70 leaves is the recursion's, and holds") {
  seal::SeededRandom random(1);
  const Grown tree(random, 70);
  for (std::size_t size = 1; size <= 70; ++size) {
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(tree.nodes, index, size);
      REQUIRE(proof);
      REQUIRE(*proof == naive::path(index, tree.first(size)));
      REQUIRE(verify_inclusion(tree.leaves[index], index, tree.heads[size], *proof));
    }
  }
}

TEST_CASE("Every consistency proof of every tree up to 70 leaves is the recursion's, and holds") {
  seal::SeededRandom random(2);
  const Grown tree(random, 70);
  for (std::size_t size = 1; size <= 70; ++size) {
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const auto proof = consistency_proof(tree.nodes, old_size, size);
      REQUIRE(proof);
      REQUIRE(*proof == naive::consistency(old_size, tree.first(size)));
      REQUIRE(verify_consistency(tree.heads[old_size], tree.heads[size], *proof));
    }
  }
}

TEST_CASE("A spoiled inclusion proof never holds") {
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  const Grown tree(random, 300);
  for (int round = 0; round < 300; ++round) {
    const std::size_t size = 2 + random.below(299);
    const std::size_t index = random.below(size);
    const TreeHead& head = tree.heads[size];
    const Digest& leaf = tree.leaves[index];
    const Proof proof = inclusion_proof(tree.nodes, index, size).value();
    CAPTURE(size, index);
    Proof other = proof;
    Digest& hash = other[random.below(other.size())];
    hash = spoiled(hash, random);
    CHECK(!verify_inclusion(leaf, index, head, other));
    other = proof;
    other.pop_back();
    CHECK(!verify_inclusion(leaf, index, head, other));
    other = proof;
    other.push_back(random.array<32>());
    CHECK(!verify_inclusion(leaf, index, head, other));
    other = proof;
    other.insert(other.begin(), random.array<32>());
    CHECK(!verify_inclusion(leaf, index, head, other));
    CHECK(!verify_inclusion(spoiled(leaf, random), index, head, proof));
    CHECK(!verify_inclusion(leaf, index, {size, spoiled(head.root, random)}, proof));
    const std::size_t elsewhere = (index + 1 + random.below(size - 1)) % size;
    CHECK(!verify_inclusion(leaf, elsewhere, head, proof));
    CHECK(!verify_inclusion(leaf, size, head, proof));
  }
}

TEST_CASE("A spoiled consistency proof never holds") {
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  const Grown tree(random, 300);
  for (int round = 0; round < 300; ++round) {
    const std::size_t size = 2 + random.below(299);
    const std::size_t old_size = 1 + random.below(size - 1);
    const TreeHead& head = tree.heads[size];
    const TreeHead& old_head = tree.heads[old_size];
    const Proof proof = consistency_proof(tree.nodes, old_size, size).value();
    CAPTURE(size, old_size);
    Proof other = proof;
    Digest& hash = other[random.below(other.size())];
    hash = spoiled(hash, random);
    CHECK(!verify_consistency(old_head, head, other));
    other = proof;
    other.pop_back();
    CHECK(!verify_consistency(old_head, head, other));
    other = proof;
    other.push_back(random.array<32>());
    CHECK(!verify_consistency(old_head, head, other));
    CHECK(!verify_consistency({old_size, spoiled(old_head.root, random)}, head, proof));
    CHECK(!verify_consistency(old_head, {size, spoiled(head.root, random)}, proof));
    CHECK(!verify_consistency(old_head, head, {}));
    CHECK(!verify_consistency(head, old_head, proof));
  }
}

TEST_CASE("A log that rewrote an entry cannot prove that it only grew") {
  seal::SeededRandom random(3);
  const Grown tree(random, 50);
  for (std::size_t rewritten = 0; rewritten < 20; ++rewritten) {
    MemoryNodes other;
    for (std::size_t i = 0; i < 50; ++i) {
      other.append(i == rewritten ? random.array<32>() : tree.leaves[i]);
    }
    const Proof proof = consistency_proof(other, 20, 50).value();
    const auto refused = verify_consistency(tree.heads[20], other.frontier().head(), proof);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::kUnauthentic);
    CHECK(refused.error().message.find("does not extend") != std::string::npos);
  }
}

TEST_CASE("Nothing is proved from an empty tree, and equal trees need no proof") {
  seal::SeededRandom random(4);
  const Grown tree(random, 8);
  CHECK(!verify_consistency(tree.heads[0], tree.heads[8], {}));
  CHECK(!verify_consistency(tree.heads[0], tree.heads[0], {}));
  CHECK(verify_consistency(tree.heads[8], tree.heads[8], {}));
  CHECK(!verify_consistency(tree.heads[8], tree.heads[8], Proof{Digest{}}));
  CHECK(!verify_consistency(tree.heads[8], {8, Digest{}}, {}));
}

TEST_CASE("A proof that is out of range is refused before any node is read") {
  const MemoryNodes none;
  CHECK(inclusion_proof(none, 0, 0).error().code == ErrorCode::kInvalid);
  CHECK(inclusion_proof(none, 5, 5).error().code == ErrorCode::kInvalid);
  CHECK(consistency_proof(none, 0, 5).error().code == ErrorCode::kInvalid);
  CHECK(consistency_proof(none, 6, 5).error().code == ErrorCode::kInvalid);
  CHECK(frontier_at(none, 0).value().head() == TreeHead{0, empty_root()});
}

TEST_CASE("A node that the store lost is an error, not a wrong proof") {
  seal::SeededRandom random(5);
  Grown tree(random, 16);
  tree.nodes.forget({1, 1});
  CHECK(inclusion_proof(tree.nodes, 0, 16).error().code == ErrorCode::kNotFound);
  CHECK(consistency_proof(tree.nodes, 2, 16).error().code == ErrorCode::kNotFound);
  CHECK(frontier_at(tree.nodes, 7).has_value() == true);
  CHECK(inclusion_proof(tree.nodes, 8, 16).has_value() == true);
}

TEST_CASE("A verifier bears sizes near the end of 64 bits") {
  const Proof proof(64, Digest{3});
  for (std::size_t length = 0; length <= 64; ++length) {
    const auto some = std::span(proof).first(length);
    CHECK(!verify_inclusion(Digest{1}, UINT64_MAX - 1, {UINT64_MAX, Digest{2}}, some));
    CHECK(!verify_inclusion(Digest{1}, 0, {UINT64_MAX, Digest{2}}, some));
    CHECK(!verify_consistency({UINT64_MAX - 1, Digest{1}}, {UINT64_MAX, Digest{2}}, some));
    CHECK(!verify_consistency({1ULL << 63, Digest{1}}, {UINT64_MAX, Digest{2}}, some));
  }
}

}  // namespace safeconduct::ledger
