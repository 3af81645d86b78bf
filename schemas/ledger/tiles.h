// C2SP tlog-tiles (v0.1.0): the tree cut into tiles of 256 hashes and the entries into bundles of
// 256, under paths that any static file server can serve. Tile n of level l holds the roots of
// perfect subtrees over 256^l leaves each; the right-most tile of a level may be partial.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schemas/ledger/tree.h"

namespace safeconduct::ledger {

inline constexpr unsigned kTileHeight = 8;      // levels of the tree in one tile
inline constexpr std::size_t kTileWidth = 256;  // hashes of a full tile
inline constexpr unsigned kTileLevels = 8;      // 64-bit sizes need no more
inline constexpr std::size_t kBundleEntryBytesMax = 65'535;

struct TileId {
  unsigned level = 0;  // 0..kTileLevels-1
  std::uint64_t index = 0;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// How many hashes of the tile are complete in a tree of `size` leaves: 0..256.
[[nodiscard]] std::size_t tile_width(const TileId& tile, std::uint64_t size);
// How many tiles of the level a tree of `size` leaves has, the partial one included.
[[nodiscard]] std::uint64_t tile_count(unsigned level, std::uint64_t size);
// The tile whose hashes make this node; the node's own level may lie inside the tile.
[[nodiscard]] TileId tile_of(const NodeId& node);

// `tile/<L>/<N>` or, narrower than 256, `tile/<L>/<N>.p/<W>`; width 1..256.
[[nodiscard]] std::string tile_path(const TileId& tile, std::size_t width);
// `tile/entries/<N>[.p/<W>]`.
[[nodiscard]] std::string bundle_path(std::uint64_t index, std::size_t width);

[[nodiscard]] Bytes encode_tile(std::span<const Digest> hashes);
// Errors: kInvalid unless exactly `width` hashes.
[[nodiscard]] Result<std::vector<Digest>> decode_tile(ByteView bytes, std::size_t width);
// The node from its tile (at most 127 hashes of work). Errors: kNotFound when the tile is too
// narrow to have it.
[[nodiscard]] Result<Digest> node_of_tile(std::span<const Digest> tile, const NodeId& node);

// Entries of 0..65,535 bytes each, u16 length before each.
[[nodiscard]] Bytes encode_bundle(std::span<const ByteView> entries);
// Views into `bytes`. Errors: kInvalid unless exactly `width` entries and nothing after them.
[[nodiscard]] Result<std::vector<ByteView>> decode_bundle(ByteView bytes, std::size_t width);

}  // namespace safeconduct::ledger
