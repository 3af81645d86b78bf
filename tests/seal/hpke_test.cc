#include "schemas/seal/hpke.h"

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/seal/vectors.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

using Fields = std::map<std::string, std::string>;

// Lets a test see what the key schedule made.
struct OpenContext : HpkeContext {
  using HpkeContext::HpkeContext;
  using HpkeContext::key;
  using HpkeContext::nonce;
};

Aead aead_of(const std::string& number) {
  return static_cast<Aead>(std::stoi(number));
}

// `name = value` (aws-lc's form) or `name: value` (the RFC's, values wrap over lines).
std::vector<std::pair<std::string, std::string>> read_pairs(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find_first_of("=:");
    const bool is_hex = line.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (colon != std::string::npos && line[0] != '#') {
      std::string name = line.substr(0, line.find_first_of(" =:"));
      std::string value = line.substr(colon + 1);
      value.erase(0, value.find_first_not_of(' '));
      if (name == "sequence") name = "sequence number";
      pairs.emplace_back(name, value);
    } else if (is_hex && !line.empty() && !pairs.empty()) {
      pairs.back().second += line;
    }
  }
  return pairs;
}

Fields go_entry(int aead) {
  for (const auto& entry :
       nlohmann::json::parse(vector_text("hpke_go_rfc9180_x25519_hkdfsha256.json"))) {
    if (entry.at("aead_id") != aead) continue;
    Fields fields;
    for (const auto& [name, value] : entry.items()) {
      if (value.is_string()) fields[name] = value.get<std::string>();
    }
    return fields;
  }
  FAIL("no entry for this AEAD");
  return {};
}

struct Pair {
  HpkeSender sender;
  HpkeReceiver receiver;
};

Pair start(Aead aead, const std::string& ikm_e, const std::string& sk_r, const std::string& info) {
  const SealingKey recipient = SealingKey::from_secret(hex_secret(sk_r));
  auto sender =
      HpkeSender::start(aead, recipient.public_key(), hex(info), hex_secret(ikm_e)).value();
  auto receiver = HpkeReceiver::start(aead, recipient, sender.encapsulated(), hex(info)).value();
  return {std::move(sender), std::move(receiver)};
}

}  // namespace

TEST_CASE("HPKE key pairs are derived as RFC 9180 derives them") {
  if (vector_text("hpke_go_rfc9180_x25519_hkdfsha256.json").empty()) return;
  for (const int aead : {1, 2, 3}) {
    const Fields v = go_entry(aead);
    const SealingKey recipient = hpke_derive_key_pair(hex(v.at("ikmR")));
    CHECK(to_hex(recipient.secret().expose()) == v.at("skRm"));
    CHECK(to_hex(recipient.public_key().bytes) == v.at("pkRm"));
    CHECK(to_hex(hpke_derive_key_pair(hex(v.at("ikmE"))).public_key().bytes) == v.at("enc"));
  }
}

TEST_CASE("HPKE seals, opens and exports as all of RFC 9180's base mode vectors say") {
  int encryptions = 0;
  int exports = 0;
  Fields v;
  std::optional<Pair> pair;
  for (const auto& [name, value] :
       read_pairs(vector_text("hpke_rfc9180_x25519_base_hkdfsha256.txt"))) {
    v[name] = value;
    if (name == "pkEm") {
      const Fields go = go_entry(std::stoi(v["aead_id"]));
      pair = start(aead_of(v["aead_id"]), go.at("ikmE"), v["skRm"], v["info"]);
      CHECK(to_hex(pair->sender.encapsulated()) == v["pkEm"]);
    }
    if (name == "pt") {
      CHECK(to_hex(pair->sender.seal(hex(v["aad"]), hex(v["pt"]))) == v["ct"]);
      const auto opened = pair->receiver.open(hex(v["aad"]), hex(v["ct"]));
      REQUIRE(opened.has_value());
      CHECK(to_hex(opened->expose()) == v["pt"]);
      ++encryptions;
    }
    if (name == "exported_value") {
      const std::size_t size = std::stoul(v["L"]);
      const Bytes context = hex(v["exporter_context"]);
      CHECK(to_hex(pair->sender.export_secret(context, size).expose()) == value);
      CHECK(to_hex(pair->receiver.export_secret(context, size).expose()) == value);
      ++exports;
    }
  }
  if (v.empty()) return;
  CHECK(encryptions == 771);
  CHECK(exports == 9);
}

