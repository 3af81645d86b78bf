// An agency's other keys, and the fingerprint by which two people make sure over the telephone that
// a card is the right one. (Signing: sign.h. Sealing: x25519.h. Files: key_file.h.)
#pragma once

#include <string>

#include "schemas/base/clock.h"
#include "schemas/base/ids.h"
#include "schemas/base/secret.h"
#include "schemas/seal/key_id.h"

namespace safeconduct::seal {

// A CurveZMQ key pair: what zmq_curve_public makes of the same secret.
class TransportKey {
 public:
  [[nodiscard]] static TransportKey from_secret(SecretKey<32> secret);
  [[nodiscard]] static TransportKey generate(Random& random);

  [[nodiscard]] const TransportPublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const SecretKey<32>& secret() const { return secret_; }

 private:
  TransportKey() = default;
  SecretKey<32> secret_;
  TransportPublicKey public_key_;
};

// Wraps what lies on the agent's own disk.
struct RestKey {
  SecretKey<32> secret;
  [[nodiscard]] static RestKey generate(Random& random);
};

// ZeroMQ RFC 32: 40 characters. For public keys; a secret goes to ZeroMQ as bytes.
[[nodiscard]] std::string to_z85(const ByteArray<32>& key);

// Ten groups of five decimal digits, to be read aloud: 00000..99999 of each three bytes of
// H("safeconduct/1 card fingerprint" NUL || agency str8 || signing key || transport key).
[[nodiscard]] std::string card_fingerprint(const AgencyId& agency, const VerifyKey& signing,
                                           const TransportPublicKey& transport);

}  // namespace safeconduct::seal
