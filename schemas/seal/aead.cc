#include "schemas/seal/aead.h"

#include <openssl/evp.h>

#include <memory>

namespace safeconduct::seal {
namespace {

constexpr std::string_view kRestLabel{"safeconduct/1 at rest\0", 22};

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const EVP_CIPHER* fetch(const char* algorithm) {
  const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, algorithm, nullptr);
  SC_CHECK(cipher != nullptr);
  return cipher;
}

// Fetched once each: a fetch costs as much as sealing a slot.
const EVP_CIPHER* cipher_of(Aead aead) {
  static const EVP_CIPHER* const aes128 = fetch("AES-128-GCM");
  static const EVP_CIPHER* const aes256 = fetch("AES-256-GCM");
  static const EVP_CIPHER* const chacha = fetch("ChaCha20-Poly1305");
  switch (aead) {
    case Aead::kAes128Gcm:
      return aes128;
    case Aead::kAes256Gcm:
      return aes256;
    case Aead::kChaCha20Poly1305:
      return chacha;
  }
  SC_CHECK(false && "unknown aead");
  return nullptr;
}

enum class Direction { kOpen = 0, kSeal = 1 };

// A context of its own for each call: freeing it wipes the key schedule, which a kept one would
// hold on to.
Context start(Aead aead, Direction direction, ByteView key, const Nonce& nonce,
              std::initializer_list<ByteView> aad) {
  SC_CHECK(key.size() == key_bytes(aead));
  Context context(EVP_CIPHER_CTX_new());
  SC_CHECK(context != nullptr);
  SC_CHECK(EVP_CipherInit_ex(context.get(), cipher_of(aead), nullptr, key.data(), nonce.data(),
                             static_cast<int>(direction)) == 1);
  int size = 0;
  for (const ByteView part : aad) {
    if (part.empty()) continue;
    SC_CHECK(EVP_CipherUpdate(context.get(), nullptr, &size, part.data(),
                              static_cast<int>(part.size())) == 1);
  }
  return context;
}

void transform(EVP_CIPHER_CTX* context, ByteView in, std::uint8_t* out) {
  if (in.empty()) return;
  int size = 0;
  SC_CHECK(EVP_CipherUpdate(context, out, &size, in.data(), static_cast<int>(in.size())) == 1);
  SC_CHECK(static_cast<std::size_t>(size) == in.size());
}

}  // namespace

std::size_t key_bytes(Aead aead) {
  return aead == Aead::kAes128Gcm ? 16 : 32;
}

namespace {

// Ciphertext and tag to `out`, which has room for both.
void seal_to(std::uint8_t* out, Aead aead, ByteView key, const Nonce& nonce,
             std::initializer_list<ByteView> aad, ByteView plaintext) {
  const Context context = start(aead, Direction::kSeal, key, nonce, aad);
  transform(context.get(), plaintext, out);
  std::uint8_t* const tag = out + plaintext.size();
  int rest = 0;
  SC_CHECK(EVP_CipherFinal_ex(context.get(), tag, &rest) == 1 && rest == 0);
  SC_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
}

}  // namespace

Bytes aead_seal(Aead aead, ByteView key, const Nonce& nonce, std::initializer_list<ByteView> aad,
                ByteView plaintext) {
  Bytes out(plaintext.size() + kTagBytes);
  seal_to(out.data(), aead, key, nonce, aad, plaintext);
  return out;
}

Result<SecretBytes> aead_open(Aead aead, ByteView key, const Nonce& nonce,
                              std::initializer_list<ByteView> aad, ByteView ciphertext) {
  if (ciphertext.size() < kTagBytes) return unauthentic("ciphertext is shorter than its tag");
  const Context context = start(aead, Direction::kOpen, key, nonce, aad);
  const ByteView body = ciphertext.first(ciphertext.size() - kTagBytes);
  ByteArray<kTagBytes> tag;
  std::memcpy(tag.data(), ciphertext.data() + body.size(), kTagBytes);
  SC_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  SecretBytes out{Bytes(body.size())};
  transform(context.get(), body, out.expose_mutable().data());
  std::uint8_t none = 0;
  int rest = 0;
  if (EVP_CipherFinal_ex(context.get(), &none, &rest) != 1) {
    return unauthentic("ciphertext does not hold under its key");
  }
  return out;
}

void rest_seal_behind(Bytes& out, const SecretKey<32>& key, ByteView aad, ByteView plaintext,
                      const Nonce& nonce) {
  out.insert(out.end(), nonce.begin(), nonce.end());
  const std::size_t at = out.size();
  out.resize(at + plaintext.size() + kTagBytes);
  seal_to(out.data() + at, Aead::kAes256Gcm, key.expose(), nonce, {view_of(kRestLabel), aad},
          plaintext);
}

Bytes rest_seal(const SecretKey<32>& key, ByteView aad, ByteView plaintext, const Nonce& nonce) {
  Bytes out;
  out.reserve(plaintext.size() + kRestOverheadBytes);
  rest_seal_behind(out, key, aad, plaintext, nonce);
  return out;
}

Result<SecretBytes> rest_open(const SecretKey<32>& key, ByteView aad, ByteView sealed) {
  if (sealed.size() < kRestOverheadBytes) return corrupt("stored bytes are truncated");
  Nonce nonce;
  std::memcpy(nonce.data(), sealed.data(), nonce.size());
  auto opened = aead_open(Aead::kAes256Gcm, key.expose(), nonce, {view_of(kRestLabel), aad},
                          sealed.subspan(nonce.size()));
  if (!opened) return corrupt("stored bytes do not hold under their key");
  return opened;
}

}  // namespace safeconduct::seal
