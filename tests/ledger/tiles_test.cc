#include "schemas/ledger/tiles.h"

#include <catch2/catch.hpp>

#include "schemas/ledger/tile_reader.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {
namespace {

// Every tile of a tree, under the paths of a tile directory.
class TileFolder final : public TileSource {
 public:
  TileFolder(const HashReader& reader, std::uint64_t size) {
    for (unsigned level = 0; level < kTileLevels; ++level) {
      for (std::uint64_t index = 0; index < tile_count(level, size); ++index) {
        const TileId id{level, index};
        files_[tile_path(id, tile_width(id, size))] = make_tile(reader, id, size).value();
      }
    }
  }
  [[nodiscard]] Result<Bytes> tile(const TileId& tile, std::size_t width) const override {
    const auto found = files_.find(tile_path(tile, width));
    if (found != files_.end()) return found->second;
    return not_found("no such file");
  }
  std::map<std::string, Bytes>& files() { return files_; }

 private:
  std::map<std::string, Bytes> files_;
};

}  // namespace

TEST_CASE("Tiles lie where a tile client looks for them") {
  CHECK(tile_path({0, 0}, 256) == "tile/0/000");
  CHECK(tile_path({3, 1'234'067}, 256) == "tile/3/x001/x234/067");
  CHECK(tile_path({1, 999}, 17) == "tile/1/999.p/17");
  CHECK(tile_path({1, 1000}, 1) == "tile/1/x001/000.p/1");
  CHECK(tile_path({7, UINT64_MAX}, 255) == "tile/7/x018/x446/x744/x073/x709/x551/615.p/255");
  CHECK(bundle_path(1'234'067, 256) == "tile/entries/x001/x234/067");
  CHECK(bundle_path(0, 8) == "tile/entries/000.p/8");
}

