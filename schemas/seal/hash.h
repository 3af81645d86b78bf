// SHA-256, HMAC and HKDF over OpenSSL EVP. Every hash and MAC of Safeconduct starts with its own
// label, `safeconduct/1 <what>` and one NUL byte, so that no value of one kind is ever one of
// another. Thread-safe: contexts belong to the calling thread.
#pragma once

#include <initializer_list>
#include <string_view>

#include "schemas/base/bytes.h"
#include "schemas/base/secret.h"

struct evp_md_ctx_st;

namespace safeconduct::seal {

// One SHA-256 in the making. Borrows a context from the calling thread and gives it back; stays on
// that thread.
class Sha256 {
 public:
  Sha256();
  // Begins with the label and its NUL.
  explicit Sha256(std::string_view label);
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(ByteView bytes);
  Sha256& u8(std::uint8_t value) { return update({&value, 1}); }
  // Once; nothing may follow.
  [[nodiscard]] Digest finish();

 private:
  evp_md_ctx_st* context_;
};

// Of the parts one after another, without lengths: give fixed-size parts, or length-prefixed ones.
[[nodiscard]] Digest sha256(std::initializer_list<ByteView> parts);
[[nodiscard]] inline Digest sha256(ByteView bytes) {
  return sha256({bytes});
}

// H(label NUL || parts). Example: labelled_hash("safeconduct/1 header", {header_bytes}).
[[nodiscard]] Digest labelled_hash(std::string_view label, std::initializer_list<ByteView> parts);

// RFC 2104 with SHA-256.
[[nodiscard]] Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

// RFC 5869 with SHA-256.
[[nodiscard]] SecretKey<32> hkdf_extract(ByteView salt, std::initializer_list<ByteView> ikm);
// Fills `out`: 1..8160 bytes.
void hkdf_expand(ByteView prk, std::initializer_list<ByteView> info, std::span<std::uint8_t> out);
template <std::size_t N>
[[nodiscard]] SecretKey<N> hkdf_expand(ByteView prk, std::initializer_list<ByteView> info) {
  SecretKey<N> out;
  hkdf_expand(prk, info, out.expose_mutable());
  return out;
}

// Compares in time that depends on the lengths only.
[[nodiscard]] bool equal_secret(ByteView a, ByteView b);

}  // namespace safeconduct::seal
