#include "examples/demo_audit.h"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>

namespace safeconduct::demo {
namespace {

namespace fs = std::filesystem;

// The largest file of entries in an export.
fs::path file_with_entries(const std::string& folder) {
  fs::path best;
  std::uintmax_t size = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder + "/tile/entries")) {
    if (!entry.is_regular_file() || entry.file_size() <= size) continue;
    size = entry.file_size();
    best = entry.path();
  }
  if (best.empty()) throw std::runtime_error("the export at " + folder + " holds no entries");
  return best;
}

void flip_one_bit(const fs::path& file) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
  bytes.seekg(middle);
  const int byte = bytes.get();
  bytes.seekp(middle);
  bytes.put(static_cast<char>(byte ^ 1));
}

}  // namespace

AuditResult audit(std::ostream& out, const Stage& stage) {
  const std::string copy = stage.folder() + "/audit-copy";
  const std::string exported = stage.folder() + "/audit-export";
  const std::string tampered = stage.folder() + "/audit-tampered";
  fs::copy(stage.store(), copy, fs::copy_options::recursive);
  AuditResult result;

  out << "\nIs the log whole? An auditor takes a copy of the store and a trust file, and no word "
         "of "
         "the broker\n";
  const Ran verify = stage.tool({"audit", "verify", copy, "--trust", stage.trust()});
  const Ran counted = stage.tool({"audit", "verify", copy, "--trust", stage.trust(), "--json"});
  result.verified = verify.exit == 0 && counted.exit == 0;
  out << indented(verify.output);
  if (result.verified) result.entries = Json::parse(counted.output).value("entries", 0);

  const Ran replay = stage.tool({"audit", "replay", copy, "--trust", stage.trust()});
  result.replayed = replay.exit == 0;
  out << indented(replay.output);

  const Ran exporting =
      stage.tool({"audit", "export", copy, "--out", exported, "--trust", stage.trust()});
  if (exporting.exit != 0) throw std::runtime_error(exporting.output);
  fs::copy(exported, tampered, fs::copy_options::recursive);
  flip_one_bit(file_with_entries(tampered));
  const Ran found = stage.tool({"audit", "verify", tampered, "--trust", stage.trust()});
  result.tamper_found = found.exit == 1;
  out << "  One bit of one entry is flipped in a second copy:\n" << indented(found.output);
  return result;
}

}  // namespace safeconduct::demo
