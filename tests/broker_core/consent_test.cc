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

TEST_CASE("The same consent version again gets the same position, also after it was replaced") {
  BenchTop bench;
  const PutConsent first = bench.consent({});
  const auto position = std::get<Recorded>(bench.apply(first).answer).position;
  CHECK(std::get<Recorded>(bench.apply(first).answer).position == position);
  bench.recorded({.version = 2, .previous = {first.version_hash}});
  const std::size_t entries = bench.entries();
  CHECK(std::get<Recorded>(bench.apply(first).answer).position == position);
  CHECK(bench.entries() == entries);
}

TEST_CASE("Only the agency that collected a consent records a new version of it") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  const Outcome outcome =
      bench.apply(bench.consent({.version = 2, .previous = {first}, .by = "haven"}));
  CHECK(is_error(outcome, ErrorCode::kForbidden));
}

TEST_CASE("A consent version must name one that is known, with a lower number") {
  BenchTop bench;
  CHECK(is_error(bench.apply(bench.consent({.version = 2})), ErrorCode::kConflict));
  CHECK(is_error(bench.apply(bench.consent({.previous = {Digest{7}}})), ErrorCode::kConflict));
  const Digest first = bench.recorded({});
  CHECK(
      is_error(bench.apply(bench.consent({.version = 2, .life = days(5)})), ErrorCode::kConflict));
  CHECK(is_error(bench.apply(bench.consent({.version = 2, .previous = {Digest{7}}})),
                 ErrorCode::kConflict));
  CHECK(is_error(bench.apply(bench.consent({.previous = {first}, .life = days(5)})),
                 ErrorCode::kConflict));
}

TEST_CASE("Of concurrent versions the minimum counts, until one names them all") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  const Digest left =
      bench.recorded({.version = 2, .previous = {first}, .scopes = {{.full = "needs identity"}}});
  const Digest right =
      bench.recorded({.version = 2, .previous = {first}, .scopes = {{.full = "needs contact"}}});
  bench.admitted({.number = 1, .consent = 1});
  CHECK(bench.given(1).kept == slots("needs", Level::kFull));
  bench.recorded({.version = 3, .previous = {left, right}, .scopes = {{.full = "identity"}}});
  bench.admitted({.number = 2, .consent = 1});
  CHECK(bench.given(2).kept == slots("identity", Level::kFull));
}

TEST_CASE("One concurrent version without the purpose, or expired, refuses the message") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  bench.recorded({.version = 2, .previous = {first}, .life = hours(1)});
  bench.recorded({.version = 2,
                  .previous = {first},
                  .scopes = {{.purpose = "health_care", .recipients = {"stmary"}}}});
  CHECK(bench.refused({.number = 1, .consent = 1}) == code(Reason::kNoConsent));
  bench.now = bench.now + hours(1);
  CHECK(bench.refused({.number = 2, .consent = 1}) == code(Reason::kConsentExpired));
}

TEST_CASE("A consent keeps at most eight concurrent versions") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  const auto concurrent = [&](std::uint32_t n) {
    return bench.apply(bench.consent({.version = 2, .previous = {first}, .life = days(1 + n)}));
  };
  for (std::uint32_t n = 0; n < limits::kConsentHeadsMax; ++n) {
    CHECK(std::holds_alternative<Recorded>(concurrent(n).answer));
  }
  CHECK(is_error(concurrent(20), ErrorCode::kOverloaded));
}

TEST_CASE("A consent that is not in order is refused, and the log says so") {
  BenchTop bench;
  const PutConsent good = bench.consent({});
  const auto with = [&](auto change) {
    PutConsent consent = good;
    change(consent);
    return std::get<Error>(bench.apply(consent).answer).code;
  };
  CHECK(with([](PutConsent& c) { c.agency = agency("haven"); }) == ErrorCode::kForbidden);
  CHECK(with([](PutConsent& c) { c.key = signing_key_of("haven"); }) == ErrorCode::kUnauthentic);
  CHECK(with([](PutConsent& c) { c.consent.given = kMorning + minutes(6); }) ==
        ErrorCode::kExpired);
  CHECK(with([](PutConsent& c) { c.consent.expires = kMorning; }) == ErrorCode::kExpired);
  CHECK(with([](PutConsent& c) { c.consent.scopes[0].purpose = 77; }) == ErrorCode::kInvalid);
  CHECK(with([](PutConsent& c) { c.consent.scopes[0].full |= 1u << 19; }) == ErrorCode::kInvalid);
  CHECK(bench.log().back().leaf.kind == ledger::EntryKind::kRefusedFrame);
  CHECK_FALSE(find_consent(bench.state(), consent_id(1)).has_value());
}

TEST_CASE("The person's never-list and exclusions hold whatever the consent grants") {
  BenchTop bench;
  bench.recorded({.never = "health contact"});
  const Decided decided = bench.admitted({.consent = 1});
  const wire::SenderPart told = bench.told_sender(decided.position);
  for (const auto c : {policies::Category::kHealth, policies::Category::kContact}) {
    CHECK(told.outcome.level[policies::index_of(c)] == 0);
    CHECK(told.outcome.reason[policies::index_of(c)] == code(Reason::kNeverList));
  }
}
