// Authenticated encryption over OpenSSL EVP. Safeconduct itself uses AES-256-GCM only; the two
// others are here so that HPKE can be held against all of its published vectors. Thread-safe.
#pragma once

#include <initializer_list>

#include "schemas/base/bytes.h"
#include "schemas/base/secret.h"

namespace safeconduct::seal {

// Numbers of RFC 9180 §7.3.
enum class Aead : std::uint16_t { kAes128Gcm = 1, kAes256Gcm = 2, kChaCha20Poly1305 = 3 };

inline constexpr std::size_t kTagBytes = 16;
using Nonce = ByteArray<12>;

[[nodiscard]] std::size_t key_bytes(Aead aead);

// Ciphertext, then the tag. A key is given a nonce once. Key: exactly key_bytes(aead).
[[nodiscard]] Bytes aead_seal(Aead aead, ByteView key, const Nonce& nonce,
                              std::initializer_list<ByteView> aad, ByteView plaintext);
// Errors: kUnauthentic when key, nonce, AAD or a byte of the ciphertext is another one, or when it
// is shorter than a tag.
[[nodiscard]] Result<SecretBytes> aead_open(Aead aead, ByteView key, const Nonce& nonce,
                                            std::initializer_list<ByteView> aad,
                                            ByteView ciphertext);

// What lies on a disk: nonce || AES-256-GCM(key, nonce, "safeconduct/1 at rest" NUL || aad,
// plaintext). The nonce is fresh and random for each call; aad names the place it belongs to.
[[nodiscard]] Bytes rest_seal(const SecretKey<32>& key, ByteView aad, ByteView plaintext,
                              const Nonce& nonce);
// The same, behind what is in `out` already.
void rest_seal_behind(Bytes& out, const SecretKey<32>& key, ByteView aad, ByteView plaintext,
                      const Nonce& nonce);
// Errors: kCorrupt.
[[nodiscard]] Result<SecretBytes> rest_open(const SecretKey<32>& key, ByteView aad,
                                            ByteView sealed);
inline constexpr std::size_t kRestOverheadBytes = sizeof(Nonce) + kTagBytes;

}  // namespace safeconduct::seal
