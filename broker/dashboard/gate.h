// What stands before every request: is it for this site, from this site, and whose is it. And what
// every answer says so that a browser keeps it to itself.
#pragma once

#include "broker/dashboard/web_request.h"
#include "schemas/io/http.h"

namespace safeconduct::dashboard {

inline constexpr std::string_view kSessionCookie = "__Host-safeconduct";
inline constexpr std::string_view kOpenIdCookie = "__Host-safeconduct-leave";

class Gate {
 public:
  // `hosts`: as browsers write them in Host, port included where it is not the scheme's own.
  Gate(std::vector<std::string> hosts, bool is_tls) : hosts_(std::move(hosts)), is_tls_(is_tls) {}

  [[nodiscard]] bool knows_host(const io::HttpRequest& request) const;
  // Nothing of another site may ask for what a visitor sees: Sec-Fetch-Site, where a browser sends
  // it, and Origin for what acts.
  [[nodiscard]] bool is_same_site(const io::HttpRequest& request) const;
  // Origin is there and ours.
  [[nodiscard]] bool has_our_origin(const io::HttpRequest& request) const;

  void add_security_headers(io::HttpResponse& response) const;

 private:
  std::vector<std::string> hosts_;
  bool is_tls_;
};

// Secure, HttpOnly, for this host and path / only.
[[nodiscard]] std::string set_cookie(std::string_view name, std::string_view value,
                                     std::string_view same_site, std::int64_t seconds);

[[nodiscard]] io::HttpResponse json_answer(int status, std::string body);
// {"error": code}: a word that the client knows in the reader's language.
[[nodiscard]] io::HttpResponse error_answer(int status, std::string_view code);

}  // namespace safeconduct::dashboard
