// The two kinds of source that open_source knows.
#pragma once

#include "broker/audit/entry_source.h"

namespace safeconduct::audit {

// `folder` as Store::open takes it. Works beside a stopped broker and on copies. Errors: those of
// KvStore::open_read_only.
[[nodiscard]] Result<std::unique_ptr<EntrySource>> open_store(const std::string& folder);
// A folder that export_log wrote; without entries when its checkpoint is none. Errors: kNotFound.
[[nodiscard]] Result<std::unique_ptr<EntrySource>> open_export(const std::string& folder);

}  // namespace safeconduct::audit
