#include "broker/dashboard/openid.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/dashboard/web_request.h"
#include "schemas/io/file.h"
#include "schemas/io/http.h"
#include "schemas/seal/hash.h"

namespace safeconduct::dashboard {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAnswerBytesMax = 256 * 1024;
constexpr Duration kProviderKept = minutes(10);
constexpr Duration kSkew = minutes(2);

Error odd_provider(std::string_view what) {
  return invalid("the identity provider's " + std::string(what) + " is not understood");
}
Error bad_token(std::string_view what) {
  return unauthentic("the ID token's " + std::string(what) + " does not hold");
}

Result<Json> ask(const io::HttpFetch& fetch) {
  TRY(response, io::http_fetch(fetch));
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status != 200 || !json.is_object()) {
    return Error{ErrorCode::kUnavailable,
                 "the identity provider answered with status " + std::to_string(response.status)};
  }
  return json;
}

io::HttpFetch get(const std::string& url) {
  io::HttpFetch fetch;
  fetch.url = url;
  fetch.answer_bytes_max = kAnswerBytesMax;
  return fetch;
}

std::string text_at(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

Bytes bytes_at(const Json& json, const char* key) {
  auto bytes = seal::from_base64url(text_at(json, key));
  return bytes ? std::move(*bytes) : Bytes();
}

Result<Json> part_of(std::string_view text) {
  auto bytes = seal::from_base64url(text);
  if (!bytes) return bad_token("form");
  Json json = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
  if (!json.is_object()) return bad_token("form");
  return json;
}

// RFC 7519 §4.1.3: one audience or a list of them; OpenID Connect Core §3.1.3.7: of several, azp
// must be ours.
bool is_for(const Json& claims, const std::string& client) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return *audience == client;
  if (!audience->is_array()) return false;
  const bool named = std::find(audience->begin(), audience->end(), Json(client)) != audience->end();
  return named && (audience->size() == 1 || text_at(claims, "azp") == client);
}

std::optional<Instant> seconds_at(const Json& claims, const char* key) {
  const auto at = claims.find(key);
  if (at == claims.end() || !at->is_number_integer()) return std::nullopt;
  const auto s = at->get<std::int64_t>();
  if (s < 0 || s > 253'402'300'799) return std::nullopt;
  return Instant{s * 1000};
}

}  // namespace

Result<OpenId::Provider> OpenId::provider() {
  {
    const std::lock_guard lock(mutex_);
    if (provider_ && clock_.now() - provider_->read_at < kProviderKept) return *provider_;
  }
  TRY(about, ask(get(settings_.issuer + "/.well-known/openid-configuration")));
  if (text_at(about, "issuer") != settings_.issuer) return odd_provider("issuer");
  Provider read;
  read.authorize = text_at(about, "authorization_endpoint");
  read.token = text_at(about, "token_endpoint");
  read.keys_url = text_at(about, "jwks_uri");
  if (read.authorize.empty() || read.token.empty()) return odd_provider("configuration");
  TRY(keys, ask(get(read.keys_url)));
  for (const Json& key : keys.value("keys", Json::array())) {
    if (!key.is_object() || text_at(key, "use") == "enc") continue;
    read.keys.emplace_back(
        text_at(key, "kid"),
        seal::WebKey{text_at(key, "kty"), text_at(key, "crv"), bytes_at(key, "n"),
                     bytes_at(key, "e"), bytes_at(key, "x"), bytes_at(key, "y")});
  }
  read.read_at = clock_.now();
  const std::lock_guard lock(mutex_);
  provider_ = read;
  return read;
}

