// A real tile log that transparency-dev/tessera publishes with a checkpoint for every size.
#include <catch2/catch.hpp>

#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/tile_reader.h"
#include "schemas/seal/merkle.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/ledger/vectors.h"

namespace safeconduct::ledger {
namespace {

constexpr std::string_view kOrigin = "example.com/log/testdata";
constexpr std::string_view kKey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
constexpr std::uint64_t kSizeMax = 15;

class Folder final : public TileSource {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] Result<Bytes> tile(const TileId& tile, std::size_t width) const override {
    return file(tile_path(tile, width));
  }
  [[nodiscard]] Bytes file(const std::string& name) const {
    return to_bytes(file_text(path_ / name));
  }
  [[nodiscard]] TreeHead head(const std::string& name) const {
    const NoteKey key = NoteKey::parse(kKey).value();
    return open_checkpoint(file_text(path_ / name), kOrigin, key).value().head;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("Tessera's checkpoints open, and each says what its entries hash to") {
  const auto path = vector_folder("tessera/testdata/log");
  if (!path) return;
  const Folder log(*path);
  CHECK(log.head("checkpoint.0") == TreeHead{0, empty_root()});
  for (std::uint64_t size = 1; size <= kSizeMax; ++size) {
    const Bytes bundle = log.file(bundle_path(0, size));
    Frontier frontier;
    const auto entries = decode_bundle(bundle, size).value();
    for (const ByteView entry : entries) frontier.append(seal::leaf_hash(entry));
    CHECK(log.head("checkpoint." + std::to_string(size)) == frontier.head());
  }
  CHECK(log.head("checkpoint") == log.head("checkpoint.15"));
}

TEST_CASE("Tessera's tiles are the ones that we make of the same entries") {
  const auto path = vector_folder("tessera/testdata/log");
  if (!path) return;
  const Folder log(*path);
  MemoryNodes nodes;
  const Bytes bundle = log.file(bundle_path(0, kSizeMax));
  const auto entries = decode_bundle(bundle, kSizeMax).value();
  for (std::uint64_t size = 1; size <= kSizeMax; ++size) {
    nodes.append(seal::leaf_hash(entries[size - 1]));
    CHECK(make_tile(nodes, {0, 0}, size).value() == log.file(tile_path({0, 0}, size)));
    CHECK(encode_bundle(std::span(entries).first(size)) == log.file(bundle_path(0, size)));
  }
}

TEST_CASE("Tessera's log is proved from its tiles, entry by entry and size by size") {
  const auto path = vector_folder("tessera/testdata/log");
  if (!path) return;
  const Folder log(*path);
  const Bytes bundle = log.file(bundle_path(0, kSizeMax));
  const auto entries = decode_bundle(bundle, kSizeMax).value();
  for (std::uint64_t size = 1; size <= kSizeMax; ++size) {
    const TileHashReader reader(log, size);
    const TreeHead head = log.head("checkpoint." + std::to_string(size));
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = inclusion_proof(reader, index, size).value();
      CHECK(verify_inclusion(seal::leaf_hash(entries[index]), index, head, proof));
      const TreeHead old_head = log.head("checkpoint." + std::to_string(index + 1));
      const Proof growth = consistency_proof(reader, index + 1, size).value();
      CHECK(verify_consistency(old_head, head, growth));
    }
  }
}

}  // namespace safeconduct::ledger
