// The byte grammar of one item's batch signature, part of three others: sealed messages, ledger
// parts, signed receipts. Included by this room's sources only.
#pragma once

#include "schemas/base/codec.h"
#include "schemas/wire/messages.h"

namespace safeconduct::wire {

// place u8 | salt[32] | 6 siblings [32], leaf side first | signature[64]
inline constexpr std::size_t kBatchSignatureBytes = 1 + 32 + kSiblings * 32 + 64;

inline void put(ByteWriter& out, const BatchSignature& s) {
  out.u8(s.place).raw(s.salt);
  for (const Digest& sibling : s.siblings) out.raw(sibling);
  out.raw(s.signature);
}

[[nodiscard]] inline BatchSignature read_batch_signature(ByteReader& in) {
  BatchSignature s;
  s.place = in.u8();
  s.salt = in.array<32>();
  for (Digest& sibling : s.siblings) sibling = in.array<32>();
  s.signature = in.array<64>();
  return s;
}

}  // namespace safeconduct::wire
