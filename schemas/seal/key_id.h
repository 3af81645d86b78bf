// The four kinds of keys. Each agency has one signing, one transport and a sequence of sealing
// keys; they are never the same bytes.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"

namespace safeconduct::seal {

// The numbers are hashed into key ids: never renumber.
enum class KeyKind : std::uint8_t {
  kSigning = 1,    // Ed25519: signs messages, receipts, cards, consents, notes
  kTransport = 2,  // CurveZMQ (Curve25519): opens the connection to the broker, nothing else
  kSealing = 3,    // X25519 for HPKE: what a sender seals to
  kRest = 4,       // 32 random bytes: wraps what lies on the agent's own disk
};

// `signing`, `transport`, `sealing`, `rest`.
[[nodiscard]] std::string_view name(KeyKind kind);
[[nodiscard]] std::optional<KeyKind> key_kind_named(std::string_view word);

// First 8 bytes of H("safeconduct/1 key id" NUL || kind u8 || public key). Names a key, proves
// nothing.
[[nodiscard]] KeyId key_id(KeyKind kind, const ByteArray<32>& public_key);

// Public halves, one type per kind so that none is taken for another.
template <KeyKind Kind>
struct PublicKey {
  ByteArray<32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
  [[nodiscard]] KeyId id() const { return key_id(Kind, bytes); }
};
using VerifyKey = PublicKey<KeyKind::kSigning>;
using TransportPublicKey = PublicKey<KeyKind::kTransport>;
using SealingPublicKey = PublicKey<KeyKind::kSealing>;

}  // namespace safeconduct::seal
