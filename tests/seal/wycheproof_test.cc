// Project Wycheproof, testvectors_v1. Every test of a file is decided or counted as outside what
// the room offers; the counts are checked so that none gets lost.
#include <nlohmann/json.hpp>

#include "schemas/seal/aead.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/sign.h"
#include "schemas/seal/x25519.h"
#include "tests/seal/vectors.h"

using namespace safeconduct;
using namespace safeconduct::seal;
using nlohmann::json;

namespace {

struct Count {
  int decided = 0;
  int outside = 0;  // sizes that the room's types cannot even express
};

// Calls check(group, test) -> whether the test was within the room's offer.
template <class Check>
Count run(const std::string& file, Check&& check) {
  Count count;
  const std::string text = vector_text(file);
  if (text.empty()) return count;
  const json vectors = json::parse(text);
  for (const json& group : vectors.at("testGroups")) {
    for (const json& test : group.at("tests")) {
      INFO(file << " tcId " << test.at("tcId"));
      ++(check(group, test) ? count.decided : count.outside);
    }
  }
  CHECK(count.decided + count.outside == vectors.at("numberOfTests").get<int>());
  return count;
}

Bytes field(const json& test, const char* name) {
  return hex(test.at(name).get<std::string>());
}

bool valid(const json& test) {
  return test.at("result") == "valid";
}

void expect(const Count& count, int decided, int outside) {
  if (count.decided + count.outside == 0) return;
  CHECK(count.decided == decided);
  CHECK(count.outside == outside);
}

bool check_aead(Aead aead, const json& test) {
  const Bytes iv = field(test, "iv");
  const Bytes key = field(test, "key");
  const auto nonce = fixed<12>(iv, "nonce");
  if (!nonce || key.size() != key_bytes(aead)) return false;
  const Bytes aad = field(test, "aad");
  Bytes sealed = field(test, "ct");
  const Bytes tag = field(test, "tag");
  sealed.insert(sealed.end(), tag.begin(), tag.end());
  const auto opened = aead_open(aead, key, *nonce, {aad}, sealed);
  CHECK(opened.has_value() == valid(test));
  if (opened) {
    CHECK(equal(opened->expose(), field(test, "msg")));
    CHECK(aead_seal(aead, key, *nonce, {aad}, field(test, "msg")) == sealed);
  }
  return true;
}

}  // namespace

TEST_CASE("Wycheproof: Ed25519 verification") {
  const Count count = run("wycheproof_ed25519_test.json", [](const json& group, const json& test) {
    const VerifyKey key{hex_array<32>(group.at("publicKey").at("pk").get<std::string>())};
    const auto signature = fixed<64>(field(test, "sig"), "signature");
    // A signature of another length never reaches verify: it is no Signature.
    CHECK((signature && verify(key, field(test, "msg"), *signature)) == valid(test));
    return true;
  });
  expect(count, 151, 0);
}

TEST_CASE("Wycheproof: X25519, and an all-zero shared secret is refused") {
  int refused = 0;
  const Count count = run("wycheproof_x25519_test.json", [&](const json&, const json& test) {
    const Bytes shared = field(test, "shared");
    const auto got = x25519(hex_secret(test.at("private").get<std::string>()),
                            hex_array<32>(test.at("public").get<std::string>()));
    const bool zero = shared == Bytes(32);
    refused += zero;
    CHECK(got.has_value() == !zero);
    if (got) CHECK(equal(got->expose(), shared));
    return true;
  });
  expect(count, 518, 0);
  if (count.decided != 0) CHECK(refused == 31);
}

TEST_CASE("Wycheproof: AES-GCM with 128 and 256 bit keys and 96 bit nonces") {
  const Count count = run("wycheproof_aes_gcm_test.json", [](const json& group, const json& test) {
    return check_aead(group.at("keySize") == 128 ? Aead::kAes128Gcm : Aead::kAes256Gcm, test);
  });
  expect(count, 133, 183);  // outside: 192 bit keys, nonces of other sizes
}

TEST_CASE("Wycheproof: ChaCha20-Poly1305") {
  const Count count =
      run("wycheproof_chacha20_poly1305_test.json",
          [](const json&, const json& test) { return check_aead(Aead::kChaCha20Poly1305, test); });
  expect(count, 316, 9);  // outside: nonces of other sizes
}

TEST_CASE("Wycheproof: HMAC-SHA256") {
  const Count count = run("wycheproof_hmac_sha256_test.json", [](const json&, const json& test) {
    const Bytes tag = field(test, "tag");
    const Digest mac = hmac_sha256(field(test, "key"), {field(test, "msg")});
    CHECK(equal_secret(ByteView(mac).first(tag.size()), tag) == valid(test));
    return true;
  });
  expect(count, 174, 0);
}

TEST_CASE("Wycheproof: HKDF-SHA256") {
  const Count count = run("wycheproof_hkdf_sha256_test.json", [](const json&, const json& test) {
    if (!valid(test)) return false;  // too long: an assertion of ours, nobody can ask for it
    Bytes out(test.at("size").get<std::size_t>());
    const auto prk = hkdf_extract(field(test, "salt"), {field(test, "ikm")});
    hkdf_expand(prk.expose(), {field(test, "info")}, out);
    CHECK(out == field(test, "okm"));
    return true;
  });
  expect(count, 83, 3);
}
