// What somebody tries who is not invited: refused, logged, and everyone else is served on.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/dashboard/raw_browser.h"
#include "tests/dashboard/scene.h"

using namespace safeconduct;
using namespace safeconduct::dashboard_tests;
using Json = nlohmann::json;

namespace {

Scene& scene() {
  static Scene shared;
  return shared;
}

bool serves() {
  return scene().dashboard_runs() && ask(scene().port(), "GET", "/").status == 200;
}

struct SignedIn {
  std::string cookie;  // a header line
  std::string csrf;    // likewise
};

SignedIn sign_in(const std::string& who) {
  const std::string link = scene().link(who);
  const Json body = {{"link", link.substr(link.find('#') + 1)}};
  const Answer entered = post(scene().port(), "/api/sign-in", body.dump());
  REQUIRE(entered.status == 200);
  SignedIn out{"Cookie: " + entered.cookie() + "\r\n", {}};
  const Answer session = ask(scene().port(), "GET", "/api/session", out.cookie);
  out.csrf = "X-Csrf: " + Json::parse(session.body).at("csrf").get<std::string>() + "\r\n";
  return out;
}

// Says it soon: a connection ends before its line is written.
bool log_says(const std::string& text) {
  for (int i = 0; i < 100; ++i) {
    if (scene().log().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace

TEST_CASE("What is not a request of HTTP is answered or dropped, and service goes on") {
  const std::uint16_t port = scene().port();
  const std::string host = "Host: localhost:" + std::to_string(port) + "\r\n";
  const std::vector<std::string> broken = {
      "\x16\x03\x01\x02\x01\x01",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n" + host + "\r\n",
      "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
      std::string(64, '\0') + "\r\n\r\n",
      "GET / HTTP/1.1\r\n" + host + "Content-Length: -5\r\n\r\n",
      "GET / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
      "POST /api/sign-in HTTP/1.1\r\n" + host +
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
      "POST /api/sign-in HTTP/1.1\r\n" + host +
          "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"};
  for (const std::string& bytes : broken) {
    RawBrowser browser(port);
    browser.say(bytes);
    const Answer answer = answer_of(browser.hear("\r\n\r\n", 3));
    CAPTURE(bytes.substr(0, 30), answer.head);
    CHECK((answer.status == 0 || answer.status >= 400));
  }
  CHECK(log_says("not a request of HTTP/1.1"));
  CHECK(serves());
}

TEST_CASE("What is too large is refused before it is read") {
  const std::uint16_t port = scene().port();
  CHECK(ask(port, "GET", "/", "X-Long: " + std::string(20'000, 'a') + "\r\n").status == 431);
  CHECK(ask(port, "GET", "/?q=" + std::string(4'000, 'a')).status == 400);
  CHECK(post(port, "/api/sign-in", std::string(30'000, '{')).status == 413);
  CHECK(post(port, "/api/sign-in", "{\"name\":\"" + std::string(9'000, 'a') + "\"}").status == 413);
  std::string many;
  for (int i = 0; i < 40; ++i) many += "c" + std::to_string(i) + "=1; ";
  CHECK(ask(port, "GET", "/api/session", "Cookie: " + many + "\r\n").status == 400);
  CHECK(log_says("too large"));
  CHECK(serves());
}

TEST_CASE("A slow sender is cut off and holds up nobody") {
  std::vector<std::unique_ptr<RawBrowser>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<RawBrowser>(scene().port()));
    slow.back()->say("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: a");
  }
  for (int i = 0; i < 3; ++i) CHECK(serves());
  // Its time is over after ten seconds, however often it says another letter.
  const std::string heard = slow.front()->hear({}, 30);
  CHECK_FALSE(slow.front()->hear({}, 1).starts_with("HTTP/1.1 200"));
  CHECK(log_says("the request took too long"));
  CHECK(serves());
}

TEST_CASE("One address may hold only so many connections, and gets them back") {
  std::vector<std::unique_ptr<RawBrowser>> held;
  for (int i = 0; i < 700; ++i) held.push_back(std::make_unique<RawBrowser>(scene().port()));
  held.back()->say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(held.back()->hear({}, 3).empty());
  CHECK(log_says("too many connections"));
  held.clear();
  bool back = false;
  for (int i = 0; i < 50 && !back; ++i) back = serves();
  CHECK(back);
}

TEST_CASE("No path leads out of what is served") {
  const std::uint16_t port = scene().port();
  for (const std::string target :
       {"/../people", "/assets/../../people", "/assets/..%2f..%2fpeople", "/%2e%2e/people",
        "/assets/....//people", "//etc/passwd", "/assets/%00", "/assets/\\..\\people",
        "/%252e%252e/people", "/people", "/state/snapshot", "/dashboard.toml", "/signing.key",
        "/api/../people", "/assets/app.js%0d%0aX: y", "http://elsewhere/"}) {
    const Answer answer = ask(port, "GET", target);
    CAPTURE(target);
    CHECK((answer.status == 400 || answer.status == 404));
    CHECK(answer.body.find("argon2") == std::string::npos);
  }
  CHECK(serves());
}

TEST_CASE("A forged Host or Origin reaches nothing") {
  const std::uint16_t port = scene().port();
  const std::string own = "localhost:" + std::to_string(port);
  CHECK(ask(port, "GET", "/", "Host: evil.example\r\n").status == 421);
  CHECK(ask(port, "GET", "/", "Host: localhost\r\n").status == 421);
  CHECK(ask(port, "GET", "/", "Host: " + own + "\r\nHost: evil.example\r\n").status >= 400);
  CHECK(ask(port, "GET", "/api/session", "Sec-Fetch-Site: cross-site\r\n").status == 403);
  const std::vector<std::string> origins = {
      "http://evil.example", "null", "https://" + own + ".evil.example", "http://localhost:1"};
  for (const std::string& origin : origins) {
    CAPTURE(origin);
    CHECK(post(port, "/api/sign-in", "{}", "Origin: " + origin + "\r\n").status == 403);
  }
  CHECK(ask(port, "POST", "/api/sign-in", "Content-Type: application/json\r\n", "{}").status ==
        403);
  CHECK(log_says("other_site"));
}

TEST_CASE("What acts needs the session's own token and JSON") {
  const SignedIn ana = sign_in("ana");
  const std::uint16_t port = scene().port();
  CHECK(post(port, "/api/sign-out", "{}", ana.cookie).status == 403);
  CHECK(post(port, "/api/sign-out", "{}", ana.cookie + "X-Csrf: guessed\r\n").status == 403);
  CHECK(post(port, "/api/sign-out", "{}", ana.cookie + sign_in("ana").csrf).status == 403);
  const std::string origin = "Origin: http://localhost:" + std::to_string(port) + "\r\n";
  const std::string form = origin + "Content-Type: application/x-www-form-urlencoded\r\n";
  CHECK(ask(port, "POST", "/api/sign-out", form + ana.cookie + ana.csrf, "a=b").status == 415);
  CHECK(ask(port, "GET", "/api/sign-out", ana.cookie + ana.csrf).status == 404);
  CHECK(ask(port, "DELETE", "/api/session", ana.cookie).status == 405);
  CHECK(post(port, "/api/sign-out", "{}", ana.cookie + ana.csrf).status == 200);
  CHECK(ask(port, "GET", "/api/tiles", ana.cookie).status == 401);
  CHECK(log_says("no csrf token"));
}

TEST_CASE("A session that was planted is not the one that is signed in") {
  const std::uint16_t port = scene().port();
  const std::string planted = "Cookie: __Host-safeconduct=planted-by-somebody\r\n";
  CHECK(ask(port, "GET", "/api/tiles", planted).status == 401);
  const std::string link = scene().link("ana");
  const Json body = {{"link", link.substr(link.find('#') + 1)}};
  const Answer entered = post(port, "/api/sign-in", body.dump(), planted);
  CHECK(entered.cookie().find("planted") == std::string::npos);
  CHECK(entered.head.find("HttpOnly; SameSite=Strict") != std::string::npos);
  CHECK(ask(port, "GET", "/api/tiles", planted).status == 401);
  // Signing in again ends the session before.
  const SignedIn first = sign_in("ana");
  const std::string again = scene().link("ana");
  const Json second = {{"link", again.substr(again.find('#') + 1)}};
  CHECK(post(port, "/api/sign-in", second.dump(), first.cookie).status == 200);
  CHECK(ask(port, "GET", "/api/tiles", first.cookie).status == 401);
  // Two cookies of one name: one of them was planted.
  const std::string both = first.cookie.substr(0, first.cookie.size() - 2);
  CHECK(ask(port, "GET", "/api/tiles", both + "; __Host-safeconduct=other\r\n").status == 400);
}

TEST_CASE("Whoever guesses is slowed down, and learns nothing about who exists") {
  const std::uint16_t port = scene().port();
  const auto guess = [&](const std::string& who) {
    const Json body = {{"name", who}, {"password", "a guess of mine"}, {"code", "123456"}};
    return post(port, "/api/sign-in", body.dump());
  };
  const Answer known = guess("audrey");
  const Answer unknown = guess("nobody-such");
  CHECK(known.status == 401);
  CHECK(known.body == unknown.body);
  for (int i = 0; i < 4; ++i) CHECK(guess("audrey").status == 401);
  const Answer locked = guess("audrey");
  CHECK(locked.status == 429);
  CHECK(Json::parse(locked.body).at("wait_s").get<int>() > 0);
  // The right password does not open it either before the wait is over.
  const Json right = {
      {"name", "audrey"}, {"password", kPassword}, {"code", scene().code("audrey")}};
  CHECK(post(port, "/api/sign-in", right.dump()).status == 429);
  CHECK(log_says("a sign-in from `127.0.0.1` was refused"));
}

TEST_CASE("Nothing is said to who is not signed in, and nothing is kept by a browser") {
  const std::uint16_t port = scene().port();
  for (const std::string view :
       {"tiles", "referrals", "referral?id=00", "matrix", "trends", "report", "agencies",
        "capacity", "duties", "exceptions", "integrity", "events"}) {
    CAPTURE(view);
    CHECK(ask(port, "GET", "/api/" + view).status == 401);
  }
  const Answer page = ask(port, "GET", "/");
  for (const std::string said :
       {"Cache-Control: no-store", "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer", "Content-Security-Policy: default-src 'none'",
        "frame-ancestors 'none'", "require-trusted-types-for 'script'"}) {
    CAPTURE(said);
    CHECK(page.head.find(said) != std::string::npos);
  }
  CHECK(page.head.find("unsafe-") == std::string::npos);
}

TEST_CASE("What is asked oddly of a view is refused in words and harms nothing") {
  const SignedIn ana = sign_in("ana");
  for (const std::string target :
       {"referrals?page=0", "referrals?page=99999999999999999999", "referrals?tile=all",
        "referrals?from=<script>", "referrals?since=yesterday", "referrals?id=zz",
        "referrals?tile=overdue&tile=awaiting", "matrix?days=0", "matrix?days=1e9",
        "report?month=2026-13", "report?month=../..", "trends?days=-1", "referrals?order=drop"}) {
    CAPTURE(target);
    const Answer answer = ask(scene().port(), "GET", "/api/" + target, ana.cookie);
    CHECK(answer.status == 400);
    CHECK(answer.body.find('<') == std::string::npos);
  }
  CHECK(ask(scene().port(), "GET", "/api/referral?id=" + std::string(32, 'f'), ana.cookie).status ==
        404);
  CHECK(serves());
}

TEST_CASE("A reader that never reads is let go") {
  const SignedIn ana = sign_in("ana");
  RawBrowser reader(scene().port());
  reader.say("GET /api/events HTTP/1.1\r\nHost: localhost:" + std::to_string(scene().port()) +
             "\r\n" + ana.cookie + "\r\n");
  const std::string head = reader.hear("event: state", 5);
  CHECK(head.find("text/event-stream") != std::string::npos);
  CHECK(head.find("id: ") != std::string::npos);
  // Signing out ends the stream too.
  CHECK(post(scene().port(), "/api/sign-out", "{}", ana.cookie + ana.csrf).status == 200);
  CHECK(reader.hear("event: ended", 20).find("event: ended") != std::string::npos);
}
