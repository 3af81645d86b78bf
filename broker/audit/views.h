// The log for programs that know other words: JSON lines, CSV, FHIR R4 AuditEvent (IHE BALP), OCSF
// 1.3.0. Lossy: each line carries its entry's position and leaf hash, so that it can be traced back
// to what is signed.
#pragma once

#include "broker/audit/questions.h"

namespace safeconduct::audit {

enum class ViewForm : std::uint8_t { kJsonLines, kCsv, kFhir, kOcsf };
[[nodiscard]] std::optional<ViewForm> view_form_named(std::string_view word);

// Every entry that can be read, one line each (CSV: after a line of headings). `origin`: the log's
// name. Errors: the source cannot be read.
[[nodiscard]] Result<std::string> view_of_log(const EntrySource& source, ViewForm form,
                                              const std::string& origin);

}  // namespace safeconduct::audit
