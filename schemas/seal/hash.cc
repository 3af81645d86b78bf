#include "schemas/seal/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <vector>

namespace safeconduct::seal {
namespace {

constexpr std::size_t kHkdfBytesMax = 255 * 32;

const EVP_MD* sha256_algorithm() {
  // Fetched once: a fetch costs more than hashing what the broker hashes.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SC_CHECK(algorithm != nullptr);
  return algorithm;
}

// Contexts of this thread that nobody holds at the moment; bounded by how deep hashes nest.
struct ContextShelf {
  ContextShelf() = default;
  ContextShelf(const ContextShelf&) = delete;
  ContextShelf& operator=(const ContextShelf&) = delete;
  ~ContextShelf() {
    for (EVP_MD_CTX* context : free) EVP_MD_CTX_free(context);
  }
  std::vector<EVP_MD_CTX*> free;
};

ContextShelf& shelf() {
  thread_local ContextShelf contexts;
  return contexts;
}

EVP_MD_CTX* borrow() {
  auto& free = shelf().free;
  if (free.empty()) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    SC_CHECK(context != nullptr);
    return context;
  }
  EVP_MD_CTX* context = free.back();
  free.pop_back();
  return context;
}

// RFC 2104 on two hashes. EVP_MAC would do the same at six times the price, which a sealed message
// pays fifty times; the inner hash keeps nothing of the key once it is finished.
class Mac {
 public:
  explicit Mac(ByteView key) {
    if (key.size() > block_.size()) {
      const Digest hashed = sha256(key);
      std::copy(hashed.begin(), hashed.end(), block_.begin());
    } else {
      std::copy(key.begin(), key.end(), block_.begin());
    }
    flip(0x36);
    inner_.update(block_);
  }
  ~Mac() { wipe(block_.data(), block_.size()); }
  Mac(const Mac&) = delete;
  Mac& operator=(const Mac&) = delete;

  void update(ByteView bytes) { inner_.update(bytes); }
  Digest finish() {
    flip(0x36 ^ 0x5c);
    const Digest inner = inner_.finish();
    return sha256({block_, inner});
  }

 private:
  void flip(int mask) {
    for (std::uint8_t& byte : block_) byte = static_cast<std::uint8_t>(byte ^ mask);
  }

  ByteArray<64> block_{};
  Sha256 inner_;
};

}  // namespace

Sha256::Sha256() : context_(borrow()) {
  SC_CHECK(EVP_DigestInit_ex(context_, sha256_algorithm(), nullptr) == 1);
}

Sha256::Sha256(std::string_view label) : Sha256() {
  update(view_of(label)).u8(0);
}

Sha256::~Sha256() {
  shelf().free.push_back(context_);
}

Sha256& Sha256::update(ByteView bytes) {
  SC_CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest out;
  unsigned int size = 0;
  SC_CHECK(EVP_DigestFinal_ex(context_, out.data(), &size) == 1 && size == out.size());
  return out;
}

Digest sha256(std::initializer_list<ByteView> parts) {
  Sha256 hash;
  for (const ByteView part : parts) hash.update(part);
  return hash.finish();
}

Digest labelled_hash(std::string_view label, std::initializer_list<ByteView> parts) {
  Sha256 hash(label);
  for (const ByteView part : parts) hash.update(part);
  return hash.finish();
}

Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  Mac mac(key);
  for (const ByteView part : parts) mac.update(part);
  return mac.finish();
}

SecretKey<32> hkdf_extract(ByteView salt, std::initializer_list<ByteView> ikm) {
  return SecretKey<32>(hmac_sha256(salt, ikm));
}

void hkdf_expand(ByteView prk, std::initializer_list<ByteView> info, std::span<std::uint8_t> out) {
  SC_CHECK(!out.empty() && out.size() <= kHkdfBytesMax);
  Digest block{};
  std::uint8_t counter = 0;
  for (std::size_t at = 0; at < out.size(); at += block.size()) {
    Mac mac(prk);
    if (counter != 0) mac.update(block);
    for (const ByteView part : info) mac.update(part);
    mac.update({&++counter, 1});
    block = mac.finish();
    const std::size_t size = std::min(block.size(), out.size() - at);
    std::copy_n(block.begin(), size, out.begin() + static_cast<std::ptrdiff_t>(at));
  }
  wipe(block.data(), block.size());
}

bool equal_secret(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace safeconduct::seal
