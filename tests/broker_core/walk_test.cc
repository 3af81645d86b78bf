#include "tests/broker_core/walk.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

using namespace safeconduct;
using namespace safeconduct::core;

TEST_CASE("A random life of the broker keeps every invariant, and can be replayed from its log") {
  const char* given = std::getenv("SAFECONDUCT_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  const std::uint64_t steps = std::getenv("SAFECONDUCT_LONG") != nullptr ? 1'000'000 : 20'000;
  std::cout << "random walk: SAFECONDUCT_SEED=" << seed << ", " << steps << " steps\n";
  Walk walk(seed);
  for (std::uint64_t i = 0; i < steps; ++i) {
    walk.step();
  }
  walk.end();
  CHECK(walk.admitted() > steps / 50);
  CHECK(walk.given() > steps / 50);
  CHECK(walk.received() > steps / 100);
  CHECK(walk.moves() > steps / 500);
  CHECK(walk.deletions() > 0);
  std::cout << walk.admitted() << " admitted, " << walk.given() << " given, " << walk.received()
            << " received, " << walk.moves() << " moves, " << walk.deletions()
            << " deletion receipts\n";
}
