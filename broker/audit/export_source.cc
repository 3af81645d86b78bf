// An export read back: what export.cc wrote, and nothing of it believed.
#include <filesystem>

#include "broker/audit/export.h"
#include "broker/audit/store_source.h"
#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/tiles.h"

namespace safeconduct::audit {
namespace {

constexpr std::size_t kBundleBytesMax = ledger::kTileWidth * (2 + ledger::kBundleEntryBytesMax);
constexpr std::size_t kPartsBytesMax = ledger::kTileWidth * (4 + ledger::kRecordBytesMax);
constexpr std::size_t kNoParts = ledger::kParts;  // one zero byte each

class ExportSource final : public EntrySource {
 public:
  ExportSource(std::string folder, std::string note, std::uint64_t size)
      : folder_(std::move(folder)), note_(std::move(note)), size_(size) {}

  Result<std::string> checkpoint() const override { return note_; }
  std::vector<KnownHead> known_heads() const override;
  Status for_each(const Visit& visit) const override;
  std::optional<Digest> node(const ledger::NodeId& node) const override;
  Result<Bytes> record(std::uint64_t place) const override;

 private:
  bool visit_bundle(std::uint64_t index, const Visit& visit) const;

  std::string folder_;
  std::string note_;
  std::uint64_t size_;
  // The tile that was read last, of each level.
  mutable std::array<std::pair<std::uint64_t, std::vector<Digest>>, ledger::kTileLevels> tiles_{};
};

std::vector<EntrySource::KnownHead> ExportSource::known_heads() const {
  const auto note = io::read_file(folder_ + "/checkpoint.cosigned", ledger::kNoteBytesMax);
  if (!note) return {};
  return {{"cosigned", std::string(text_of(*note))}};
}

Status ExportSource::for_each(const Visit& visit) const {
  const std::uint64_t bundles = (size_ + ledger::kTileWidth - 1) / ledger::kTileWidth;
  for (std::uint64_t index = 0; index < bundles; ++index) {
    if (!visit_bundle(index, visit)) break;
  }
  return {};
}

Result<Bytes> ExportSource::record(std::uint64_t place) const {
  std::optional<Result<Bytes>> found;
  visit_bundle(place / ledger::kTileWidth, [&](std::uint64_t at, const Result<Bytes>& record) {
    if (at == place) found.emplace(record);
    return at < place;
  });
  if (!found) return not_found("the export has no entry " + std::to_string(place));
  return std::move(*found);
}

bool ExportSource::visit_bundle(std::uint64_t index, const Visit& visit) const {
  const std::uint64_t first = index * ledger::kTileWidth;
  const std::size_t width = ledger::tile_width({0, index}, size_);
  const auto bundle =
      io::read_file(folder_ + "/" + ledger::bundle_path(index, width), kBundleBytesMax);
  if (!bundle) {  // the log ends here, however many entries the checkpoint claims
    visit(first, bundle.error());
    return false;
  }
  // Without the file of parts the leaves alone are read: an export for somebody who may see none.
  const auto parts = io::read_file(folder_ + "/" + parts_path(index, width), kPartsBytesMax);
  ByteReader leaves(*bundle);
  ByteReader slots(parts ? ByteView(*parts) : ByteView());
  for (std::size_t i = 0; i < width; ++i) {
    Bytes record = to_bytes(leaves.raw(leaves.u16()));
    const Bytes of_entry = parts ? to_bytes(slots.blob(ledger::kRecordBytesMax)) : Bytes(kNoParts);
    if (leaves.failed()) return visit(first + i, invalid("the bundle of entries is cut short"));
    if (slots.failed() && parts) return visit(first + i, invalid("the file of parts is cut short"));
    record.insert(record.end(), of_entry.begin(), of_entry.end());
    if (!visit(first + i, std::move(record))) return false;
  }
  if (leaves.remaining() == 0 && slots.remaining() == 0) return true;
  return visit(first + width, invalid("there is more in the bundle than its name says"));
}

std::optional<Digest> ExportSource::node(const ledger::NodeId& node) const {
  if (node.level % ledger::kTileHeight != 0) return std::nullopt;
  const ledger::TileId id = ledger::tile_of(node);
  auto& [index, hashes] = tiles_[id.level];
  if (hashes.empty() || index != id.index) {
    const std::size_t width = ledger::tile_width(id, size_);
    if (width == 0) return std::nullopt;
    const auto bytes = io::read_file(folder_ + "/" + ledger::tile_path(id, width),
                                     ledger::kTileWidth * sizeof(Digest));
    auto tile =
        bytes ? ledger::decode_tile(*bytes, width) : Result<std::vector<Digest>>(bytes.error());
    if (!tile) return std::nullopt;
    index = id.index;
    hashes = std::move(*tile);
  }
  const std::size_t at = static_cast<std::size_t>(node.index % ledger::kTileWidth);
  return at < hashes.size() ? std::optional(hashes[at]) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<EntrySource>> open_export(const std::string& folder) {
  TRY(bytes, io::read_file(folder + "/checkpoint", ledger::kNoteBytesMax));
  std::string note(text_of(bytes));
  // Only to know how many files there are to read; whether to trust it is asked in verify().
  const auto parsed = ledger::parse_note(note);
  const auto checkpoint = ledger::parse_checkpoint(parsed ? parsed->text : std::string());
  const std::uint64_t size = checkpoint ? checkpoint->head.size : 0;
  return std::unique_ptr<EntrySource>(
      std::make_unique<ExportSource>(folder, std::move(note), size));
}

Result<std::unique_ptr<EntrySource>> open_source(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(path + "/checkpoint", error)) return open_export(path);
  if (fs::exists(path + "/db", error)) return open_store(path);
  return not_found("`" + path +
                   "` is neither a broker's store nor an export of one; name the "
                   "folder that `safeconduct audit export` wrote, or the one that broker.toml "
                   "calls store");
}

}  // namespace safeconduct::audit
