// Sign-in by an identity provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC
// 7636). An ID token counts only after its signature, issuer, audience, times and nonce were
// checked. Thread-safe; asking the provider blocks.
#pragma once

#include <map>
#include <mutex>

#include "broker/dashboard/settings.h"
#include "schemas/base/clock.h"
#include "schemas/seal/web_signature.h"

namespace safeconduct::dashboard {

class OpenId {
 public:
  OpenId(const OpenIdSettings& settings, const Clock& clock, Random& random)
      : settings_(settings), clock_(clock), random_(random) {}

  struct Departure {
    std::string url;     // of the provider
    std::string cookie;  // to be sent back with the return
  };
  // Errors: kUnavailable (the provider does not answer), kInvalid (its answer is not a provider's).
  [[nodiscard]] Result<Departure> leave();
  // The claim that names the person. Errors: kUnavailable; kUnauthentic for anything that does not
  // hold. A departure is used up by its first return.
  [[nodiscard]] Result<std::string> come_back(const std::string& cookie, const std::string& state,
                                              const std::string& code);

 private:
  struct Provider {
    std::string authorize, token, keys_url;
    std::vector<std::pair<std::string, seal::WebKey>> keys;  // by kid
    Instant read_at;
  };
  struct Left {
    std::string cookie, nonce, verifier;
    Instant at;
  };
  [[nodiscard]] Result<Provider> provider();
  [[nodiscard]] Result<std::string> exchange(const Provider& provider, const std::string& code,
                                             const std::string& verifier) const;
  [[nodiscard]] Result<std::string> check(const Provider& provider, const std::string& token,
                                          const std::string& nonce) const;

  static constexpr std::size_t kLeftMax = 1'000;  // browsers on their way, the oldest forgotten
  static constexpr Duration kLeftFor = minutes(10);
  const OpenIdSettings& settings_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, Left> left_;  // by state
  std::optional<Provider> provider_;
};

}  // namespace safeconduct::dashboard
