// Whether a log is whole: the entries lead to the signed root, the parts are those that the entries
// commit to, positions are dense and instants never go back. Reads nothing but the source and the
// trust file.
#pragma once

#include <map>

#include "broker/audit/entry_source.h"
#include "broker/audit/finding.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::audit {

struct VerifyReport {
  std::string origin;
  ledger::TreeHead head;         // what the checkpoint says
  std::size_t cosignatures = 0;  // of witnesses
  std::uint64_t entries = 0;
  std::uint64_t parts = 0;
  std::uint64_t absent_parts = 0;  // committed to and not here: pruned, or not given to this reader
  std::map<ledger::EntryKind, std::uint64_t> kinds;
  Instant first;
  Instant last;
  std::vector<Finding> findings;

  [[nodiscard]] bool good() const { return findings.empty(); }
};

// Errors: the source cannot be read. What is wrong with the log is a finding.
[[nodiscard]] Result<VerifyReport> verify(const EntrySource& source,
                                          const ledger::TrustPolicy& trust);

}  // namespace safeconduct::audit
