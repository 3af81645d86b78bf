// Proofs out of whatever an auditor was given: nodes that lie beside the entries where they do,
// else hashed from the entries themselves. What comes out is checked against the signed head, so
// nothing here is believed.
#pragma once

#include "broker/audit/entry_source.h"
#include "schemas/ledger/proof.h"

namespace safeconduct::audit {

class SourceNodes final : public ledger::HashReader {
 public:
  explicit SourceNodes(const EntrySource& source) : source_(source) {}
  // Errors: kNotFound, kInvalid.
  [[nodiscard]] Result<Digest> hash(const ledger::NodeId& node) const override;

 private:
  const EntrySource& source_;
};

// The entry with its leaf hash, and the path that leads from it to `head`, verified. Errors:
// kNotFound, kUnauthentic.
struct Proven {
  ledger::Entry entry;
  Digest leaf_hash{};
  ledger::Proof path;
};
[[nodiscard]] Result<Proven> prove(const EntrySource& source, std::uint64_t position,
                                   const ledger::TreeHead& head);

}  // namespace safeconduct::audit
