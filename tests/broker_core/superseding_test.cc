#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "broker/core/message.h"
#include "schemas/base/limits.h"
#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;
using policies::Level;
using policies::Reason;
using wire::Verdict;

TEST_CASE("A re-sealed message takes the place of the one that expired, once") {
  BenchTop bench;
  bench.recorded({});
  const Letter first{.number = 1, .consent = 1, .life = hours(1)};
  bench.admitted(first);
  CHECK(bench.refused({.number = 2, .consent = 1, .supersedes = 1}) == code(Verdict::kSuperseded));
  bench.now = bench.now + hours(1);
  bench.apply(Expire{message_id(1)});
  bench.admitted({.number = 3, .consent = 1, .supersedes = 1});
  CHECK(bench.refused({.number = 4, .consent = 1, .supersedes = 1}) == code(Verdict::kSuperseded));
}

TEST_CASE("When the new message comes first, the old one never takes effect") {
  BenchTop bench;
  bench.recorded({});
  const Submit old = bench.letter({.number = 1, .consent = 1});
  bench.admitted({.number = 2, .consent = 1, .supersedes = 1});
  const Outcome late = bench.apply(old);
  CHECK(is_error(late, ErrorCode::kConflict));
  CHECK(std::get<Error>(late.answer).message == wire::sentence(Verdict::kSuperseded));
  CHECK(late.bodies.empty());
  CHECK(waiting_count(bench.state(), agency("haven")) == 1);
}

TEST_CASE("A refused re-sealing does not use up the old message") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.number = 1, .consent = 1, .life = hours(1)});
  bench.now = bench.now + hours(1);
  bench.apply(Expire{message_id(1)});
  CHECK(bench.refused({.number = 2, .supersedes = 1}) == code(Reason::kNoConsent));
  bench.admitted({.number = 3, .consent = 1, .supersedes = 1});
}

TEST_CASE("Nobody supersedes another's message, or for another recipient or referral") {
  BenchTop bench;
  bench.recorded({.scopes = {{.recipients = {"haven", "homes"}}}});
  bench.recorded({.number = 2, .by = "helpline"});
  bench.admitted({.number = 1, .consent = 1, .life = hours(1)});
  bench.now = bench.now + hours(1);
  bench.apply(Expire{message_id(1)});
  CHECK(bench.refused({.number = 2,
                       .from = "helpline",
                       .from_role = "hotline",
                       .consent = 2,
                       .supersedes = 1}) == code(Verdict::kSuperseded));
  CHECK(bench.refused({.number = 3, .consent = 1, .supersedes = 1, .referral = 5}) ==
        code(Verdict::kSuperseded));
}

TEST_CASE("A receipt for the expired message that comes after its re-sealing lets only one stand") {
  BenchTop bench;
  bench.recorded({});
  const Letter first{.number = 1, .consent = 1, .life = hours(1)};
  bench.admitted(first);
  const Given given = bench.given(1);
  bench.now = bench.now + hours(1);
  bench.apply(Expire{message_id(1)});
  bench.admitted({.number = 2, .consent = 1, .supersedes = 1});
  CHECK(std::holds_alternative<Recorded>(bench.apply(bench.receipt(first, given)).answer));
  CHECK(bench.withheld(2) == code(Verdict::kSuperseded));
}

TEST_CASE("After a late receipt the re-sealing is refused: the first took effect") {
  BenchTop bench;
  bench.recorded({});
  const Letter first{.number = 1, .consent = 1, .life = hours(1)};
  bench.admitted(first);
  const Given given = bench.given(1);
  bench.now = bench.now + hours(1);
  bench.apply(Expire{message_id(1)});
  bench.apply(bench.receipt(first, given));
  CHECK(bench.refused({.number = 2, .consent = 1, .supersedes = 1}) == code(Verdict::kSuperseded));
}
