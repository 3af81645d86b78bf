// Whether a log is whole: the entries lead to the signed root, the parts are those that the entries
// commit to, positions are dense and instants never go back; every head that the log is known to
// have signed is a prefix of it, and one of them bears the witnesses that the trust file asks for.
// Reads nothing but the source and the trust file.
#pragma once

#include <map>

#include "broker/audit/entry_source.h"
#include "broker/audit/finding.h"
#include "broker/audit/progress.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::audit {

struct VerifyReport {
  std::string origin;
  ledger::TreeHead head;            // what the checkpoint says
  std::size_t cosignatures = 0;     // of witnesses, on the newest head that has enough of them
  std::uint64_t cosigned_size = 0;  // of that head
  std::uint64_t heads = 0;          // further signed heads that the entries led to
  std::uint64_t entries = 0;
  std::uint64_t parts = 0;
  std::uint64_t absent_parts = 0;  // committed to and not here: pruned, or not given to this reader
  std::uint64_t pruned_parts = 0;  // of these, destroyed by an entry of this log
  std::vector<std::uint64_t> pruned_by;  // those entries, ascending
  std::map<ledger::EntryKind, std::uint64_t> kinds;
  Instant first;
  Instant last;
  std::vector<Finding> findings;

  [[nodiscard]] bool good() const { return findings.empty(); }
};

struct VerifyOptions {
  // Heads that the auditor kept from earlier, by file name: an older copy is found by them.
  std::vector<EntrySource::KnownHead> kept_heads;
  Progress* progress = nullptr;
};

// Hashes on all cores. Errors: the source cannot be read. What is wrong with the log is a finding.
[[nodiscard]] Result<VerifyReport> verify(const EntrySource& source,
                                          const ledger::TrustPolicy& trust,
                                          const VerifyOptions& options = {});

}  // namespace safeconduct::audit
