#include "schemas/ledger/tile_reader.h"

namespace safeconduct::ledger {

Result<Digest> TileHashReader::hash(const NodeId& node) const {
  const TileId id = tile_of(node);
  const std::size_t width = tile_width(id, size_);
  if (width == 0) {
    return not_found("a tree of size `" + std::to_string(size_) + "` has no tile `" +
                     tile_path(id, kTileWidth) + "`");
  }
  TRY(bytes, source_.tile(id, width));
  const auto hashes = decode_tile(bytes, width);
  if (!hashes) return corrupt("`" + tile_path(id, width) + "`: " + hashes.error().message);
  return node_of_tile(*hashes, node);
}

Result<Bytes> make_tile(const HashReader& reader, const TileId& tile, std::uint64_t size) {
  const std::size_t width = tile_width(tile, size);
  if (width == 0) {
    return invalid("a tree of size `" + std::to_string(size) + "` has no tile `" +
                   tile_path(tile, kTileWidth) + "`");
  }
  std::vector<Digest> hashes;
  hashes.reserve(width);
  for (std::size_t i = 0; i < width; ++i) {
    TRY(hash, reader.hash({tile.level * kTileHeight, tile.index * kTileWidth + i}));
    hashes.push_back(hash);
  }
  return encode_tile(hashes);
}

}  // namespace safeconduct::ledger
