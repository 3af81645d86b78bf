#include "schemas/seal/batch_sign.h"

#include <catch2/catch.hpp>
#include <set>

#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"
#include "tests/seal/seeded_random.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

std::vector<Digest> digests(std::size_t count) {
  std::vector<Digest> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(sha256(view_of(std::to_string(i))));
  return out;
}

}  // namespace

TEST_CASE("Each item of a batch verifies by itself and all lead to one root") {
  const std::uint64_t seed = test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  SeededRandom random(seed);
  const SigningKey key = SigningKey::generate(random);
  for (const std::size_t count : {1, 2, 3, 16, 63, 64}) {
    const auto items = digests(count);
    const auto signatures = sign_batch(key, BatchKind::kMessages, items, random);
    REQUIRE(signatures.size() == count);
    std::set<Digest> roots;
    std::set<std::uint8_t> places;
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(verify_batch(key.verify_key(), BatchKind::kMessages, items[i], signatures[i])
                .has_value());
      roots.insert(batch_root(items[i], signatures[i]).value());
      places.insert(signatures[i].place);
    }
    CHECK(roots.size() == 1);
    CHECK(places.size() == count);
  }
}

TEST_CASE("The root of a full batch is the RFC 6962 root over its places") {
  SeededRandom random(11);
  const SigningKey key = SigningKey::generate(random);
  const auto items = digests(64);
  const auto signatures = sign_batch(key, BatchKind::kMessages, items, random);
  std::vector<Digest> leaves(64);
  for (std::size_t i = 0; i < 64; ++i) {
    leaves[signatures[i].place] =
        leaf_hash(labelled_hash("safeconduct/1 batch item", {signatures[i].salt, items[i]}));
  }
  CHECK(tree_root(leaves) == batch_root(items[0], signatures[0]).value());
}

TEST_CASE("A batch of one takes any place, so a place tells nothing") {
  SeededRandom random(12);
  const SigningKey key = SigningKey::generate(random);
  std::set<std::uint8_t> places;
  for (int i = 0; i < 1000; ++i) {
    places.insert(sign_batch(key, BatchKind::kMessages, digests(1), random)[0].place);
  }
  CHECK(places.size() == 64);
}

TEST_CASE("A batch signature holds for its digest, kind, key and path only") {
  SeededRandom random(13);
  const SigningKey key = SigningKey::generate(random);
  const SigningKey other = SigningKey::generate(random);
  const auto items = digests(5);
  const auto signatures = sign_batch(key, BatchKind::kMessages, items, random);
  const auto refused = [&](const SigningKey& by, BatchKind kind, const Digest& digest,
                           const BatchSignature& signature) {
    return !verify_batch(by.verify_key(), kind, digest, signature).has_value();
  };
  CHECK(refused(other, BatchKind::kMessages, items[0], signatures[0]));
  CHECK(refused(key, BatchKind::kReceipts, items[0], signatures[0]));
  CHECK(refused(key, BatchKind::kMessages, items[1], signatures[0]));
  for (std::size_t depth = 0; depth < kBatchDepth; ++depth) {
    BatchSignature bad = signatures[0];
    bad.siblings[depth][31] ^= 1;
    CHECK(refused(key, BatchKind::kMessages, items[0], bad));
    bad = signatures[0];
    bad.place ^= static_cast<std::uint8_t>(1u << depth);
    CHECK(refused(key, BatchKind::kMessages, items[0], bad));
  }
  BatchSignature bad = signatures[0];
  bad.salt[0] ^= 1;
  CHECK(refused(key, BatchKind::kMessages, items[0], bad));
  bad = signatures[0];
  bad.place = static_cast<std::uint8_t>(bad.place + 64);
  CHECK(batch_root(items[0], bad).error().code == ErrorCode::kInvalid);
}
