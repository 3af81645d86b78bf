#include "schemas/base/config.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("An unknown key is refused with its place and the nearest known word") {
  auto config = Config::parse("[broker]\nendpont = \"tcp://x\"\n", "a.toml").value();
  CHECK(config.text("broker.endpoint", "none") == "none");
  CHECK(config.finish().error().message ==
        "a.toml:2:1: unknown key `broker.endpont`; did you mean `broker.endpoint`?");
}

TEST_CASE("A missing key is named") {
  auto config = Config::parse("", "a.toml").value();
  CHECK(config.required_text("store.path").empty());
  CHECK(config.finish().error().message == "a.toml: `store.path` is missing; add it");
}

TEST_CASE("A value of the wrong type or out of range says what it must be") {
  auto config = Config::parse("n = 99\nt = 5\nb = \"yes\"\nl = [1]\n", "a.toml").value();
  SECTION("number") {
    CHECK(config.integer("n", 1, 0, 10) == 1);
    CHECK(config.finish().error().message == "a.toml:1:5: `n` must be a whole number from 0 to 10");
  }
  SECTION("text") {
    CHECK(config.text("t", "x").empty());
    CHECK(config.finish().error().message == "a.toml:2:5: `t` must be a text in quotes");
  }
  SECTION("boolean") {
    CHECK(config.boolean("b", true));
    CHECK(config.finish().error().message == "a.toml:3:5: `b` must be true or false");
  }
  SECTION("list") {
    CHECK(config.texts("l").size() == 1);
    CHECK(config.finish().error().message == "a.toml:4:6: `l` must be a list of texts");
  }
}

TEST_CASE("A syntax error carries line and column") {
  const auto config = Config::parse("a = \n", "a.toml");
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().message.starts_with("a.toml:1:"));
}