TEST_CASE("The tiles of a tree are as wide as it is long") {
  CHECK(tile_count(0, 0) == 0);
  CHECK(tile_width({0, 0}, 0) == 0);
  CHECK(tile_width({0, 0}, 255) == 255);
  CHECK(tile_width({0, 0}, 256) == 256);
  CHECK(tile_count(0, 256) == 1);
  CHECK(tile_width({0, 1}, 256) == 0);  // no tile of width 0 is ever there
  CHECK(tile_count(1, 255) == 0);
  CHECK(tile_width({1, 0}, 256) == 1);
  CHECK(tile_count(0, 70'000) == 274);
  CHECK(tile_width({0, 273}, 70'000) == 112);
  CHECK(tile_width({1, 0}, 70'000) == 256);
  CHECK(tile_width({1, 1}, 70'000) == 17);
  CHECK(tile_width({2, 0}, 70'000) == 1);
  CHECK(tile_count(3, 70'000) == 0);
  CHECK(tile_count(7, UINT64_MAX) == 1);
  CHECK(tile_width({7, 0}, UINT64_MAX) == 255);
  CHECK(tile_width({0, UINT64_MAX / 256}, UINT64_MAX) == 255);
}

TEST_CASE("Every node has its tile") {
  CHECK(tile_of({0, 0}) == TileId{0, 0});
  CHECK(tile_of({0, 256}) == TileId{0, 1});
  CHECK(tile_of({7, 1}) == TileId{0, 0});
  CHECK(tile_of({7, 2}) == TileId{0, 1});
  CHECK(tile_of({8, 255}) == TileId{1, 0});
  CHECK(tile_of({9, 128}) == TileId{1, 1});
  CHECK(tile_of({63, 1}) == TileId{7, 0});
}

TEST_CASE("A tree that is read from its tiles proves what the tree itself proves") {
  seal::SeededRandom random(1);
  MemoryNodes nodes;
  std::vector<Digest> leaves;
  constexpr std::uint64_t kSize = 70'000;
  for (std::uint64_t i = 0; i < kSize; ++i) {
    leaves.push_back(random.array<32>());
    nodes.append(leaves.back());
  }
  const TileFolder folder(nodes, kSize);
  const TileHashReader reader(folder, kSize);
  const TreeHead head = nodes.frontier().head();
  CHECK(frontier_at(reader, kSize).value().head() == head);
  for (const std::uint64_t index : {0U, 1U, 255U, 256U, 65'535U, 65'536U, 69'888U, 69'999U}) {
    const Proof proof = inclusion_proof(reader, index, kSize).value();
    CHECK(proof == inclusion_proof(nodes, index, kSize).value());
    CHECK(verify_inclusion(leaves[index], index, head, proof));
  }
  for (const std::uint64_t old_size : {1U, 255U, 256U, 257U, 65'536U, 65'537U, 69'999U}) {
    const TreeHead old_head = frontier_at(reader, old_size).value().head();
    const Proof proof = consistency_proof(reader, old_size, kSize).value();
    CHECK(proof == consistency_proof(nodes, old_size, kSize).value());
    CHECK(verify_consistency(old_head, head, proof));
  }
}

TEST_CASE("A node that no tile can have yet is not found") {
  seal::SeededRandom random(2);
  MemoryNodes nodes;
  for (int i = 0; i < 300; ++i) nodes.append(random.array<32>());
  TileFolder folder(nodes, 300);
  const TileHashReader reader(folder, 300);
  CHECK(reader.hash({0, 299}).value() == nodes.hash({0, 299}).value());
  CHECK(reader.hash({2, 74}).value() == nodes.hash({2, 74}).value());
  CHECK(reader.hash({0, 300}).error().code == ErrorCode::kNotFound);
  CHECK(reader.hash({2, 75}).error().code == ErrorCode::kNotFound);
  CHECK(reader.hash({9, 0}).error().code == ErrorCode::kNotFound);
  CHECK(reader.hash({16, 0}).error().code == ErrorCode::kNotFound);
  CHECK(make_tile(nodes, {0, 2}, 300).error().code == ErrorCode::kInvalid);
  folder.files()["tile/0/001.p/44"].pop_back();
  CHECK(reader.hash({0, 299}).error().code == ErrorCode::kCorrupt);
}

TEST_CASE("A tile that was changed makes no proof that holds") {
  seal::SeededRandom random(3);
  MemoryNodes nodes;
  for (int i = 0; i < 400; ++i) nodes.append(random.array<32>());
  TileFolder folder(nodes, 400);
  const TileHashReader reader(folder, 400);
  const Digest leaf = nodes.hash({0, 20}).value();
  const TreeHead head = nodes.frontier().head();
  CHECK(verify_inclusion(leaf, 20, head, inclusion_proof(reader, 20, 400).value()));
  folder.files()["tile/0/000"][33 * 200] ^= 1;
  CHECK(!verify_inclusion(leaf, 20, head, inclusion_proof(reader, 20, 400).value()));
}

TEST_CASE("A tile is exactly as long as its width says") {
  const std::vector<Digest> hashes(5, Digest{4});
  const Bytes bytes = encode_tile(hashes);
  CHECK(bytes.size() == 160);
  CHECK(decode_tile(bytes, 5).value() == hashes);
  CHECK(decode_tile(bytes, 4).error().code == ErrorCode::kInvalid);
  CHECK(decode_tile(bytes, 6).error().code == ErrorCode::kInvalid);
  CHECK(decode_tile({}, 0).error().code == ErrorCode::kInvalid);
  CHECK(decode_tile(Bytes(257 * 32), 257).error().code == ErrorCode::kInvalid);
}

TEST_CASE("A bundle gives back its entries, and only whole") {
  const Bytes empty;
  const Bytes small = to_bytes("entry");
  const Bytes large(kBundleEntryBytesMax, 7);
  const std::vector<ByteView> entries = {small, empty, large};
  const Bytes bundle = encode_bundle(entries);
  const auto back = decode_bundle(bundle, 3);
  REQUIRE(back);
  CHECK(equal((*back)[0], small));
  CHECK((*back)[1].empty());
  CHECK(equal((*back)[2], large));
  CHECK(!decode_bundle(bundle, 2));
  CHECK(!decode_bundle(bundle, 4));
  CHECK(!decode_bundle(bundle, 0));
  CHECK(!decode_bundle(bundle, 257));
  for (std::size_t size = 0; size < 12; ++size) {
    CHECK(!decode_bundle(ByteView(bundle).first(size), 3));
  }
  CHECK(!decode_bundle(ByteView(bundle).first(bundle.size() - 1), 3));
}

}  // namespace safeconduct::ledger