Result<OpenId::Departure> OpenId::leave() {
  TRY(provider, provider());
  const auto random = [this] { return seal::to_base64url(random_.array<32>()); };
  const std::string state = random();
  const Left left{random(), random(), random(), clock_.now()};
  const std::string challenge = seal::to_base64url(seal::sha256(view_of(left.verifier)));
  const std::string url =
      provider.authorize + (provider.authorize.find('?') == std::string::npos ? "?" : "&") +
      "response_type=code&scope=openid&client_id=" + percent_encoded(settings_.client_id) +
      "&redirect_uri=" + percent_encoded(settings_.redirect) + "&state=" + state +
      "&nonce=" + left.nonce + "&code_challenge=" + challenge + "&code_challenge_method=S256";
  const std::lock_guard lock(mutex_);
  std::erase_if(left_, [&](const auto& one) { return left.at - one.second.at > kLeftFor; });
  if (left_.size() >= kLeftMax) {
    left_.erase(std::min_element(left_.begin(), left_.end(), [](const auto& a, const auto& b) {
      return a.second.at < b.second.at;
    }));
  }
  left_[state] = left;
  return Departure{url, left.cookie};
}

Result<std::string> OpenId::exchange(const Provider& provider, const std::string& code,
                                     const std::string& verifier) const {
  io::HttpFetch fetch = get(provider.token);
  fetch.method = "POST";
  fetch.content_type = "application/x-www-form-urlencoded";
  fetch.body = "grant_type=authorization_code&code=" + percent_encoded(code) +
               "&redirect_uri=" + percent_encoded(settings_.redirect) +
               "&client_id=" + percent_encoded(settings_.client_id) + "&code_verifier=" + verifier;
  if (!settings_.client_secret_file.empty()) {
    TRY(secret, io::read_private_file(settings_.client_secret_file, 4096));
    std::string text(text_of(secret));
    while (text.ends_with('\n')) text.pop_back();
    const std::string pair = percent_encoded(settings_.client_id) + ":" + percent_encoded(text);
    fetch.headers.emplace_back("Authorization", "Basic " + to_base64(view_of(pair)));
  }
  TRY(answer, ask(fetch));
  const std::string token = text_at(answer, "id_token");
  if (token.empty()) return odd_provider("answer");
  return token;
}

Result<std::string> OpenId::check(const Provider& provider, const std::string& token,
                                  const std::string& nonce) const {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos) return bad_token("form");
  const std::string_view view(token);
  TRY(header, part_of(view.substr(0, first)));
  TRY(claims, part_of(view.substr(first + 1, second - first - 1)));
  auto signature = seal::from_base64url(view.substr(second + 1));
  if (!signature || header.contains("crit")) return bad_token("form");
  const std::string kid = text_at(header, "kid");
  const bool holds = std::any_of(provider.keys.begin(), provider.keys.end(), [&](const auto& key) {
    return (kid.empty() || key.first == kid) &&
           seal::web_signature_holds(text_at(header, "alg"), key.second,
                                     view_of(view.substr(0, second)), *signature);
  });
  if (!holds) return bad_token("signature");
  if (text_at(claims, "iss") != settings_.issuer) return bad_token("issuer");
  if (!is_for(claims, settings_.client_id)) return bad_token("audience");
  const Instant now = clock_.now();
  const auto expires = seconds_at(claims, "exp");
  const auto issued = seconds_at(claims, "iat");
  if (!expires || *expires + kSkew < now) return bad_token("expiry");
  if (!issued || *issued > now + kSkew || now - *issued > kLeftFor) return bad_token("time");
  if (!seal::equal_secret(view_of(text_at(claims, "nonce")), view_of(nonce))) {
    return bad_token("nonce");
  }
  const std::string claim = text_at(claims, settings_.claim.c_str());
  if (claim.empty() || claim.size() > 255) return bad_token("claim");
  return claim;
}

Result<std::string> OpenId::come_back(const std::string& cookie, const std::string& state,
                                      const std::string& code) {
  Left left;
  {
    const std::lock_guard lock(mutex_);
    const auto at = left_.find(state);
    if (at == left_.end()) return unauthentic("nobody left for the provider with this state");
    left = at->second;
    left_.erase(at);
  }
  if (clock_.now() - left.at > kLeftFor)
    return unauthentic("the way to the provider took too long");
  if (!seal::equal_secret(view_of(left.cookie), view_of(cookie))) {
    return unauthentic("another browser left for the provider");
  }
  TRY(provider, provider());
  TRY(token, exchange(provider, code, left.verifier));
  return check(provider, token, left.nonce);
}

}  // namespace safeconduct::dashboard
