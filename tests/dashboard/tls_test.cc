// The dashboard over TLS with a certificate made here: what goes over the wire is sealed, and
// cookies never leave it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>

#include "schemas/io/http.h"
#include "tests/dashboard/raw_browser.h"
#include "tests/dashboard/scene.h"

using namespace safeconduct;
using namespace safeconduct::dashboard_tests;
using Json = nlohmann::json;

namespace {

Scene& scene() {
  static Scene shared({.tls = true});
  return shared;
}

Result<io::HttpResponse> fetch(const std::string& method, const std::string& target,
                               io::HttpHeaders headers = {}, const std::string& body = {}) {
  io::HttpFetch ask;
  ask.url = scene().address() + target;
  ask.method = method;
  ask.headers = std::move(headers);
  ask.body = body;
  if (!body.empty()) ask.content_type = "application/json";
  ask.authorities = scene().certificate();
  return io::http_fetch(ask);
}

std::string said(const io::HttpResponse& response, std::string_view name) {
  return std::string(response.header(name));
}

// What `openssl s_client` makes of a handshake with these options: its exit status.
int handshake(const std::string& options) {
  const std::string command =
      "openssl s_client -connect localhost:" + std::to_string(scene().port()) + " -CAfile " +
      scene().certificate() + " -verify_return_error " + options + " < /dev/null > /dev/null 2>&1";
  return std::system(command.c_str());
}

}  // namespace

TEST_CASE("A page comes over TLS, and tells the browser to ask for nothing else") {
  REQUIRE(scene().address().starts_with("https://"));
  const auto page = fetch("GET", "/");
  REQUIRE(page.has_value());
  CHECK(page->status == 200);
  CHECK(said(*page, "Strict-Transport-Security").starts_with("max-age="));
  CHECK(handshake("-tls1_2") == 0);
  CHECK(handshake("-tls1_3") == 0);
  CHECK(handshake("-tls1_1 -cipher ALL:@SECLEVEL=0") != 0);
}

TEST_CASE("Whoever does not know the certificate, or asks under another name, sends nothing") {
  io::HttpFetch ask;
  ask.url = scene().address() + "/";
  CHECK_FALSE(io::http_fetch(ask).has_value());
  ask.authorities = scene().certificate();
  ask.url = "https://127.0.0.1:" + std::to_string(scene().port()) + "/";
  CHECK_FALSE(io::http_fetch(ask).has_value());
}

TEST_CASE("Signing in over TLS gives a cookie that leaves by TLS only") {
  const std::string link = scene().link("ana");
  const Json body = {{"link", link.substr(link.find('#') + 1)}};
  const auto entered = fetch("POST", "/api/sign-in", {{"Origin", scene().address()}}, body.dump());
  REQUIRE(entered.has_value());
  REQUIRE(entered->status == 200);
  const std::string cookie = said(*entered, "Set-Cookie");
  CHECK(cookie.starts_with("__Host-safeconduct="));
  CHECK(cookie.find("; Secure; HttpOnly; SameSite=Strict") != std::string::npos);
  const auto tiles = fetch("GET", "/api/tiles", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
  REQUIRE(tiles.has_value());
  CHECK(tiles->status == 200);
}

TEST_CASE("A page of the same name without TLS is another site") {
  const std::string plain = "http" + scene().address().substr(5);
  const auto answer = fetch("POST", "/api/sign-in", {{"Origin", plain}}, "{}");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 403);
}

TEST_CASE("Who speaks without TLS is turned away and logged, and service goes on") {
  RawBrowser browser(scene().port());
  browser.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(browser.hear({}, 5).find("HTTP/1.1 200") == std::string::npos);
  for (int i = 0; i < 50 && scene().log().find("handshake failed") == std::string::npos; ++i) {
    static_cast<void>(browser.hear({}, 1));
  }
  CHECK(scene().log().find("the TLS handshake failed") != std::string::npos);
  CHECK(fetch("GET", "/").has_value());
}
