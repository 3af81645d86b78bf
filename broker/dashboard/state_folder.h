// What the dashboard keeps on disk: the snapshot of its projection. Nothing else but sign-in links
// and actions that the broker has not recorded yet.
#pragma once

#include "broker/dashboard/projection/snapshot.h"
#include "schemas/base/log.h"

namespace safeconduct::dashboard {

// What a restart goes on from; an empty one when there is none, or none that can be used (with a
// line in the log). Errors: kForbidden (the folder is open to others), kIo.
[[nodiscard]] Result<Snapshot> load_state(const std::string& folder, const Log& log);
[[nodiscard]] Status save_state(const std::string& folder, const Snapshot& snapshot);

}  // namespace safeconduct::dashboard
