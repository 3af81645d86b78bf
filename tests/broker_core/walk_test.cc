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
  const std::uint64_t steps = std::getenv("SAFECONDUCT_LONG") != nullptr ? 1'000'000 : 8'000;
  std::cout << "random walk: SAFECONDUCT_SEED=" << seed << ", " << steps << " steps\n";
  Walk walk(seed, steps > 100'000 ? 30 : 3);
  for (std::uint64_t i = 0; i < steps; ++i) {
    walk.step();
  }
  walk.end();
  CHECK(walk.admitted() > steps / 50);
  CHECK(walk.given() > steps / 50);
  CHECK(walk.received() > steps / 100);
  CHECK(walk.moves() > steps / 500);
  CHECK(walk.compared() > 0);
  std::cout << walk.admitted() << " admitted, " << walk.given() << " given, " << walk.received()
            << " received, " << walk.moves() << " moves, " << walk.deletions()
            << " deletion receipts, " << walk.silenced() << " silenced, " << walk.compared()
            << " compared\n";
  if (steps < 1'000'000) return;
  CHECK(has_rows());
  CHECK(walk.deletions() > 0);
  CHECK(walk.silenced() > 0);
  for (const auto& [what, times] : walk.went()) std::cout << "  " << times << " " << what << "\n";
  for (const char* const what :
       {"status_application by consent", "police_report by consent", "emergency_rescue by consent",
        "health_care by consent, hop 2", "safe_accommodation by consent, inquiry",
        "emergency_health by break_glass", "child_safeguarding by mandated_child",
        "notify_anonymous by statutory_anonymous", "risk_conference by high_risk",
        "substance_treatment by consent"}) {
    INFO(what);
    CHECK(walk.went().count(what) == 1);
  }
}
