// Cuts a growing tree into tiles as its leaves pass by, with one open tile per level in memory: an
// exporter writes what comes out, an auditor compares it with what it was given.
#pragma once

#include <array>

#include "schemas/ledger/tiles.h"

namespace safeconduct::ledger {

struct Tile {
  TileId id;
  std::vector<Digest> hashes;  // 1..256
  friend bool operator==(const Tile&, const Tile&) = default;
  [[nodiscard]] std::string path() const { return tile_path(id, hashes.size()); }
};

class TileBuilder {
 public:
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Adds the tiles that this leaf fills to `full`, lowest level first.
  void append(const Digest& leaf_hash, std::vector<Tile>& full);
  // The tiles at the right edge that are not full, lowest level first; may be asked at any size.
  [[nodiscard]] std::vector<Tile> partial() const;

 private:
  std::uint64_t size_ = 0;
  std::array<std::vector<Digest>, kTileLevels> open_;
};

}  // namespace safeconduct::ledger
