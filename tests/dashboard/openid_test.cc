// Sign-in by an identity provider, which the test runs itself: what holds comes in, and every token
// that is bent in one place does not.
#include "broker/dashboard/openid.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "broker/dashboard/web_request.h"
#include "schemas/io/http.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/sign.h"
#include "tests/rig/network.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;
using Json = nlohmann::json;

namespace {

// Made with OpenSSL's command line: kMessage signed by one RSA and one P-256 key.
const std::string kMessage = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ0ZXN0In0";
const std::string kModulus =
    "j3C8NEGrHoScSM0hUJ1UVCh4Amn-wGRZ7yK5BD3lq9j7YXYMIHM6x5-_9XwXFNb_gfLM1B0Hnm33"
    "vBVf6d3v67KoRThSBcoc6rlGqPDEEWa5eT1ab7AhTqVRsXyKGhEaFOzYHGmPWnYhIW8nAn84usrg"
    "RTL7DGjtFEd-r1BM_1EcqHowY563xK6INHbv3zTSVljuj3LCldfuF6-ILAq_geh59-pV2gndY4aC"
    "4AWpcTgrP9G2X4HAlsnC197mxqZpJGeKohgu8Lsv8VDsrgZcbqIPx-mjQG-uaxcrDsBfECl1jK5m"
    "xOh7R9EwQJOKljIF72z3E0uON9ixzZzVDrz6Cw";
const std::string kRs256 =
    "TnuRqIkejk0-4AGpNgPIdVS5ELQQVhvFEXcBkHqg9_wG7mGhvE0hIOfMdNPMSsIy4AC1OlEgmO8R"
    "BBRnmOYnnXA9WF96cY6vDIp7EdClpfCBlnteDSEX8HnYO6CwZD6PN3tQjWAkRi3AukN1NEGs68Yk"
    "660-XhEeAZeqHFGWRxJJxliVljuH9Ym0wiG-nU8gJ2AP3HuG0cBC4L9SjQKDfSgRsmLtxC6eqRdf"
    "tlNJnwtbOWjkOdMu_m1LSPBB-D8n-c6TkGxz6E185w2k37bxFzCb9lMKTYxWuLdh5UbXRynSgSyK"
    "PcE_tje1PlE1p7ltBRscfoX3lnvnRJ3uwlUKQQ";
const std::string kPs256 =
    "A6DmXs0WEd1JUUVWDF9KpEpREgLWIqec6aTCs8x1dkKCRfRn7b7i_Hk65HoX4r4SdGe6LHprUYdM"
    "oO7ZhYkMd7NJQB_eKXONMA7gwUu3oJLUMKWdLLsvuAuCXnnoE9G-XVnGyy_Z8aXz0fHyJYQcxZd_"
    "jfkq3Wvj6RAmfRzE_QPaXUK8MTgKLCvmM03Etct1H18Etallmoc_FX45CsI6i50ZwhajBmEYP888"
    "563qf-yif0ujByzddZJwzw1Hkn3O-qc6mboOey0LeS7HF1aDDOK6R0hR5vEI7ZLIQCIkzowwz2hT"
    "QNXTPaLl8JnaUKznz8k_yPvZkKqt8MTohEC5uw";
const std::string kX = "_c381szT_FPut8umWhhCf-AhW4M614n7Kc0VB-pHs3Q";
const std::string kY = "VmDSz6b0JkDVPSnVFWo_CcN_5MpNgp0j28vkKBFGSqM";
const std::string kEs256 =
    "UY7HJc_6VZ1PXDwvej95z-BFdgAx_Ob_GjfxP92tCLPbJyQCe6nhnSFxi1h4O-wO8iNe9yzmDUsd"
    "IZMtznHiHQ";

Bytes decoded(const std::string& text) {
  return seal::from_base64url(text).value();
}

std::string part(const Json& json) {
  return seal::to_base64url(view_of(json.dump()));
}

// A provider on loopback that signs what the test tells it to.
class Provider {
 public:
  Provider() : key_(seal::SigningKey::generate(random_)), server_(start()) {}

