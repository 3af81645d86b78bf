#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "broker/core/judgement.h"
#include "broker/core/message.h"
#include "schemas/base/limits.h"
#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;
using policies::Level;
using policies::Reason;
using wire::Verdict;

namespace {

// Haven holds what the first hop gave it; the person allows one further hop for her health.
BenchTop with_first_hop(Word word = {}) {
  BenchTop bench;
  word.onward_depth = 2;
  word.onward_purposes = {static_cast<const char*>("health_care")};
  word.scopes = {Scope{}, Scope{.purpose = "health_care", .recipients = {"mindwell"}}};
  bench.recorded(word);
  bench.received({.number = 1, .consent = 1});
  return bench;
}

Letter second_hop() {
  return {.number = 2,
          .from = "haven",
          .to = "stmary",
          .from_role = "shelter",
          .to_role = "health",
          .purpose = "health_care",
          .hop = 2,
          .prior = 1,
          .content_life = days(29)};
}

}  // namespace

TEST_CASE("A further hop under the first consent carries no more than the first one did") {
  BenchTop bench = with_first_hop();
  const std::uint64_t held = find_message(bench.state(), message_id(1))->kept;
  bench.admitted(second_hop());
  const Given given = bench.given(2);
  CHECK(given.kept != 0);
  CHECK(levels_of(given.kept).within(levels_of(held)));
  CHECK((given.kept & slots("health", Level::kFull)) == 0);
}

TEST_CASE("A further hop never outlives the one before") {
  BenchTop bench = with_first_hop();
  Letter letter = second_hop();
  letter.content_life = days(31);
  CHECK(bench.refused(letter) == code(Verdict::kExpired));
}

TEST_CASE("A further hop from somebody else, or of what was only given, is refused") {
  BenchTop bench = with_first_hop();
  Letter letter = second_hop();
  letter.from = "homes";
  letter.from_role = "housing";
  CHECK(bench.refused(letter) == code(Verdict::kPriorMessage));
  bench.admitted({.number = 5, .consent = 1});
  bench.given(5);
  letter = second_hop();
  letter.number = 6;
  letter.prior = 5;
  CHECK(bench.refused(letter) == code(Verdict::kPriorMessage));
}

TEST_CASE("Whom the person excluded gets nothing by way of another agency either") {
  BenchTop bench = with_first_hop({.excluded = {"stmary"}});
  const Decided silent = bench.admitted(second_hop());
  CHECK(bench.phase(2) == Phase::kSilent);
  CHECK(waiting_count(bench.state(), agency("stmary")) == 0);
  // To its sender it looks like one that waits.
  BenchTop other = with_first_hop();
  const Decided waiting = other.admitted(second_hop());
  CHECK(bench.told_sender(silent.position) == other.told_sender(waiting.position));
  const auto routing = [](const BenchTop& at, std::uint64_t position) {
    return at.log().at(position).part(ledger::PartKind::kRouting)->bytes;
  };
  CHECK(routing(bench, silent.position) == routing(other, waiting.position));
  bench.recorded({.number = 2,
                  .by = "haven",
                  .scopes = {{.purpose = "health_care", .recipients = {"stmary"}}}});
  Letter own = second_hop();
  own.number = 3;
  own.consent = 2;
  bench.admitted(own);
  CHECK(bench.phase(3) == Phase::kSilent);
}

TEST_CASE("The never-list of the first consent binds a hop with a consent of its own") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  bench.recorded({.version = 2, .previous = {first}, .never = "contact"});
  bench.recorded({.number = 2,
                  .by = "haven",
                  .scopes = {{.purpose = "health_care",
                              .recipients = {"stmary"},
                              .full = "needs identity contact"}}});
  Letter own = second_hop();
  own.consent = 2;
  bench.admitted(own);
  const std::uint64_t kept = bench.given(2).kept;
  CHECK((kept & slots("contact", Level::kFull)) == 0);
  CHECK((kept & slots("identity", Level::kFull)) != 0);
}

TEST_CASE("A consent that allows no further hop refuses one") {
  BenchTop bench;
  bench.recorded({});
  bench.received({.number = 1, .consent = 1});
  CHECK(bench.refused(second_hop()) == code(Reason::kNoConsent));
}

TEST_CASE("A withdrawal reaches the second hop") {
  BenchTop bench = with_first_hop();
  bench.admitted(second_hop());
  const Outcome outcome = bench.apply(bench.withdraw(1));
  CHECK(bench.phase(2) == Phase::kWithdrawn);
  CHECK(outcome.bodies.size() == 1);
  std::vector<ledger::EntryKind> kinds;
  for (const Emitted& emitted : outcome.entries) kinds.push_back(emitted.entry.leaf.kind);
  using ledger::EntryKind;
  CHECK(kinds == std::vector{EntryKind::kWithdrawal, EntryKind::kWithdrawal, EntryKind::kDeletion,
                             EntryKind::kWithdrawal});
}
