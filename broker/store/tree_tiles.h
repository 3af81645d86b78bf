// The hashes of the ledger's tree on disk: every fourth level, in complete tiles of sixteen that
// are written once, and the edge: what lies behind the last complete tile of each of those levels,
// part of the head and written with every tick. What lies between is hashed from these.
#pragma once

#include <optional>

#include "schemas/io/kv.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::store {

inline constexpr unsigned kTileHeight = 4;
inline constexpr std::size_t kTileWidth = std::size_t{1} << kTileHeight;

struct Tile {
  unsigned level = 0;  // of its hashes; a multiple of kTileHeight
  std::uint64_t index = 0;
  std::array<Digest, kTileWidth> hashes{};
};

class TreeEdge {
 public:
  // Adds what an append to the tree completed, in order; tiles that become whole go to `tiles`.
  void add(const std::vector<ledger::TreeNode>& completed, std::vector<Tile>& tiles);
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // A complete subtree that lies behind the complete tiles of its level; nothing for another.
  [[nodiscard]] std::optional<Digest> hash(const ledger::NodeId& node) const;
  [[nodiscard]] ledger::Frontier frontier() const;

  // size u64 || hashes of level 0, then 4, ...: (size >> level) mod 16 of each.
  [[nodiscard]] Bytes serialise() const;
  // Errors: kInvalid.
  [[nodiscard]] static Result<TreeEdge> parse(ByteView bytes);

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<Digest>> levels_;
};

void stage_tile(io::WriteBatch& batch, const Tile& tile);
// Of a complete subtree that lies within complete tiles of its level; nothing for another. Errors:
// kIo, kCorrupt.
[[nodiscard]] Result<std::optional<Digest>> read_node(const io::KvStore& db,
                                                      const ledger::NodeId& node);

}  // namespace safeconduct::store
