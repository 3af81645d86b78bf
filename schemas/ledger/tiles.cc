#include "schemas/ledger/tiles.h"

#include "schemas/base/codec.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::ledger {
namespace {

// tile   = 1*256(hash[32])
// bundle = 1*256(length u16 || entry)
constexpr std::size_t kHashBytes = 32;

// Complete subtrees over 256^level leaves in a tree of `size`.
std::uint64_t hashes_of_level(unsigned level, std::uint64_t size) {
  SC_CHECK(level < kTileLevels);
  return size >> (level * kTileHeight);
}

// Groups of three digits, all but the last with an `x` before.
std::string number_path(std::uint64_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += 3) {
    const bool last = at + 3 == digits.size();
    out += (last ? "" : "x") + digits.substr(at, 3) + (last ? "" : "/");
  }
  return out;
}

std::string path_of(const std::string& folder, std::uint64_t index, std::size_t width) {
  SC_CHECK(width >= 1 && width <= kTileWidth);
  std::string path = "tile/" + folder + "/" + number_path(index);
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

Error bad_width(std::string_view what, std::size_t width) {
  return invalid(std::string(what) + " of width `" + std::to_string(width) +
                 "`; expected 1 to 256");
}

}  // namespace

std::size_t tile_width(const TileId& tile, std::uint64_t size) {
  const std::uint64_t hashes = hashes_of_level(tile.level, size);
  const std::uint64_t full = hashes / kTileWidth;
  if (tile.index < full) return kTileWidth;
  return tile.index == full ? static_cast<std::size_t>(hashes % kTileWidth) : 0;
}

std::uint64_t tile_count(unsigned level, std::uint64_t size) {
  const std::uint64_t hashes = hashes_of_level(level, size);
  return hashes / kTileWidth + (hashes % kTileWidth != 0 ? 1 : 0);
}

TileId tile_of(const NodeId& node) {
  SC_CHECK(node.level < kTileLevels * kTileHeight);
  return {node.level / kTileHeight, node.index >> (kTileHeight - node.level % kTileHeight)};
}

std::string tile_path(const TileId& tile, std::size_t width) {
  SC_CHECK(tile.level < kTileLevels);
  return path_of(std::to_string(tile.level), tile.index, width);
}

std::string bundle_path(std::uint64_t index, std::size_t width) {
  return path_of("entries", index, width);
}

Bytes encode_tile(std::span<const Digest> hashes) {
  SC_CHECK(!hashes.empty() && hashes.size() <= kTileWidth);
  Bytes out;
  out.reserve(hashes.size() * kHashBytes);
  for (const Digest& hash : hashes) out.insert(out.end(), hash.begin(), hash.end());
  return out;
}

Result<std::vector<Digest>> decode_tile(ByteView bytes, std::size_t width) {
  if (width == 0 || width > kTileWidth) return bad_width("a tile", width);
  ByteReader reader(bytes);
  std::vector<Digest> hashes(width);
  for (Digest& hash : hashes) hash = reader.array<kHashBytes>();
  TRY_OK(reader.finish("a tile of width " + std::to_string(width)));
  return hashes;
}

Result<Digest> node_of_tile(std::span<const Digest> tile, const NodeId& node) {
  const unsigned height = node.level % kTileHeight;
  const std::size_t width = std::size_t{1} << height;
  const std::size_t first = (node.index & (kTileWidth / width - 1)) * width;
  if (first + width > tile.size()) {
    return not_found("a tile of width `" + std::to_string(tile.size()) +
                     "` does not reach the node; fetch a wider one");
  }
  // The root over hashes of perfect subtrees of equal height is the root of what they stand for.
  return seal::tree_root(tile.subspan(first, width));
}

Bytes encode_bundle(std::span<const ByteView> entries) {
  SC_CHECK(!entries.empty() && entries.size() <= kTileWidth);
  std::size_t size = 0;
  for (const ByteView entry : entries) size += 2 + entry.size();
  Bytes out;
  out.reserve(size);
  for (const ByteView entry : entries) {
    SC_CHECK(entry.size() <= kBundleEntryBytesMax);
    out.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(entry.size()));
    out.insert(out.end(), entry.begin(), entry.end());
  }
  return out;
}

Result<std::vector<ByteView>> decode_bundle(ByteView bytes, std::size_t width) {
  if (width == 0 || width > kTileWidth) return bad_width("an entry bundle", width);
  ByteReader reader(bytes);
  std::vector<ByteView> entries(width);
  for (ByteView& entry : entries) entry = reader.raw(reader.u16());
  TRY_OK(reader.finish("an entry bundle of width " + std::to_string(width)));
  return entries;
}

}  // namespace safeconduct::ledger
