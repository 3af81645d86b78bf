// From a verified entry of the ledger to what the projection is told. Reads the network and routing
// parts; the others are not a coordinator's.
#pragma once

#include "broker/dashboard/projection/facts.h"
#include "schemas/ledger/entry.h"

namespace safeconduct::dashboard {

// An entry whose parts this reader lacks, or of a kind that no coordinator looks at, tells nothing.
// Errors: kInvalid, kUnsupported: a part that cannot be read; the entry's position is named.
[[nodiscard]] Result<EntryFacts> read_entry(const ledger::Entry& entry);

}  // namespace safeconduct::dashboard
