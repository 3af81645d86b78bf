#include "schemas/ledger/tree.h"

#include <bit>
#include <catch2/catch.hpp>

#include "schemas/seal/merkle.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/ledger/naive_tree.h"
#include "tests/ledger/vectors.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {

TEST_CASE("Hashes are those of RFC 6962") {
  CHECK(empty_root() ==
        hex_digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  CHECK(seal::leaf_hash({}) ==
        hex_digest("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
  CHECK(seal::leaf_hash(view_of("L123456")) ==
        hex_digest("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"));
}

TEST_CASE("A tree of no leaves has the root of nothing, one of one leaf that leaf's hash") {
  Frontier frontier;
  CHECK(frontier.size() == 0);
  CHECK(frontier.root() == empty_root());
  CHECK(frontier.subtrees().empty());
  const Digest leaf = seal::leaf_hash(view_of("one"));
  frontier.append(leaf);
  CHECK(frontier.head() == TreeHead{1, leaf});
}

TEST_CASE("The root after each of the first 600 leaves is that of the plain recursion") {
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  Frontier frontier;
  Frontier silent;
  std::vector<Digest> leaves;
  std::vector<TreeNode> nodes;
  for (int i = 0; i < 600; ++i) {
    leaves.push_back(random.array<32>());
    frontier.append(leaves.back(), nodes);
    silent.append(leaves.back());
    REQUIRE(frontier.root() == naive::root(leaves));
    REQUIRE(silent.head() == frontier.head());
  }
  // Each node that was completed is the root of just its leaves, and each completed only once.
  REQUIRE(nodes.size() == 2 * leaves.size() - static_cast<std::size_t>(std::popcount(600U)));
  for (const TreeNode& node : nodes) {
    const std::size_t width = std::size_t{1} << node.id.level;
    const auto below = std::span(leaves).subspan(node.id.index * width, width);
    REQUIRE(node.hash == naive::root(below));
  }
}

TEST_CASE("A frontier that was written goes on as if it had never been away") {
  seal::SeededRandom random(1);
  Frontier frontier;
  for (int i = 0; i < 200; ++i) {
    auto back = Frontier::parse(frontier.serialise());
    REQUIRE(back);
    CHECK(back->head() == frontier.head());
    const Digest leaf = random.array<32>();
    frontier.append(leaf);
    back->append(leaf);
    CHECK(back->head() == frontier.head());
  }
}

TEST_CASE("A frontier of another length than its size asks for is refused") {
  seal::SeededRandom random(2);
  Frontier frontier;
  for (int i = 0; i < 11; ++i) frontier.append(random.array<32>());
  const Bytes bytes = frontier.serialise();
  CHECK(bytes.size() == 8 + 3 * 32);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(Frontier::parse(ByteView(bytes).first(size)).error().code == ErrorCode::kInvalid);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(!Frontier::parse(longer));
  Bytes other_size = bytes;
  other_size[7] = 15;
  CHECK(!Frontier::parse(other_size));
  CHECK(!Frontier::from_subtrees(3, {Digest{}}));
}

TEST_CASE("A frontier of a given size is made of these nodes") {
  CHECK(frontier_nodes(0).empty());
  CHECK(frontier_nodes(1) == std::vector<NodeId>{{0, 0}});
  CHECK(frontier_nodes(13) == std::vector<NodeId>{{3, 0}, {2, 2}, {0, 12}});
  CHECK(frontier_nodes(UINT64_MAX).size() == 64);
  CHECK(frontier_nodes(UINT64_MAX).front() == NodeId{63, 0});
  CHECK(frontier_nodes(UINT64_MAX).back() == NodeId{0, UINT64_MAX - 1});
  MemoryNodes nodes;
  seal::SeededRandom random(3);
  std::vector<TreeHead> heads = {nodes.frontier().head()};
  for (int i = 0; i < 130; ++i) {
    nodes.append(random.array<32>());
    heads.push_back(nodes.frontier().head());
  }
  for (const TreeHead& head : heads) CHECK(frontier_at(nodes, head.size).value().head() == head);
}

TEST_CASE("A tree goes on near the end of 64 bits") {
  Frontier frontier =
      Frontier::from_subtrees(UINT64_MAX - 1, std::vector<Digest>(63, Digest{9})).value();
  std::vector<TreeNode> nodes;
  frontier.append(Digest{1}, nodes);
  CHECK(frontier.size() == UINT64_MAX);
  CHECK(nodes == std::vector<TreeNode>{{{0, UINT64_MAX - 1}, Digest{1}}});
}

}  // namespace safeconduct::ledger
