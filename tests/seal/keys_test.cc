#include "schemas/seal/keys.h"

#include <zmq.h>

#include "schemas/seal/aead.h"
#include "schemas/seal/sign.h"
#include "schemas/seal/x25519.h"
#include "tests/seal/seeded_random.h"
#include "tests/seal/vectors.h"

using namespace safeconduct;
using namespace safeconduct::seal;

TEST_CASE("Ed25519 (RFC 8032 §7.1, test 1)") {
  const SigningKey key = SigningKey::from_seed(
      hex_secret("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  CHECK(to_hex(key.verify_key().bytes) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const Signature signature = key.sign({});
  CHECK(to_hex(signature) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b");
  CHECK(verify(key.verify_key(), {}, signature));
  CHECK_FALSE(verify(key.verify_key(), view_of("x"), signature));
}

TEST_CASE("Ed25519 refuses what small-order keys seem to sign") {
  // Under the neutral element every message verifies with R neutral and S = 0, if one lets it.
  VerifyKey neutral;
  neutral.bytes[0] = 1;
  Signature forged{};
  forged[0] = 1;
  CHECK_FALSE(verify(neutral, view_of("pay me"), forged));
}

TEST_CASE("X25519 (RFC 7748 §5.2)") {
  const auto shared =
      x25519(hex_secret("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
             hex_array<32>("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
  CHECK(to_hex(shared->expose()) ==
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

TEST_CASE("AES-256-GCM (McGrew and Viega, test cases 13 and 14)") {
  const Bytes key(32);
  CHECK(to_hex(aead_seal(Aead::kAes256Gcm, key, Nonce{}, {}, {})) ==
        "530f8afbc74536b9a963b4f1c4cb738b");
  CHECK(to_hex(aead_seal(Aead::kAes256Gcm, key, Nonce{}, {}, Bytes(16))) ==
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST_CASE("What rests on a disk opens with its key at its place and nowhere else") {
  SeededRandom random(1);
  const SecretKey<32> key(random.array<32>());
  const SecretKey<32> other(random.array<32>());
  const Bytes sealed = rest_seal(key, view_of("inbox 1"), view_of("text"), random.array<12>());
  CHECK(sealed.size() == 4 + kRestOverheadBytes);
  CHECK(text_of(rest_open(key, view_of("inbox 1"), sealed)->expose()) == "text");
  CHECK(rest_open(key, view_of("inbox 2"), sealed).error().code == ErrorCode::kCorrupt);
  CHECK(rest_open(other, view_of("inbox 1"), sealed).error().code == ErrorCode::kCorrupt);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK_FALSE(rest_open(key, view_of("inbox 1"), ByteView(sealed).first(size)).has_value());
  }
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    Bytes flipped = sealed;
    flipped[at] ^= 1;
    CHECK_FALSE(rest_open(key, view_of("inbox 1"), flipped).has_value());
  }
}

TEST_CASE("Key ids differ by kind and key") {
  const ByteArray<32> key{1};
  CHECK(VerifyKey{key}.id() != TransportPublicKey{key}.id());
  CHECK(VerifyKey{key}.id() != SealingPublicKey{key}.id());
  CHECK(VerifyKey{key}.id() == key_id(KeyKind::kSigning, key));
  CHECK(VerifyKey{key}.id() != VerifyKey{ByteArray<32>{2}}.id());
}

TEST_CASE("Z85 (ZeroMQ RFC 32)") {
  CHECK(to_z85(hex_array<32>("8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7")) ==
        "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
}

TEST_CASE("A transport key is the pair that ZeroMQ computes") {
  SeededRandom random(2);
  const TransportKey key = TransportKey::generate(random);
  ByteArray<32> secret;
  std::copy_n(key.secret().expose().begin(), 32, secret.begin());
  char public_text[41] = {};
  REQUIRE(zmq_curve_public(public_text, to_z85(secret).c_str()) == 0);
  CHECK(to_z85(key.public_key().bytes) == public_text);
}

TEST_CASE("A fingerprint is ten groups of five digits and changes with agency and keys") {
  const AgencyId haven = AgencyId::parse("haven").value();
  const AgencyId clinic = AgencyId::parse("clinic").value();
  const VerifyKey signing{{1}};
  const TransportPublicKey transport{{2}};
  const std::string text = card_fingerprint(haven, signing, transport);
  REQUIRE(text.size() == 59);
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK((i % 6 == 5 ? text[i] == ' ' : text[i] >= '0' && text[i] <= '9'));
  }
  CHECK(text != card_fingerprint(clinic, signing, transport));
  CHECK(text != card_fingerprint(haven, VerifyKey{{3}}, transport));
  CHECK(text != card_fingerprint(haven, signing, TransportPublicKey{{3}}));
}
