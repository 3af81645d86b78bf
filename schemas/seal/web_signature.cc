#include "schemas/seal/web_signature.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>

#include "schemas/seal/sign.h"

namespace safeconduct::seal {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

constexpr std::size_t kRsaBytesMin = 256;
constexpr std::size_t kRsaBytesMax = 1024;
constexpr std::size_t kCoordinateBytes = 32;

Number number_of(ByteView bytes) {
  return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

Key rsa_key(const WebKey& key) {
  if (key.n.size() < kRsaBytesMin || key.n.size() > kRsaBytesMax || key.e.empty() ||
      key.e.size() > 8) {
    return nullptr;
  }
  const Number n = number_of(key.n);
  const Number e = number_of(key.e);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return key_from("RSA", builder.get());
}

Key ec_key(const WebKey& key) {
  if (key.curve != "P-256" || key.x.size() != kCoordinateBytes ||
      key.y.size() != kCoordinateBytes) {
    return nullptr;
  }
  Bytes point = {0x04};
  point.insert(point.end(), key.x.begin(), key.x.end());
  point.insert(point.end(), key.y.begin(), key.y.end());
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  return key_from("EC", builder.get());
}

bool verify_sha256(const Key& key, bool is_pss, ByteView message, ByteView signature) {
  if (!key) return false;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  if (EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key.get()) != 1) {
    return false;
  }
  if (is_pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

// RFC 7518 §3.4: r and s one after the other; OpenSSL wants them as DER.
Bytes der_of(ByteView signature) {
  if (signature.size() != 2 * kCoordinateBytes) return {};
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  Number r = number_of(signature.first(kCoordinateBytes));
  Number s = number_of(signature.last(kCoordinateBytes));
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // the pair's now
  static_cast<void>(s.release());
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &out);
  if (size <= 0) return {};
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

bool eddsa_holds(const WebKey& key, ByteView message, ByteView signature) {
  const auto point = fixed<32>(key.x, "key");
  const auto exact = fixed<64>(signature, "signature");
  if (key.curve != "Ed25519" || !point || !exact) return false;
  return verify(VerifyKey{*point}, message, *exact);
}

}  // namespace

bool web_signature_holds(std::string_view algorithm, const WebKey& key, ByteView message,
                         ByteView signature) {
  if (key.type == "RSA" && (algorithm == "RS256" || algorithm == "PS256")) {
    return verify_sha256(rsa_key(key), algorithm == "PS256", message, signature);
  }
  if (key.type == "EC" && algorithm == "ES256") {
    const Bytes der = der_of(signature);
    return !der.empty() && verify_sha256(ec_key(key), false, message, der);
  }
  if (key.type == "OKP" && algorithm == "EdDSA") return eddsa_holds(key, message, signature);
  return false;
}

std::string to_base64url(ByteView bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Result<Bytes> from_base64url(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) {
    if (c == '+' || c == '/' || c == '=') return invalid("base64url has no `+`, `/` and `=`");
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (padded.size() % 4 != 0) padded += '=';
  return from_base64(padded);
}

}  // namespace safeconduct::seal
