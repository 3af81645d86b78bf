// Who may read which parts of the ledger: for each tick and reader one list of positions, so that a
// feed never opens an entry that it skips.
#pragma once

#include <map>

#include "broker/core/outcome.h"
#include "schemas/io/kv.h"

namespace safeconduct::store {

// One position that a reader may see some parts of.
struct Readable {
  std::uint64_t position = 0;
  ledger::PartSet parts = ledger::kNoParts;
};

void stage_readers(io::WriteBatch& batch, const std::vector<core::Emitted>& entries);

// What the reader (the empty name: everyone) may read from `from` on, at most `count` positions,
// ascending. Errors: kIo, kCorrupt.
[[nodiscard]] Result<std::vector<Readable>> read_readers(const io::KvStore& db,
                                                         std::string_view reader,
                                                         std::uint64_t from, std::size_t count);

}  // namespace safeconduct::store
