#include "schemas/seal/keys.h"

#include <sodium.h>

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/sodium.h"

namespace safeconduct::seal {
namespace {

constexpr std::string_view kZ85Digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
static_assert(kZ85Digits.size() == 85);

constexpr std::size_t kFingerprintGroups = 10;

}  // namespace

TransportKey TransportKey::from_secret(SecretKey<32> secret) {
  start_sodium();
  TransportKey key;
  // What crypto_box_keypair and zmq_curve_public do with a secret.
  SC_CHECK(crypto_scalarmult_base(key.public_key_.bytes.data(), secret.expose().data()) == 0);
  key.secret_ = std::move(secret);
  return key;
}

TransportKey TransportKey::generate(Random& random) {
  SecretKey<32> secret;
  random.fill(secret.expose_mutable());
  return from_secret(std::move(secret));
}

RestKey RestKey::generate(Random& random) {
  RestKey key;
  random.fill(key.secret.expose_mutable());
  return key;
}

std::string to_z85(const ByteArray<32>& key) {
  std::string out;
  ByteReader reader(key);
  while (reader.remaining() > 0) {
    const std::uint32_t word = reader.u32();
    for (std::uint32_t divisor = 85u * 85 * 85 * 85; divisor > 0; divisor /= 85) {
      out.push_back(kZ85Digits[word / divisor % 85]);
    }
  }
  return out;
}

std::string card_fingerprint(const AgencyId& agency, const VerifyKey& signing,
                             const TransportPublicKey& transport) {
  const Bytes card =
      ByteWriter().str8(agency.text()).raw(signing.bytes).raw(transport.bytes).take();
  const Digest digest = labelled_hash("safeconduct/1 card fingerprint", {card});
  std::string out;
  for (std::size_t group = 0; group < kFingerprintGroups; ++group) {
    const std::uint8_t* at = digest.data() + 3 * group;
    const std::uint32_t value = ((at[0] << 16) | (at[1] << 8) | at[2]) % 100'000u;
    const std::string digits = std::to_string(value);
    if (group != 0) out.push_back(' ');
    out.append(5 - digits.size(), '0').append(digits);
  }
  return out;
}

}  // namespace safeconduct::seal