TEST_CASE("HPKE's key schedule makes the intermediate values of RFC 9180 and its edge cases") {
  int schedules = 0;
  for (const std::string file :
       {"hpke_rfc9180_appendixA_x25519_base.md", "hpke_wg_draft_edge_cases_x25519.md"}) {
    Fields v;
    std::optional<Pair> pair;
    for (const auto& [name, value] : read_pairs(vector_text(file))) {
      v[name] = value;
      if (name == "exporter_secret") {
        const Aead aead = aead_of(v.at("aead_id"));
        const OpenContext context(aead, hex_secret(v.at("shared_secret")), hex(v.at("info")));
        CHECK(to_hex(context.key()) == v.at("key"));
        CHECK(to_hex(context.nonce()) == v.at("base_nonce"));
        pair = start(aead, v.at("ikmE"), v.at("skRm"), v.at("info"));
        CHECK(to_hex(pair->sender.encapsulated()) == v.at("enc"));
        ++schedules;
      }
      if (name == "exported_value") {
        CHECK(to_hex(pair->receiver.export_secret(hex(v.at("exporter_context")), 32).expose()) ==
              value);
      }
      // The RFC's own excerpt skips sequence numbers; the edge cases do not.
      if (name == "ct" && file.find("edge_cases") != std::string::npos) {
        CHECK(to_hex(pair->sender.seal(hex(v.at("aad")), hex(v.at("pt")))) == value);
        CHECK(pair->receiver.open(hex(v.at("aad")), hex(value)).has_value());
      }
    }
    if (v.empty()) return;
  }
  CHECK(schedules == 5);
}

// The suite that Safeconduct uses; values from the CFRG's test vectors for RFC 9180.
TEST_CASE("HPKE with AES-256-GCM: first published encryption") {
  Pair pair =
      start(Aead::kAes256Gcm, "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9",
            "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
            "4f6465206f6e2061204772656369616e2055726e");
  CHECK(to_hex(pair.sender.encapsulated()) ==
        "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
  CHECK(
      to_hex(pair.sender.seal(view_of("Count-0"), view_of("Beauty is truth, truth beauty"))) ==
      "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a");
}

TEST_CASE("HPKE refuses keys of small order on both sides") {
  const SealingKey key = hpke_derive_key_pair(view_of("some input key material, 32 bytes"));
  for (const std::uint8_t point : ByteArray<2>{0, 1}) {
    SealingPublicKey small;
    small.bytes[0] = point;
    CHECK(HpkeSender::start(Aead::kAes256Gcm, small, {}, SecretKey<32>()).error().code ==
          ErrorCode::kUnauthentic);
    CHECK(HpkeReceiver::start(Aead::kAes256Gcm, key, small.bytes, {}).error().code ==
          ErrorCode::kUnauthentic);
  }
}

TEST_CASE("HPKE opens in the order of sealing only, and a failure does not advance") {
  Pair pair = start(Aead::kAes256Gcm, std::string(64, '1'), std::string(64, '2'), "");
  const Bytes first = pair.sender.seal({}, view_of("first"));
  const Bytes second = pair.sender.seal({}, view_of("second"));
  CHECK_FALSE(pair.receiver.open({}, second).has_value());
  CHECK(text_of(pair.receiver.open({}, first)->expose()) == "first");
  CHECK_FALSE(pair.receiver.open({}, first).has_value());
  CHECK(text_of(pair.receiver.open({}, second)->expose()) == "second");
}
