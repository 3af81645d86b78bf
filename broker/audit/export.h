// A log as a folder of plain files that anybody can check without this program (C2SP tlog-tiles),
// with the parts beside. Layout: schemas/FORMATS.md, "Export".
#pragma once

#include "broker/audit/entry_source.h"

namespace safeconduct::audit {

struct ExportReport {
  std::uint64_t entries = 0;
  std::uint64_t files = 0;
};

// `folder` must not exist. Copies what is there, right or wrong: verify the export to know. Errors:
// kConflict (the folder exists), kInvalid (a record that is none; the position is named), kIo, and
// what the source says.
[[nodiscard]] Result<ExportReport> export_log(const EntrySource& source, const std::string& folder);

// Where the parts of a bundle lie.
[[nodiscard]] std::string parts_path(std::uint64_t index, std::size_t width);

}  // namespace safeconduct::audit
