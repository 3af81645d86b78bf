// The projection as bytes, so that a restart need not read the whole ledger again. Byte grammar:
// schemas/FORMATS.md, "Dashboard snapshot". Routing metadata only, as the projection itself.
#pragma once

#include "broker/dashboard/projection/projection.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::dashboard {

// A projection and the tree that it was read from: to go on, the next leaf must fit.
struct Snapshot {
  ledger::Frontier tree;   // of size projection.size()
  std::string checkpoint;  // the newest signed note that was verified
  Projection projection;
};

[[nodiscard]] Bytes encode(const Snapshot& snapshot);
// Errors: kUnsupported (another version: read the ledger again), kCorrupt (not what was written).
[[nodiscard]] Result<Snapshot> decode_snapshot(ByteView bytes);

}  // namespace safeconduct::dashboard
