// Some entries of a log, each with its proof: for somebody who may see these and no others, checked
// with nothing but the trust file. Layout: schemas/FORMATS.md, "Partial export".
#pragma once

#include "broker/audit/finding.h"
#include "broker/audit/questions.h"
#include "broker/audit/selection.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::audit {

struct PartialReport {
  std::string origin;
  ledger::TreeHead head;
  std::uint64_t entries = 0;
  std::uint64_t parts = 0;
  std::size_t cosignatures = 0;
  std::vector<Finding> findings;

  [[nodiscard]] bool good() const { return findings.empty(); }
};

// Also takes the first entry, and every directory and policy, which the others rest on. `folder`
// must not exist. Errors: kConflict, kNotFound (nothing is selected), kUnauthentic (an entry that
// does not lead to the signed head), kIo.
[[nodiscard]] Result<PartialReport> export_partial(const EntrySource& source,
                                                   const ledger::TrustPolicy& trust,
                                                   const Selection& selection,
                                                   const std::string& folder);

[[nodiscard]] bool is_partial(const std::string& folder);
// Errors: the folder cannot be read.
[[nodiscard]] Result<PartialReport> verify_partial(const std::string& folder,
                                                   const ledger::TrustPolicy& trust);

}  // namespace safeconduct::audit
