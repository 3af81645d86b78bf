// The hash tree of RFC 6962 §2.1 with SHA-256: over the leaves of the ledger, over the slots of a
// message and over the places of a signature batch.
#pragma once

#include <span>

#include "schemas/base/bytes.h"

namespace safeconduct::seal {

// H(0x00 || data).
[[nodiscard]] Digest leaf_hash(ByteView data);
// H(0x01 || left || right).
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);
// MTH over leaves that are hashed already; H("") for none.
[[nodiscard]] Digest tree_root(std::span<const Digest> leaf_hashes);

}  // namespace safeconduct::seal
