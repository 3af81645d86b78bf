// X25519 (RFC 7748) over OpenSSL EVP, and the sealing key pair that an agency publishes in its
// sealing card.
#pragma once

#include "schemas/base/clock.h"
#include "schemas/base/secret.h"
#include "schemas/seal/key_id.h"

namespace safeconduct::seal {

// Errors: kUnauthentic when the result is all zero, that is when the public key is of small order
// (RFC 9180 §7.1.4).
[[nodiscard]] Result<SecretKey<32>> x25519(const SecretKey<32>& secret,
                                           const ByteArray<32>& public_key);
[[nodiscard]] ByteArray<32> x25519_public(const SecretKey<32>& secret);
class SealingKey;
// The same, and cheaper: the public half is not computed again.
[[nodiscard]] Result<SecretKey<32>> x25519(const SealingKey& ours, const ByteArray<32>& public_key);

class SealingKey {
 public:
  [[nodiscard]] static SealingKey from_secret(SecretKey<32> secret);
  [[nodiscard]] static SealingKey generate(Random& random);

  [[nodiscard]] const SealingPublicKey& public_key() const { return public_key_; }
  [[nodiscard]] KeyId id() const { return public_key_.id(); }
  [[nodiscard]] const SecretKey<32>& secret() const { return secret_; }

 private:
  SealingKey() = default;
  SecretKey<32> secret_;
  SealingPublicKey public_key_;
};

}  // namespace safeconduct::seal
