#include "schemas/ledger/tile_builder.h"

#include "schemas/seal/merkle.h"

namespace safeconduct::ledger {

void TileBuilder::append(const Digest& leaf_hash, std::vector<Tile>& full) {
  SC_CHECK(size_ != UINT64_MAX);
  const std::uint64_t last = size_++;
  Digest hash = leaf_hash;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    std::vector<Digest>& open = open_[level];
    open.push_back(hash);
    if (open.size() < kTileWidth) return;
    hash = seal::tree_root(open);
    // The last leaf lies in the tile that it fills.
    const std::uint64_t index = level + 1 < kTileLevels ? last >> ((level + 1) * kTileHeight) : 0;
    full.push_back({{level, index}, std::move(open)});
    open.clear();
  }
}

std::vector<Tile> TileBuilder::partial() const {
  std::vector<Tile> tiles;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    if (open_[level].empty()) continue;
    const std::uint64_t hashes = size_ >> (level * kTileHeight);
    tiles.push_back({{level, hashes / kTileWidth}, open_[level]});
  }
  return tiles;
}

}  // namespace safeconduct::ledger
