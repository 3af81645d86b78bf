// What may be destroyed now: parts whose time is over by the retention in force, and that no hold
// keeps.
#pragma once

#include "broker/core/command.h"
#include "broker/store/store.h"

namespace safeconduct::broker {

// The next pruning, of at most kPrunedAtOnce entries; nothing when none is due. What cannot be told
// to lie outside a hold is spared. Errors: kIo, kCorrupt.
[[nodiscard]] Result<std::optional<core::Prune>> next_pruning(const store::Store& store,
                                                              Instant now);

}  // namespace safeconduct::broker
