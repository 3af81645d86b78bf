// Between tiles and nodes: what an exporter makes of a tree, and what an auditor reads from it.
#pragma once

#include "schemas/ledger/proof.h"
#include "schemas/ledger/tiles.h"

namespace safeconduct::ledger {

// Where tiles lie: a folder, a server, a store.
class TileSource {
 public:
  virtual ~TileSource() = default;
  // The bytes under tile_path(tile, width). Errors: kNotFound, kIo, kUnavailable.
  [[nodiscard]] virtual Result<Bytes> tile(const TileId& tile, std::size_t width) const = 0;
};

// The nodes of a tree of `size` leaves, from its tiles. Tiles are not believed: a proof made of
// them is, once it verifies against a checkpoint. Reads a tile for each node; a source that is slow
// should remember some.
class TileHashReader final : public HashReader {
 public:
  TileHashReader(const TileSource& source, std::uint64_t size) : source_(source), size_(size) {}
  // Errors: kNotFound (also for a node that is not complete at this size), kCorrupt (a tile of
  // another length than its width), and what the source says.
  [[nodiscard]] Result<Digest> hash(const NodeId& node) const override;

 private:
  const TileSource& source_;
  std::uint64_t size_;
};

// The tile as a tree of `size` leaves has it; an auditor compares it with the one that was given
// out. Errors: kInvalid when it has no such tile, and what the reader says.
[[nodiscard]] Result<Bytes> make_tile(const HashReader& reader, const TileId& tile,
                                      std::uint64_t size);

}  // namespace safeconduct::ledger
