// HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and one of three AEADs.
// Safeconduct uses AES-256-GCM only. An all-zero shared secret is refused.
#pragma once

#include "schemas/seal/aead.h"
#include "schemas/seal/x25519.h"

namespace safeconduct::seal {

// RFC 9180 §7.1.3, X25519. Also how the sender's ephemeral key comes from 32 random bytes.
[[nodiscard]] SealingKey hpke_derive_key_pair(ByteView ikm);

// Key schedule and sequence number, the same on both sides (RFC 9180 §5.1).
class HpkeContext {
 public:
  HpkeContext(Aead aead, const SecretKey<32>& shared_secret, ByteView info);

  // RFC 9180 §5.3. `size`: 1..8160 bytes.
  [[nodiscard]] SecretBytes export_secret(ByteView exporter_context, std::size_t size) const;

 protected:
  [[nodiscard]] Nonce next_nonce();
  [[nodiscard]] Nonce nonce() const;
  [[nodiscard]] ByteView key() const { return key_.expose(); }
  [[nodiscard]] Aead aead() const { return aead_; }

 private:
  Aead aead_;
  SecretBytes key_;
  Nonce base_nonce_{};
  SecretKey<32> exporter_secret_;
  std::uint64_t sequence_ = 0;
};

class HpkeSender : public HpkeContext {
 public:
  // `ikm`: 32 fresh random bytes for the ephemeral key. Errors: kUnauthentic when the recipient's
  // key is of small order.
  [[nodiscard]] static Result<HpkeSender> start(Aead aead, const SealingPublicKey& recipient,
                                                ByteView info, const SecretKey<32>& ikm);

  [[nodiscard]] const ByteArray<32>& encapsulated() const { return encapsulated_; }
  [[nodiscard]] Bytes seal(ByteView aad, ByteView plaintext);

 private:
  HpkeSender(HpkeContext context, const ByteArray<32>& encapsulated)
      : HpkeContext(std::move(context)), encapsulated_(encapsulated) {}
  ByteArray<32> encapsulated_;
};

class HpkeReceiver : public HpkeContext {
 public:
  // Errors: kUnauthentic when `encapsulated` is of small order.
  [[nodiscard]] static Result<HpkeReceiver> start(Aead aead, const SealingKey& recipient,
                                                  const ByteArray<32>& encapsulated, ByteView info);

  // In the order of sealing; a failure does not advance. Errors: kUnauthentic.
  [[nodiscard]] Result<SecretBytes> open(ByteView aad, ByteView ciphertext);

 private:
  explicit HpkeReceiver(HpkeContext context) : HpkeContext(std::move(context)) {}
};

}  // namespace safeconduct::seal
