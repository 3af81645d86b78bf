#include "broker/dashboard/gate.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html";

}  // namespace

bool Gate::knows_host(const io::HttpRequest& request) const {
  // Two Host headers are a request that two servers would read differently.
  const auto is_host = [](const auto& header) {
    return header.first.size() == 4 && (header.first[0] | 32) == 'h' &&
           (header.first[1] | 32) == 'o' && (header.first[2] | 32) == 's' &&
           (header.first[3] | 32) == 't';
  };
  if (std::count_if(request.headers.begin(), request.headers.end(), is_host) != 1) return false;
  const std::string_view host = request.header("Host");
  return std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end();
}

bool Gate::is_same_site(const io::HttpRequest& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  return site.empty() || site == "same-origin" || site == "none";
}

bool Gate::has_our_origin(const io::HttpRequest& request) const {
  std::string_view origin = request.header("Origin");
  if (origin.starts_with("https://")) {
    origin.remove_prefix(8);
  } else if (!is_tls_ && origin.starts_with("http://")) {
    origin.remove_prefix(7);
  } else {
    return false;
  }
  return origin == request.header("Host");
}

void Gate::add_security_headers(io::HttpResponse& response) const {
  const auto add = [&](std::string_view name, std::string_view value) {
    response.headers.emplace_back(name, value);
  };
  add("Cache-Control", "no-store");
  add("Content-Security-Policy", kPolicy);
  add("Cross-Origin-Embedder-Policy", "require-corp");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  add("Referrer-Policy", "no-referrer");
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  if (is_tls_) add("Strict-Transport-Security", "max-age=31536000");
}

std::string set_cookie(std::string_view name, std::string_view value, std::string_view same_site,
                       std::int64_t seconds) {
  return std::string(name) + "=" + std::string(value) +
         "; Path=/; Secure; HttpOnly; SameSite=" + std::string(same_site) +
         "; Max-Age=" + std::to_string(seconds);
}

io::HttpResponse json_answer(int status, std::string body) {
  io::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

io::HttpResponse error_answer(int status, std::string_view code) {
  return json_answer(status, "{\"error\":\"" + std::string(code) + "\"}");
}

}  // namespace safeconduct::dashboard
