#include "schemas/seal/x25519.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <memory>

#include "schemas/seal/hash.h"

namespace safeconduct::seal {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext>;

Key private_key(const SecretKey<32>& secret) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, secret.expose().data(), 32));
  SC_CHECK(key != nullptr);
  return key;
}

OSSL_PARAM octets(const char* name, ByteView bytes) {
  // OpenSSL's parameters are read-only here, whatever their type says.
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                           bytes.size());
}

Key key_pair(const SealingKey& pair) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr));
  OSSL_PARAM params[] = {octets(OSSL_PKEY_PARAM_PRIV_KEY, pair.secret().expose()),
                         octets(OSSL_PKEY_PARAM_PUB_KEY, pair.public_key().bytes),
                         OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  SC_CHECK(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  SC_CHECK(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params) == 1);
  return Key(key);
}

Error small_order() {
  return unauthentic("sealing key is of small order, which no honest party makes; ask for another");
}

Result<SecretKey<32>> derive(const Key& ours, const ByteArray<32>& public_key) {
  const Key theirs(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, public_key.data(), public_key.size()));
  SC_CHECK(theirs != nullptr);
  const KeyContext context(EVP_PKEY_CTX_new(ours.get(), nullptr));
  SC_CHECK(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1);
  SC_CHECK(EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1);
  SecretKey<32> shared;
  std::size_t size = 32;
  const bool derived =
      EVP_PKEY_derive(context.get(), shared.expose_mutable().data(), &size) == 1 && size == 32;
  // OpenSSL refuses the all-zero result by itself today; nothing promises that it will.
  if (!derived || equal_secret(shared.expose(), ByteArray<32>{})) return small_order();
  return shared;
}

}  // namespace

Result<SecretKey<32>> x25519(const SecretKey<32>& secret, const ByteArray<32>& public_key) {
  return derive(private_key(secret), public_key);
}

Result<SecretKey<32>> x25519(const SealingKey& ours, const ByteArray<32>& public_key) {
  return derive(key_pair(ours), public_key);
}

ByteArray<32> x25519_public(const SecretKey<32>& secret) {
  ByteArray<32> out;
  std::size_t size = out.size();
  SC_CHECK(EVP_PKEY_get_raw_public_key(private_key(secret).get(), out.data(), &size) == 1 &&
           size == out.size());
  return out;
}

SealingKey SealingKey::from_secret(SecretKey<32> secret) {
  SealingKey key;
  key.public_key_.bytes = x25519_public(secret);
  key.secret_ = std::move(secret);
  return key;
}

SealingKey SealingKey::generate(Random& random) {
  SecretKey<32> secret;
  random.fill(secret.expose_mutable());
  return from_secret(std::move(secret));
}

}  // namespace safeconduct::seal
