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
constexpr std::size_t kInBundle = 2 + ledger::kLeafBytes;

Error length_wrong(std::size_t length, bool alone) {
  return invalid("the length before it in the bundle says " + std::to_string(length) +
                 ", an entry has " + std::to_string(ledger::kLeafBytes) + " bytes" +
                 (alone ? "" : "; the entries after it in this bundle cannot be told apart"));
}

Error parts_broken(std::uint64_t last) {
  return invalid(
      "its parts are not in form or their length is wrong; the parts of the entries up "
      "to " +
      std::to_string(last) + " in the same file cannot be told apart");
}

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

// The parts of a bundle's entries, one slot each. A damaged length shifts all that follow it: then
// the first slot that is none is named, and the ones after it cannot be told apart.
struct PartSlots {
  std::vector<ByteView> slots;
  std::optional<std::size_t> broken;
};
PartSlots slots_of(ByteView parts, ByteView leaves, std::size_t width) {
  PartSlots out;
  ByteReader in(parts);
  for (std::size_t i = 0; i < width; ++i) {
    const ByteView slot = in.blob(ledger::kRecordBytesMax);
    if (in.failed()) break;
    out.slots.push_back(slot);
  }
  if (out.slots.size() == width && in.remaining() == 0) return out;
  std::size_t good = 0;
  for (; good < out.slots.size(); ++good) {
    if (leaves.size() < (good + 1) * kInBundle) break;
    Bytes record = to_bytes(leaves.subspan(good * kInBundle + 2, ledger::kLeafBytes));
    record.insert(record.end(), out.slots[good].begin(), out.slots[good].end());
    if (!ledger::decode_record(record)) break;
  }
  out.broken = good;
  out.slots.resize(good);
  return out;
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
  const PartSlots slots = parts ? slots_of(*parts, *bundle, width) : PartSlots();
  ByteReader leaves(*bundle);
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t length = leaves.u16();
    Bytes record = to_bytes(leaves.raw(ledger::kLeafBytes));
    if (leaves.failed()) return visit(first + i, invalid("the bundle of entries is cut short"));
    const Bytes of_entry = i < slots.slots.size() ? to_bytes(slots.slots[i]) : Bytes(kNoParts);
    record.insert(record.end(), of_entry.begin(), of_entry.end());
    // INVARIANT: leaves are of one length, so that a damaged length damages no other entry.
    const Result<Bytes> shown = length != ledger::kLeafBytes
                                    ? length_wrong(length, bundle->size() == width * kInBundle)
                                : slots.broken == i ? parts_broken(first + width - 1)
                                                    : Result<Bytes>(std::move(record));
    if (!visit(first + i, shown)) return false;
    if (length != ledger::kLeafBytes && bundle->size() != width * kInBundle) return true;
  }
  if (slots.broken == width) return visit(first + width, invalid("more parts than entries"));
  if (leaves.remaining() == 0) return true;
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
