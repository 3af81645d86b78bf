#include "broker/store/tree_tiles.h"

#include "broker/store/layout.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::store {
namespace {

// Where a node lies: `width` hashes of a lower level from `first` on.
struct Place {
  unsigned level;
  std::uint64_t first;
  std::size_t width;
};

Place place_of(const ledger::NodeId& node) {
  const unsigned above = node.level % kTileHeight;
  return {node.level - above, node.index << above, std::size_t{1} << above};
}

}  // namespace

void TreeEdge::add(const std::vector<ledger::TreeNode>& completed, std::vector<Tile>& tiles) {
  for (const ledger::TreeNode& node : completed) {
    if (node.id.level == 0) size_ = node.id.index + 1;
    if (node.id.level % kTileHeight != 0) continue;
    const std::size_t place = node.id.level / kTileHeight;
    if (levels_.size() <= place) levels_.resize(place + 1);
    std::vector<Digest>& hashes = levels_[place];
    hashes.push_back(node.hash);
    if (hashes.size() < kTileWidth) continue;
    Tile& tile = tiles.emplace_back();
    tile.level = node.id.level;
    tile.index = node.id.index / kTileWidth;
    std::copy(hashes.begin(), hashes.end(), tile.hashes.begin());
    hashes.clear();
  }
}

std::optional<Digest> TreeEdge::hash(const ledger::NodeId& node) const {
  const Place place = place_of(node);
  const std::size_t level = place.level / kTileHeight;
  if (level >= levels_.size()) return std::nullopt;
  const std::vector<Digest>& hashes = levels_[level];
  const std::uint64_t complete = (size_ >> place.level) / kTileWidth * kTileWidth;
  if (place.first < complete || place.first - complete + place.width > hashes.size()) {
    return std::nullopt;
  }
  const auto from = static_cast<std::size_t>(place.first - complete);
  return seal::tree_root(std::span(hashes).subspan(from, place.width));
}

ledger::Frontier TreeEdge::frontier() const {
  std::vector<Digest> roots;
  for (const ledger::NodeId& node : ledger::frontier_nodes(size_)) {
    const auto root = hash(node);
    SC_CHECK(root.has_value());  // by the number of hashes of each level, see parse
    roots.push_back(*root);
  }
  return ledger::Frontier::from_subtrees(size_, std::move(roots)).value();
}

Bytes TreeEdge::serialise() const {
  ByteWriter out;
  out.u64(size_);
  for (const auto& hashes : levels_) {
    for (const Digest& hash : hashes) out.raw(hash);
  }
  return out.take();
}

Result<TreeEdge> TreeEdge::parse(ByteView bytes) {
  ByteReader in(bytes);
  TreeEdge out;
  out.size_ = in.u64();
  for (std::uint64_t nodes = out.size_; nodes > 0; nodes /= kTileWidth) {
    auto& hashes = out.levels_.emplace_back(static_cast<std::size_t>(nodes % kTileWidth));
    for (Digest& hash : hashes) hash = in.array<32>();
  }
  TRY_OK(in.finish("the edge of the log's tree"));
  return out;
}

void stage_tile(io::WriteBatch& batch, const Tile& tile) {
  static_assert(sizeof tile.hashes == kTileWidth * sizeof(Digest));
  batch.put(kNodes, node_key({tile.level, tile.index}),
            {tile.hashes.front().data(), sizeof tile.hashes});
}

Result<std::optional<Digest>> read_node(const io::KvStore& db, const ledger::NodeId& node) {
  const Place place = place_of(node);
  std::optional<Digest> out;
  bool sound = true;
  const auto show = [&](ByteView value) {
    std::array<Digest, kTileWidth> hashes;
    sound = value.size() == sizeof hashes;
    if (!sound) return;
    std::memcpy(hashes.data(), value.data(), sizeof hashes);
    const auto from = static_cast<std::size_t>(place.first % kTileWidth);
    out = seal::tree_root(std::span<const Digest>(hashes).subspan(from, place.width));
  };
  TRY_OK(db.visit(kNodes, node_key({place.level, place.first / kTileWidth}), show));
  if (!sound) return corrupt("a tile of the log's tree has another size than tiles have");
  return out;
}

}  // namespace safeconduct::store
