// What a reader is shown of the ledger: the parts that are its own, with proofs that lead to a
// checkpoint that it was sent before.
#pragma once

#include "broker/store/store.h"
#include "schemas/wire/messages.h"

namespace safeconduct::broker {

// The published checkpoint, and that it extends the tree of `old_size` (nothing to prove for 0 or
// for a size that this log has not reached). Errors: kIo, kCorrupt.
[[nodiscard]] Result<wire::Checkpoint> checkpoint_since(const store::Store& store,
                                                        std::uint64_t old_size);

// An entry with some of its parts and its path to the published checkpoint.
[[nodiscard]] Result<wire::EntryView> entry_view(const store::Store& store,
                                                 const ledger::Entry& entry, ledger::PartSet parts);

// The next page of an agency's feed. Errors: kIo, kCorrupt.
[[nodiscard]] Result<wire::Feed> feed_page(const store::Store& store, const AgencyId& agency,
                                           std::uint64_t from);

}  // namespace safeconduct::broker
