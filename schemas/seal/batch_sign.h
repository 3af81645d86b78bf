// Signature batches: one Ed25519 signature over the root of a tree with 64 places, of which 1..64
// hold a digest and the rest is random. Whoever sees one item cannot tell how many others there
// are. A batch holds messages (or receipts) to one counterparty only; that is the caller's to keep.
#pragma once

#include <span>
#include <vector>

#include "schemas/seal/sign.h"

namespace safeconduct::seal {

// Messages and receipts are signed under different labels; none can stand in for the other.
enum class BatchKind : std::uint8_t { kMessages, kReceipts };

inline constexpr std::size_t kBatchDepth = 6;
inline constexpr std::size_t kBatchPlaces = 64;

struct BatchSignature {
  std::uint8_t place = 0;  // 0..63
  Digest salt{};
  std::array<Digest, kBatchDepth> siblings{};  // from the leaf upwards
  Signature signature{};
  friend bool operator==(const BatchSignature&, const BatchSignature&) = default;
};

// One per digest, in their order. 1..64 digests.
[[nodiscard]] std::vector<BatchSignature> sign_batch(const SigningKey& key, BatchKind kind,
                                                     std::span<const Digest> digests,
                                                     Random& random);

// The root that the path leads to: cheap, and equal for all items of a batch, so a verified root
// may be remembered (per key, kind, root and signature). Errors: kInvalid for a place above 63.
[[nodiscard]] Result<Digest> batch_root(const Digest& digest, const BatchSignature& signature);
// Thread-safe.
[[nodiscard]] bool verify_root(const VerifyKey& key, BatchKind kind, const Digest& root,
                               const Signature& signature);
// Both at once. Errors: kInvalid, kUnauthentic.
[[nodiscard]] Status verify_batch(const VerifyKey& key, BatchKind kind, const Digest& digest,
                                  const BatchSignature& signature);

}  // namespace safeconduct::seal
