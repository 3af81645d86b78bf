// Ed25519 by libsodium, whose verification is the normative one: canonical S, no small-order keys
// or R (OpenSSL 3.0 accepts forged signatures under small-order keys). Messages that are signed
// begin with a label; the caller puts it there.
#pragma once

#include "schemas/base/clock.h"
#include "schemas/base/secret.h"
#include "schemas/seal/key_id.h"

namespace safeconduct::seal {

using Signature = ByteArray<64>;

class SigningKey {
 public:
  [[nodiscard]] static SigningKey from_seed(const SecretKey<32>& seed);
  [[nodiscard]] static SigningKey generate(Random& random);

  [[nodiscard]] const VerifyKey& verify_key() const { return verify_key_; }
  [[nodiscard]] KeyId id() const { return verify_key_.id(); }
  // Deterministic (RFC 8032). Thread-safe.
  [[nodiscard]] Signature sign(ByteView message) const;
  // For the key file.
  [[nodiscard]] SecretKey<32> seed() const;

 private:
  SigningKey() = default;
  SecretKey<64> secret_;  // seed || public key, as libsodium keeps it
  VerifyKey verify_key_;
};

// Thread-safe.
[[nodiscard]] bool verify(const VerifyKey& key, ByteView message, const Signature& signature);

}  // namespace safeconduct::seal