  [[nodiscard]] std::string issuer() const {
    return "http://127.0.0.1:" + std::to_string(server_.port());
  }
  [[nodiscard]] OpenIdSettings settings() const {
    OpenIdSettings out;
    out.issuer = issuer();
    out.client_id = "dashboard";
    out.redirect = "https://board.example/sign-in/openid";
    return out;
  }
  // The claims of a good token; `bend` changes header or claims before they are signed.
  std::function<void(Json& header, Json& claims)> bend = [](Json&, Json&) {};
  std::function<std::string(std::string token)> bend_token = [](std::string t) { return t; };
  std::string nonce;
  std::string challenge;
  int exchanges = 0;

 private:
  io::HttpServer start() {
    auto server = io::HttpServer::on_loopback(
        0, [this](const io::HttpRequest& request) { return answer(request); });
    if (!server) throw std::runtime_error(server.error().message);
    return std::move(*server);
  }
  io::HttpResponse answer(const io::HttpRequest& request) {
    io::HttpResponse response;
    if (request.target == "/.well-known/openid-configuration") {
      response.body = Json{{"issuer", issuer()},
                           {"authorization_endpoint", issuer() + "/authorize"},
                           {"token_endpoint", issuer() + "/token"},
                           {"jwks_uri", issuer() + "/keys"}}
                          .dump();
    } else if (request.target == "/keys") {
      const Json key = {{"kty", "OKP"},
                        {"crv", "Ed25519"},
                        {"kid", "one"},
                        {"x", seal::to_base64url(key_.verify_key().bytes)}};
      response.body = Json{{"keys", {key}}}.dump();
    } else {
      response.body = token(request.body);
      if (response.body.empty()) response.status = 400;
    }
    return response;
  }
  // RFC 7636 §4.6: the verifier must be the one whose hash was sent ahead.
  std::string token(const std::string& form) {
    ++exchanges;
    const auto fields = parse_target("/?" + form).value();
    const auto verifier = fields.value("code_verifier");
    if (seal::to_base64url(seal::sha256(view_of(verifier))) != challenge) return {};
    if (fields.value("code") != "the-code") return {};
    const std::int64_t now = SystemClock().now().ms / 1000;
    Json header = {{"alg", "EdDSA"}, {"kid", "one"}};
    Json claims = {{"iss", issuer()}, {"aud", "dashboard"}, {"sub", "ana@provider.example"},
                   {"iat", now},      {"exp", now + 300},   {"nonce", nonce}};
    bend(header, claims);
    const std::string text = part(header) + "." + part(claims);
    const std::string signed_ = text + "." + seal::to_base64url(key_.sign(view_of(text)));
    return Json{{"id_token", bend_token(signed_)}, {"token_type", "Bearer"}}.dump();
  }

  SystemRandom random_;
  seal::SigningKey key_;
  io::HttpServer server_;
};

// One walk to the provider and back.
Result<std::string> walk(Provider& provider, OpenId& openid) {
  const auto left = openid.leave();
  if (!left) return left.error();
  const std::string query = left->url.substr(left->url.find('?'));
  const auto target = parse_target("/" + query).value();
  provider.nonce = target.value("nonce");
  provider.challenge = target.value("code_challenge");
  return openid.come_back(left->cookie, std::string(target.value("state")), "the-code");
}

}  // namespace

TEST_CASE("Signatures of each algorithm hold under their own key alone") {
  const seal::WebKey rsa{"RSA", "", decoded(kModulus), {1, 0, 1}, {}, {}};
  const seal::WebKey ec{"EC", "P-256", {}, {}, decoded(kX), decoded(kY)};
  const auto holds = [&](std::string_view algorithm, const seal::WebKey& key, std::string signature,
                         std::string_view message) {
    return seal::web_signature_holds(algorithm, key, view_of(message), decoded(signature));
  };
  CHECK(holds("RS256", rsa, kRs256, kMessage));
  CHECK(holds("PS256", rsa, kPs256, kMessage));
  CHECK(holds("ES256", ec, kEs256, kMessage));
  CHECK_FALSE(holds("RS256", rsa, kRs256, kMessage + "."));
  CHECK_FALSE(holds("RS256", rsa, kPs256, kMessage));
  CHECK_FALSE(holds("PS256", rsa, kRs256, kMessage));
  CHECK_FALSE(holds("ES256", ec, kEs256, "another"));
  CHECK_FALSE(holds("ES256", rsa, kEs256, kMessage));
  CHECK_FALSE(holds("none", rsa, "", kMessage));
  CHECK_FALSE(holds("HS256", rsa, kRs256, kMessage));
  seal::WebKey small = rsa;
  small.n.resize(128);
  CHECK_FALSE(holds("RS256", small, kRs256, kMessage));
}

