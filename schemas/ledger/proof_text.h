// c2sp.org/tlog-proof@v1: an inclusion proof and its checkpoint as one small text file that can be
// carried anywhere. The entry itself is not in it.
#pragma once

#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/proof.h"

namespace safeconduct::ledger {

struct ProofText {
  std::optional<Bytes> extra;  // for the application; not authenticated
  std::uint64_t index = 0;
  Proof path;
  std::string checkpoint;  // the signed note as it is
  friend bool operator==(const ProofText&, const ProofText&) = default;
};

[[nodiscard]] std::string to_text(const ProofText& proof);
// Errors: kInvalid.
[[nodiscard]] Result<ProofText> parse_proof_text(std::string_view text);

// That the leaf is in the log `origin`, by a checkpoint that `log_key` signed; returns that
// checkpoint. Errors: kInvalid, kUnauthentic.
[[nodiscard]] Result<Checkpoint> check_proof(const ProofText& proof, const Digest& leaf_hash,
                                             std::string_view origin, const NoteKey& log_key);

}  // namespace safeconduct::ledger
