#include "broker/audit/export.h"

#include <filesystem>

#include "broker/core/words.h"
#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/ledger/note.h"
#include "schemas/ledger/tile_builder.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::audit {
namespace {

namespace fs = std::filesystem;
constexpr unsigned kReadable = 0644;

class Exporter {
 public:
  explicit Exporter(std::string folder) : folder_(std::move(folder)) {}

  Status take(std::uint64_t place, const Bytes& record);
  Result<ExportReport> finish(const EntrySource& source, const std::string& note);

 private:
  Status write(const std::string& path, ByteView bytes);
  Status write_tile(const ledger::Tile& tile);
  Status write_bundle();
  Status write_checkpoint(const EntrySource& source, const std::string& note);
  Status write_document(const ledger::Entry& entry);

  std::string folder_;
  ledger::TileBuilder tiles_;
  std::vector<Bytes> leaves_;
  ByteWriter parts_;
  ExportReport report_;
};

// As durable as a copy needs to be: whoever exports verifies the export.
Status Exporter::write(const std::string& path, ByteView bytes) {
  const std::string whole = folder_ + "/" + path;
  std::error_code error;
  fs::create_directories(io::directory_of(whole), error);
  if (error) return io::os_error(error.value(), "create a folder for", whole);
  report_.files += 1;
  return io::write_new(whole, bytes, kReadable);
}

Status Exporter::write_tile(const ledger::Tile& tile) {
  return write(tile.path(), ledger::encode_tile(tile.hashes));
}

Status Exporter::write_bundle() {
  if (leaves_.empty()) return {};
  const std::uint64_t index = (tiles_.size() - 1) / ledger::kTileWidth;
  const std::vector<ByteView> views(leaves_.begin(), leaves_.end());
  TRY_OK(write(ledger::bundle_path(index, leaves_.size()), ledger::encode_bundle(views)));
  TRY_OK(write(parts_path(index, leaves_.size()), parts_.take()));
  leaves_.clear();
  parts_ = ByteWriter();
  return {};
}

// Directories and policies also by themselves, for people.
Status Exporter::write_document(const ledger::Entry& entry) {
  const bool directory = entry.leaf.kind == ledger::EntryKind::kDirectory;
  const bool policy = entry.leaf.kind == ledger::EntryKind::kPolicy;
  const auto& part = entry.part(ledger::PartKind::kNetwork);
  if ((!directory && !policy) || !part) return {};
  const std::string number = std::to_string(entry.leaf.position.value);
  return write((directory ? "directories/" : "policies/") + number + ".note", part->bytes);
}

Status Exporter::take(std::uint64_t place, const Bytes& record) {
  const auto entry = ledger::decode_record(record);
  if (!entry || place != tiles_.size()) {
    return invalid("entry " + std::to_string(tiles_.size()) +
                   " is missing or cannot be read; verify this log before it is exported");
  }
  TRY(leaf, ledger::leaf_of_record(record));
  std::vector<ledger::Tile> full;
  tiles_.append(seal::leaf_hash(leaf), full);
  leaves_.push_back(to_bytes(leaf));
  parts_.blob(ByteView(record).subspan(leaf.size()));
  for (const ledger::Tile& tile : full) TRY_OK(write_tile(tile));
  TRY_OK(write_document(*entry));
  if (leaves_.size() == ledger::kTileWidth) TRY_OK(write_bundle());
  report_.entries += 1;
  return {};
}

// With the cosignatures of witnesses where they are of this head, else beside it.
Status Exporter::write_checkpoint(const EntrySource& source, const std::string& note) {
  std::string whole = note;
  for (const EntrySource::KnownHead& known : source.known_heads()) {
    if (known.where != "cosigned") continue;
    const auto ours = ledger::parse_note(note);
    const auto theirs = ledger::parse_note(known.note);
    if (ours && theirs && ours->text == theirs->text) {
      whole = known.note;
    } else {
      TRY_OK(write("checkpoint.cosigned", view_of(known.note)));
    }
  }
  return write("checkpoint", view_of(whole));
}

Result<ExportReport> Exporter::finish(const EntrySource& source, const std::string& note) {
  TRY_OK(write_bundle());
  for (const ledger::Tile& tile : tiles_.partial()) TRY_OK(write_tile(tile));
  TRY_OK(write("vocabulary.txt", view_of(core::vocabulary_text())));
  TRY_OK(write_checkpoint(source, note));
  return report_;
}

}  // namespace

std::string parts_path(std::uint64_t index, std::size_t width) {
  constexpr std::string_view kEntries = "tile/entries/";
  return "parts/" + ledger::bundle_path(index, width).substr(kEntries.size());
}

Result<ExportReport> export_log(const EntrySource& source, const std::string& folder) {
  TRY(checkpoint, source.checkpoint());
  std::error_code error;
  if (!fs::create_directory(folder, error)) {
    if (error) return io::os_error(error.value(), "create", folder);
    return Error{ErrorCode::kConflict, "`" + folder + "` exists; name a folder that does not"};
  }
  Exporter exporter(folder);
  Status taken;
  TRY_OK(source.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
    taken = record ? exporter.take(place, *record) : Status(record.error());
    return taken.has_value();
  }));
  TRY_OK(taken);
  return exporter.finish(source, checkpoint);
}

}  // namespace safeconduct::audit
