#include "schemas/ledger/tile_builder.h"

#include <catch2/catch.hpp>
#include <set>

#include "schemas/ledger/tile_reader.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {

TEST_CASE("Tiles that are cut as leaves pass by are those of the whole tree, each once") {
  seal::SeededRandom random(1);
  constexpr std::uint64_t kSize = 66'100;
  MemoryNodes nodes;
  TileBuilder builder;
  std::vector<Tile> full;
  const std::set<std::uint64_t> looked_at = {1, 255, 256, 257, 1000, 65'536, 65'537, kSize};
  CHECK(builder.partial().empty());
  for (std::uint64_t size = 1; size <= kSize; ++size) {
    const Digest leaf = random.array<32>();
    nodes.append(leaf);
    builder.append(leaf, full);
    if (!looked_at.contains(size)) continue;
    std::vector<Tile> tiles = builder.partial();
    for (const Tile& tile : tiles) CHECK(tile.hashes.size() < kTileWidth);
    tiles.insert(tiles.end(), full.begin(), full.end());
    std::set<TileId> seen;
    for (const Tile& tile : tiles) {
      INFO(tile.path() << " of " << size);
      CHECK(seen.insert(tile.id).second);
      CHECK(make_tile(nodes, tile.id, size).value() == encode_tile(tile.hashes));
    }
    std::uint64_t expected = 0;
    for (unsigned level = 0; level < kTileLevels; ++level) expected += tile_count(level, size);
    CHECK(seen.size() == expected);
  }
  CHECK(builder.size() == kSize);
}

}  // namespace safeconduct::ledger
