#include "broker/audit/partial.h"

#include <algorithm>
#include <filesystem>

#include "broker/audit/source_nodes.h"
#include "broker/core/words.h"
#include "schemas/io/file.h"
#include "schemas/ledger/proof_text.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::audit {
namespace {

namespace fs = std::filesystem;
constexpr unsigned kReadable = 0644;
constexpr std::string_view kProof = ".tlog-proof";

std::string stem_of(const std::string& folder, std::uint64_t position) {
  return folder + "/entries/" + std::to_string(position);
}

bool is_ground(const ledger::Entry& entry) {
  return entry.leaf.position.value == 0 || entry.leaf.kind == ledger::EntryKind::kDirectory ||
         entry.leaf.kind == ledger::EntryKind::kPolicy;
}

Status write_entry(const EntrySource& source, const std::string& folder, std::uint64_t position,
                   const ledger::TreeHead& head, const std::string& note) {
  TRY(record, source.record(position));
  TRY(proven, prove(source, position, head));
  const std::string stem = stem_of(folder, position);
  TRY(leaf, ledger::leaf_of_record(record));
  const ledger::ProofText proof{std::nullopt, position, proven.path, note};
  TRY_OK(io::write_new(stem + ".leaf", leaf, kReadable));
  TRY_OK(io::write_new(stem + ".parts", ByteView(record).subspan(leaf.size()), kReadable));
  return io::write_new(stem + std::string(kProof), view_of(ledger::to_text(proof)), kReadable);
}

Result<std::vector<std::uint64_t>> selected(const EntrySource& source, const Selection& selection,
                                            std::uint64_t size, bool& any) {
  Selector selector(selection);
  std::vector<std::uint64_t> out;
  any = false;
  TRY_OK(source.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
    if (place >= size) return false;
    const auto entry =
        record ? ledger::decode_record(*record) : Result<ledger::Entry>(record.error());
    if (!entry) return true;
    const bool takes = selector.takes(*entry);
    any = any || takes;
    if (takes || is_ground(*entry)) out.push_back(place);
    return true;
  }));
  return out;
}

Result<std::vector<std::uint64_t>> positions_in(const std::string& folder) {
  std::vector<std::uint64_t> out;
  std::error_code error;
  for (fs::directory_iterator it(folder + "/entries", error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().stem();
    const bool number = !name.empty() && name.size() < 19 &&
                        name.find_first_not_of("0123456789") == std::string::npos;
    if (it->path().extension() == kProof && number) out.push_back(std::stoull(name));
  }
  if (error) return io::os_error(error.value(), "read", folder + "/entries");
  std::sort(out.begin(), out.end());
  return out;
}

// One entry and its proof. `report` gets the head of the first and is compared with the others'.
Status check_entry(const std::string& folder, std::uint64_t position,
                   const ledger::TrustedCheckpoint& trusted, const std::string& note,
                   std::uint64_t& parts) {
  const std::string stem = stem_of(folder, position);
  TRY(leaf, io::read_file(stem + ".leaf", ledger::kLeafBytes));
  TRY(slots, io::read_file(stem + ".parts", ledger::kRecordBytesMax));
  TRY(text, io::read_file(stem + std::string(kProof), 2 * ledger::kNoteBytesMax));
  TRY(proof, ledger::parse_proof_text(text_of(text)));
  if (proof.checkpoint != note) return invalid("its proof leads to another checkpoint");
  if (proof.index != position) return invalid("its proof is of another entry");
  TRY_OK(ledger::verify_inclusion(seal::leaf_hash(leaf), position, trusted.checkpoint.head,
                                  proof.path));
  Bytes record = std::move(leaf);
  record.insert(record.end(), slots.begin(), slots.end());
  TRY(entry, ledger::decode_record(record));
  if (entry.leaf.position.value != position) return invalid("it says that it is another entry");
  for (const ledger::PartKind kind : ledger::kPartKinds) parts += entry.part(kind) ? 1 : 0;
  return ledger::check_parts(entry);
}

}  // namespace

Result<PartialReport> export_partial(const EntrySource& source, const ledger::TrustPolicy& trust,
                                     const Selection& selection, const std::string& folder) {
  TRY(note, source.checkpoint());
  TRY(trusted, trust.open_unwitnessed(note));
  const ledger::TreeHead head = trusted.checkpoint.head;
  bool any = false;
  TRY(positions, selected(source, selection, head.size, any));
  if (!any) return not_found("the log has no such entry; check the id, the name or the dates");
  std::error_code error;
  if (!fs::create_directory(folder, error)) {
    if (error) return io::os_error(error.value(), "create", folder);
    return Error{ErrorCode::kConflict, "`" + folder + "` exists; name a folder that does not"};
  }
  fs::create_directory(folder + "/entries", error);
  if (error) return io::os_error(error.value(), "create", folder + "/entries");
  PartialReport report;
  report.origin = trusted.checkpoint.origin;
  report.head = head;
  for (const std::uint64_t position : positions) {
    TRY_OK(write_entry(source, folder, position, head, note));
    report.entries += 1;
  }
  TRY_OK(io::write_new(folder + "/vocabulary.txt", view_of(core::vocabulary_text()), kReadable));
  TRY_OK(io::write_new(folder + "/checkpoint", view_of(note), kReadable));
  return report;
}

bool is_partial(const std::string& folder) {
  std::error_code error;
  return fs::is_directory(folder + "/entries", error) && fs::exists(folder + "/checkpoint", error);
}

Result<PartialReport> verify_partial(const std::string& folder, const ledger::TrustPolicy& trust) {
  TRY(bytes, io::read_file(folder + "/checkpoint", ledger::kNoteBytesMax));
  const std::string note(text_of(bytes));
  PartialReport report;
  const auto trusted = trust.open(note);
  if (!trusted) {
    report.findings.push_back(
        {{}, "the checkpoint is not to be trusted: " + trusted.error().message});
    return report;
  }
  report.origin = trusted->checkpoint.origin;
  report.head = trusted->checkpoint.head;
  report.cosignatures = trusted->signatories.size() - 1;
  TRY(positions, positions_in(folder));
  for (const std::uint64_t position : positions) {
    report.entries += 1;
    const Status good = check_entry(folder, position, *trusted, note, report.parts);
    if (!good && report.findings.size() < kFindingsMax) {
      report.findings.push_back({position, good.error().message});
    }
  }
  if (report.entries == 0) report.findings.push_back({{}, "the folder holds no entry"});
  return report;
}

}  // namespace safeconduct::audit
