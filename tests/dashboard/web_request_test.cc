// The parsing of what browsers, and others, send. Inputs that were once found to matter lie in
// corpus/; each is read here.
#include <catch2/catch.hpp>

#include <filesystem>
#include <random>

#include "broker/dashboard/gate.h"
#include "tests/dashboard/anything.h"
#include "tests/rig/process.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;
using dashboard_tests::read_anything;

TEST_CASE("A target is decoded once, path and query") {
  const auto target =
      parse_target("/referral/ab%2Dcd?from=haven&since=2026-11-01&q=a+b%26c").value();
  CHECK(target.path == "/referral/ab-cd");
  CHECK(target.value("from") == "haven");
  CHECK(target.value("q") == "a b&c");
  CHECK(target.value("absent").empty());
  CHECK(parse_target("/%252e%252e/x").value().path == "/%2e%2e/x");
}

TEST_CASE("A target that is odd is refused") {
  for (const std::string text :
       {"", "x", "http://a/", "*", "/a/../b", "/..", "/./a", "/%2e%2e", "/%2e%2e%2fa", "/a%00b",
        "/a%0d%0ab", "/a%zz", "/a%2", "/a%", "/a\\b", "//a", "/a?x=1&x=2", "/a?x=%00", "/a?%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_target(text).has_value());
  }
  CHECK_FALSE(parse_target("/" + std::string(kTargetBytesMax, 'a')).has_value());
}

TEST_CASE("Cookies are read as browsers write them, and none stands twice") {
  const auto cookies = parse_cookies("a=1; __Host-safeconduct=x=y; b=").value();
  CHECK(value_of(cookies, "a") == "1");
  CHECK(value_of(cookies, kSessionCookie) == "x=y");
  CHECK(value_of(cookies, "b").empty());
  CHECK_FALSE(parse_cookies("a=1; a=2").has_value());
  CHECK_FALSE(parse_cookies("a=; a=2").has_value());
  CHECK_FALSE(parse_cookies("a=\x01").has_value());
  CHECK(parse_cookies("; ;;=x; nothing").value().empty());
}

TEST_CASE("What is encoded decodes to itself") {
  const std::string odd = "a b/c?d=e&f%g+h\xC3\xA9";
  CHECK(parse_target("/x?v=" + percent_encoded(odd)).value().value("v") == odd);
}

TEST_CASE("The corpus and random bytes are read without harm") {
  std::size_t files = 0;
  const std::string folder = std::string(SAFECONDUCT_SOURCE) + "/tests/dashboard/corpus";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    read_anything(rig::read_text(file.path().string()));
    ++files;
  }
  CHECK(files >= 8);
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  static const std::string kPieces =
      "/?&=%2e.;+ \\\r\n\x01\x80"
      "abcXYZ019_-";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random() % 2 == 0 ? "/" : "";
    const std::size_t length = random() % 60;
    for (std::size_t k = 0; k < length; ++k) text += kPieces[random() % kPieces.size()];
    read_anything(text);
  }
}