TEST_CASE("Who comes back from the provider with its word is in, once") {
  Provider provider;
  const OpenIdSettings settings = provider.settings();
  SystemClock clock;
  SystemRandom random;
  OpenId openid(settings, clock, random);
  const auto claim = walk(provider, openid);
  REQUIRE(claim.has_value());
  CHECK(*claim == "ana@provider.example");
  const auto left = openid.leave().value();
  const auto target = parse_target("/" + left.url.substr(left.url.find('?'))).value();
  const std::string state(target.value("state"));
  // Another browser, and a second return.
  CHECK(openid.come_back("another", state, "the-code").error().code == ErrorCode::kUnauthentic);
  CHECK(openid.come_back(left.cookie, state, "the-code").error().code == ErrorCode::kUnauthentic);
  CHECK(openid.come_back(left.cookie, "no such state", "the-code").error().code ==
        ErrorCode::kUnauthentic);
  CHECK(provider.exchanges == 1);
}

TEST_CASE("A token that is bent in one place is refused") {
  Provider provider;
  const OpenIdSettings settings = provider.settings();
  SystemClock clock;
  SystemRandom random;
  OpenId openid(settings, clock, random);
  const auto refused = [&](const std::string& what, std::function<void(Json&, Json&)> bend) {
    CAPTURE(what);
    provider.bend = std::move(bend);
    const auto claim = walk(provider, openid);
    REQUIRE_FALSE(claim.has_value());
    CHECK(claim.error().code == ErrorCode::kUnauthentic);
  };
  refused("issuer", [](Json&, Json& c) { c["iss"] = "https://evil.example"; });
  refused("audience", [](Json&, Json& c) { c["aud"] = "another"; });
  refused("audience of several without azp", [](Json&, Json& c) {
    c["aud"] = {"dashboard", "another"};
  });
  refused("nonce", [](Json&, Json& c) { c["nonce"] = "another"; });
  refused("no nonce", [](Json&, Json& c) { c.erase("nonce"); });
  refused("expired", [](Json&, Json& c) { c["exp"] = c["iat"].get<std::int64_t>() - 300; });
  refused("no expiry", [](Json&, Json& c) { c.erase("exp"); });
  refused("issued long ago", [](Json&, Json& c) { c["iat"] = 1; });
  refused("issued tomorrow",
          [](Json&, Json& c) { c["iat"] = c["exp"].get<std::int64_t>() + 9999; });
  refused("no subject", [](Json&, Json& c) { c.erase("sub"); });
  refused("subject that is no text", [](Json&, Json& c) { c["sub"] = 7; });
  refused("algorithm none", [](Json& h, Json&) { h["alg"] = "none"; });
  refused("algorithm of another key", [](Json& h, Json&) { h["alg"] = "RS256"; });
  refused("unknown key", [](Json& h, Json&) { h["kid"] = "two"; });
  refused("critical extension", [](Json& h, Json&) { h["crit"] = {"x"}; });
  provider.bend = [](Json&, Json&) {};
  for (const std::size_t from_end : {1u, 40u, 120u}) {
    provider.bend_token = [=](std::string token) {
      char& c = token[token.size() - 1 - from_end];
      c = c == 'A' ? 'B' : 'A';
      return token;
    };
    CHECK_FALSE(walk(provider, openid).has_value());
  }
  provider.bend_token = [](std::string token) { return token.substr(0, token.rfind('.') + 1); };
  CHECK_FALSE(walk(provider, openid).has_value());
}

TEST_CASE("A provider that does not answer is told apart from one that refuses") {
  OpenIdSettings settings;
  settings.issuer = "http://127.0.0.1:9";
  settings.client_id = "dashboard";
  SystemClock clock;
  SystemRandom random;
  OpenId openid(settings, clock, random);
  CHECK(openid.leave().error().code == ErrorCode::kUnavailable);
  settings.issuer = "http://elsewhere.example";  // without TLS only on this machine
  CHECK(openid.leave().error().code == ErrorCode::kInvalid);
}
