#include "schemas/seal/hpke.h"

#include <limits>

#include "schemas/seal/hash.h"

namespace safeconduct::seal {
namespace {

constexpr std::uint8_t kModeBase = 0;
constexpr std::uint16_t kKdfHkdfSha256 = 1;
constexpr ByteArray<5> kKemSuite = {'K', 'E', 'M', 0x00, 0x20};

using HpkeSuite = ByteArray<10>;

// RFC 9180 §5.1: "HPKE" || kem_id || kdf_id || aead_id.
HpkeSuite suite_of(Aead aead) {
  const auto code = static_cast<std::uint16_t>(aead);
  return {'H',
          'P',
          'K',
          'E',
          0,
          0x20,
          0,
          static_cast<std::uint8_t>(kKdfHkdfSha256),
          static_cast<std::uint8_t>(code >> 8),
          static_cast<std::uint8_t>(code & 0xff)};
}

// RFC 9180 §4.
SecretKey<32> labelled_extract(ByteView suite, ByteView salt, std::string_view label,
                               ByteView ikm) {
  return hkdf_extract(salt, {view_of("HPKE-v1"), suite, view_of(label), ikm});
}

void labelled_expand(ByteView suite, ByteView prk, std::string_view label,
                     std::initializer_list<ByteView> info, std::span<std::uint8_t> out) {
  const ByteArray<2> size = {static_cast<std::uint8_t>(out.size() >> 8),
                             static_cast<std::uint8_t>(out.size() & 0xff)};
  Bytes joined;
  for (const ByteView part : info) joined.insert(joined.end(), part.begin(), part.end());
  hkdf_expand(prk, {size, view_of("HPKE-v1"), suite, view_of(label), joined}, out);
}

// RFC 9180 §4.1: ExtractAndExpand over the Diffie-Hellman result.
SecretKey<32> kem_shared_secret(const SecretKey<32>& dh, const ByteArray<32>& encapsulated,
                                const ByteArray<32>& recipient) {
  const SecretKey<32> prk = labelled_extract(kKemSuite, {}, "eae_prk", dh.expose());
  SecretKey<32> shared;
  labelled_expand(kKemSuite, prk.expose(), "shared_secret", {encapsulated, recipient},
                  shared.expose_mutable());
  return shared;
}

}  // namespace

SealingKey hpke_derive_key_pair(ByteView ikm) {
  const SecretKey<32> prk = labelled_extract(kKemSuite, {}, "dkp_prk", ikm);
  SecretKey<32> secret;
  labelled_expand(kKemSuite, prk.expose(), "sk", {}, secret.expose_mutable());
  return SealingKey::from_secret(std::move(secret));
}

HpkeContext::HpkeContext(Aead aead, const SecretKey<32>& shared_secret, ByteView info)
    : aead_(aead), key_(Bytes(key_bytes(aead))) {
  const HpkeSuite suite = suite_of(aead);
  const SecretKey<32> psk_id_hash = labelled_extract(suite, {}, "psk_id_hash", {});
  const SecretKey<32> info_hash = labelled_extract(suite, {}, "info_hash", info);
  const SecretKey<32> secret = labelled_extract(suite, shared_secret.expose(), "secret", {});
  const auto expand = [&](std::string_view label, std::span<std::uint8_t> out) {
    labelled_expand(suite, secret.expose(), label,
                    {{&kModeBase, 1}, psk_id_hash.expose(), info_hash.expose()}, out);
  };
  expand("key", key_.expose_mutable());
  expand("base_nonce", base_nonce_);
  expand("exp", exporter_secret_.expose_mutable());
}

SecretBytes HpkeContext::export_secret(ByteView exporter_context, std::size_t size) const {
  SecretBytes out{Bytes(size)};
  labelled_expand(suite_of(aead_), exporter_secret_.expose(), "sec", {exporter_context},
                  out.expose_mutable());
  return out;
}

Nonce HpkeContext::nonce() const {
  Nonce nonce = base_nonce_;
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  }
  return nonce;
}

Nonce HpkeContext::next_nonce() {
  SC_CHECK(sequence_ < std::numeric_limits<std::uint64_t>::max());
  const Nonce current = nonce();
  ++sequence_;
  return current;
}

Result<HpkeSender> HpkeSender::start(Aead aead, const SealingPublicKey& recipient, ByteView info,
                                     const SecretKey<32>& ikm) {
  const SealingKey ephemeral = hpke_derive_key_pair(ikm.expose());
  TRY(dh, x25519(ephemeral, recipient.bytes));
  const ByteArray<32>& encapsulated = ephemeral.public_key().bytes;
  const SecretKey<32> shared = kem_shared_secret(dh, encapsulated, recipient.bytes);
  return HpkeSender(HpkeContext(aead, shared, info), encapsulated);
}

Bytes HpkeSender::seal(ByteView aad, ByteView plaintext) {
  return aead_seal(aead(), key(), next_nonce(), {aad}, plaintext);
}

Result<HpkeReceiver> HpkeReceiver::start(Aead aead, const SealingKey& recipient,
                                         const ByteArray<32>& encapsulated, ByteView info) {
  TRY(dh, x25519(recipient, encapsulated));
  const SecretKey<32> shared = kem_shared_secret(dh, encapsulated, recipient.public_key().bytes);
  return HpkeReceiver(HpkeContext(aead, shared, info));
}

Result<SecretBytes> HpkeReceiver::open(ByteView aad, ByteView ciphertext) {
  TRY(plaintext, aead_open(aead(), key(), nonce(), {aad}, ciphertext));
  static_cast<void>(next_nonce());
  return plaintext;
}

}  // namespace safeconduct::seal
