#include "schemas/seal/sign.h"

#include <sodium.h>

#include "schemas/seal/sodium.h"

namespace safeconduct::seal {

static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_BYTES == 64);

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  SC_CHECK(started);
}

SigningKey SigningKey::from_seed(const SecretKey<32>& seed) {
  start_sodium();
  SigningKey key;
  SC_CHECK(crypto_sign_seed_keypair(key.verify_key_.bytes.data(),
                                    key.secret_.expose_mutable().data(),
                                    seed.expose().data()) == 0);
  return key;
}

SigningKey SigningKey::generate(Random& random) {
  SecretKey<32> seed;
  random.fill(seed.expose_mutable());
  return from_seed(seed);
}

Signature SigningKey::sign(ByteView message) const {
  Signature signature;
  SC_CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                secret_.expose().data()) == 0);
  return signature;
}

SecretKey<32> SigningKey::seed() const {
  SecretKey<32> seed;
  std::memcpy(seed.expose_mutable().data(), secret_.expose().data(), 32);
  return seed;
}

bool verify(const VerifyKey& key, ByteView message, const Signature& signature) {
  start_sodium();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

}  // namespace safeconduct::seal
