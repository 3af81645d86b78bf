// What a reader is shown of the ledger: the parts that are its own, with proofs that lead to a
// checkpoint that it was sent before.
#pragma once

#include "broker/store/store.h"
#include "schemas/base/limits.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/messages.h"

namespace safeconduct::broker {

// The published checkpoint, and that it extends the tree of `old_size` (nothing to prove for 0 or
// for a size that this log has not reached). Errors: kIo, kCorrupt.
[[nodiscard]] Result<wire::Checkpoint> checkpoint_since(const store::Store& store,
                                                        std::uint64_t old_size);

// An entry with some of its parts and its path to the published checkpoint.
[[nodiscard]] Result<wire::EntryView> entry_view(const store::Store& store,
                                                 const ledger::Entry& entry, ledger::PartSet parts);

// An observer reads the routing parts of all entries beside what is everyone's: an agency whose
// only role in the directory is `coordinator`, so that nobody who serves people sees who else does.
[[nodiscard]] bool is_observer(const wire::DirectoryAgency& agency);

// What an agency may see of an entry that it did not necessarily take part in.
[[nodiscard]] ledger::PartSet parts_for_all(bool observer);
// What a view takes in a frame, but for its envelope; a page of a feed holds this much, or one
// view.
[[nodiscard]] std::size_t bytes_of(const wire::EntryView& view);
inline constexpr std::size_t kFeedPageBytes = limits::kFrameBytesMax / 2;

// The next page of an agency's feed. Errors: kIo, kCorrupt.
[[nodiscard]] Result<wire::Feed> feed_page(const store::Store& store, const AgencyId& agency,
                                           std::uint64_t from);
// The next page of an observer's feed: every entry, none left out, so that it can follow the tree
// itself. Only the last has its path, which proves all before it.
[[nodiscard]] Result<wire::Feed> observer_page(const store::Store& store, std::uint64_t from);

}  // namespace safeconduct::broker
