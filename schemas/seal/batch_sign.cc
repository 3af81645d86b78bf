#include "schemas/seal/batch_sign.h"

#include <bitset>

#include "schemas/base/limits.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::seal {
namespace {

static_assert(kBatchPlaces == std::size_t{1} << kBatchDepth);
static_assert(kBatchPlaces == limits::kSignBatchMax);

// safeconduct/1 [receipt] batch NUL || root 32
Bytes signed_root(BatchKind kind, const Digest& root) {
  std::string_view label;
  switch (kind) {
    case BatchKind::kMessages:
      label = "safeconduct/1 batch";
      break;
    case BatchKind::kReceipts:
      label = "safeconduct/1 receipt batch";
      break;
  }
  Bytes out = to_bytes(label);
  out.push_back(0);
  out.insert(out.end(), root.begin(), root.end());
  return out;
}

Digest item_leaf(const Digest& digest, const Digest& salt) {
  return leaf_hash(labelled_hash("safeconduct/1 batch item", {salt, digest}));
}

// One level of the tree; only nodes above an item are known, and one of each pair at most needs
// random bytes in place of a subtree that holds nothing.
struct Level {
  std::array<Digest, kBatchPlaces> nodes;
  std::bitset<kBatchPlaces> known;
};

void fill_siblings(Level& level, std::size_t width, Random& random) {
  for (std::size_t i = 0; i < width; ++i) {
    if (level.known[i] || !level.known[i ^ 1]) continue;
    random.fill(level.nodes[i]);
    level.known[i] = true;
  }
}

Level parents(const Level& level, std::size_t width) {
  Level above;
  for (std::size_t i = 0; i < width / 2; ++i) {
    if (!level.known[2 * i]) continue;
    above.nodes[i] = node_hash(level.nodes[2 * i], level.nodes[2 * i + 1]);
    above.known[i] = true;
  }
  return above;
}

// Distinct places, drawn without bias.
void draw_places(std::span<BatchSignature> items, Random& random) {
  std::array<std::uint8_t, kBatchPlaces> places;
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t left = places.size() - i;
    std::size_t pick = 256;
    while (pick >= 256 / left * left) pick = random.array<1>()[0];
    std::swap(places[i], places[i + pick % left]);
    items[i].place = places[i];
  }
}

}  // namespace

std::vector<BatchSignature> sign_batch(const SigningKey& key, BatchKind kind,
                                       std::span<const Digest> digests, Random& random) {
  SC_CHECK(!digests.empty() && digests.size() <= kBatchPlaces);
  std::vector<BatchSignature> items(digests.size());
  draw_places(items, random);
  Level level;
  for (std::size_t i = 0; i < items.size(); ++i) {
    random.fill(items[i].salt);
    level.nodes[items[i].place] = item_leaf(digests[i], items[i].salt);
    level.known[items[i].place] = true;
  }
  for (std::size_t depth = 0; depth < kBatchDepth; ++depth) {
    const std::size_t width = kBatchPlaces >> depth;
    fill_siblings(level, width, random);
    for (BatchSignature& item : items) {
      item.siblings[depth] = level.nodes[(item.place >> depth) ^ 1u];
    }
    level = parents(level, width);
  }
  const Signature signature = key.sign(signed_root(kind, level.nodes[0]));
  for (BatchSignature& item : items) item.signature = signature;
  return items;
}

Result<Digest> batch_root(const Digest& digest, const BatchSignature& signature) {
  if (signature.place >= kBatchPlaces) {
    return invalid("signature batch has no place `" + std::to_string(signature.place) + "`");
  }
  Digest node = item_leaf(digest, signature.salt);
  for (std::size_t depth = 0; depth < kBatchDepth; ++depth) {
    const Digest& sibling = signature.siblings[depth];
    const bool right = ((signature.place >> depth) & 1u) != 0;
    node = right ? node_hash(sibling, node) : node_hash(node, sibling);
  }
  return node;
}

bool verify_root(const VerifyKey& key, BatchKind kind, const Digest& root,
                 const Signature& signature) {
  return verify(key, signed_root(kind, root), signature);
}

Status verify_batch(const VerifyKey& key, BatchKind kind, const Digest& digest,
                    const BatchSignature& signature) {
  TRY(root, batch_root(digest, signature));
  if (!verify_root(key, kind, root, signature.signature)) {
    return unauthentic("signature does not hold under key `" + key.id().text() + "`");
  }
  return {};
}

}  // namespace safeconduct::seal
