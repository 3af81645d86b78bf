// Signatures of JSON Web Signatures (RFC 7515) by the keys that identity providers publish as JWK
// (RFC 7517): RS256, PS256, ES256 and EdDSA. Only what verifies; nothing here signs.
#pragma once

#include <string>

#include "schemas/base/bytes.h"

namespace safeconduct::seal {

// A public key of a provider; the fields of its JWK, decoded.
struct WebKey {
  std::string type;   // kty: RSA, EC, OKP
  std::string curve;  // crv: P-256, Ed25519
  Bytes n, e;         // RSA
  Bytes x, y;         // EC; Ed25519 has x alone
};

// Whether `signature` is `key`'s over `message` under `algorithm` (alg). False for an algorithm
// that is not the key's, for `none`, for MACs, and for RSA keys under 2048 bits.
[[nodiscard]] bool web_signature_holds(std::string_view algorithm, const WebKey& key,
                                       ByteView message, ByteView signature);

// RFC 7515 §2: base64url without padding. Errors: kInvalid (never quotes the input).
[[nodiscard]] std::string to_base64url(ByteView bytes);
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

}  // namespace safeconduct::seal
