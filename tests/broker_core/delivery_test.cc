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

namespace {

wire::Directory with_standing(std::string_view name, wire::Standing standing) {
  wire::Directory directory = bench_directory();
  directory.version = 2;
  for (auto& member : directory.agencies) {
    if (member.id == agency(name)) member.standing = standing;
  }
  return directory;
}

BenchTop with_one_waiting() {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1});
  return bench;
}

}  // namespace

TEST_CASE("A delivery gives one slot a category and tells the recipient no reason") {
  BenchTop bench = with_one_waiting();
  const Outcome outcome = bench.apply(Deliver{message_id(1)});
  const auto given = std::get<Given>(outcome.answer);
  const std::uint64_t kept = slots("needs identity contact risk family", Level::kFull) |
                             slots("demographics health", Level::kGeneralised);
  CHECK(given.kept == kept);
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].sender == agency("ngo"));
  CHECK(outcome.entries[0].recipient == agency("haven"));
  const auto told = bench.told_recipient(given.position);
  REQUIRE(told.has_value());
  CHECK(told->kept == kept);
  CHECK(told->digest == find_message(bench.state(), message_id(1))->digest);
  CHECK(told->content_end == kMorning + days(30));
  CHECK_FALSE(told->stop);
  CHECK(outcome.bodies.empty());
  CHECK(bench.phase(1) == Phase::kGiven);
  CHECK(waiting_count(bench.state(), agency("haven")) == 1);
}

TEST_CASE("A consent that was narrowed since narrows the delivery and what is kept of the body") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  bench.admitted({.consent = 1});
  bench.recorded({.version = 2,
                  .previous = {first},
                  .scopes = {{.full = "needs", .generalised = "identity"}}});
  const Outcome outcome = bench.apply(Deliver{message_id(1)});
  const auto given = std::get<Given>(outcome.answer);
  CHECK(given.kept == (slots("needs", Level::kFull) | slots("identity", Level::kGeneralised)));
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kNarrow);
  CHECK(outcome.bodies[0].kept ==
        (slots("needs", Level::kFull) | slots("needs identity", Level::kGeneralised)));
}

TEST_CASE("A consent that was widened since widens nothing that was dropped") {
  BenchTop bench;
  const Digest first = bench.recorded({.scopes = {{.full = "needs"}}});
  bench.admitted({.consent = 1});
  bench.recorded({.version = 2, .previous = {first}});
  CHECK(bench.given(1).kept == slots("needs", Level::kFull));
}

TEST_CASE("A consent that ended since ends the message, and only its sender learns why") {
  BenchTop bench;
  bench.recorded({.life = hours(1)});
  bench.admitted({.consent = 1});
  bench.now = bench.now + hours(1);
  CHECK(bench.withheld(1) == code(Reason::kConsentExpired));
  CHECK(bench.phase(1) == Phase::kWithheld);
  CHECK(waiting_count(bench.state(), agency("haven")) == 0);
}

TEST_CASE("An agency that was suspended since gets nothing, and the body is destroyed") {
  BenchTop bench = with_one_waiting();
  bench.apply(bench.directory(with_standing("haven", wire::Standing::kSuspended)));
  CHECK(bench.withheld(1) == code(Verdict::kRecipient));
}

TEST_CASE("What a suspended sender left behind is not given any more") {
  BenchTop bench = with_one_waiting();
  bench.apply(bench.directory(with_standing("ngo", wire::Standing::kSuspended)));
  CHECK(bench.withheld(1) == code(Verdict::kSender));
}

TEST_CASE("A recipient whose agreement has lapsed since gets nothing") {
  BenchTop bench = with_one_waiting();
  wire::Directory directory = bench_directory();
  directory.version = 2;
  for (auto& member : directory.agencies) member.agreement.until = {2025, 11, 23};
  bench.apply(bench.directory(directory));
  CHECK(bench.withheld(1) == code(Reason::kAgreement));
}

TEST_CASE("What was signed with a key that was revoked since is not given") {
  BenchTop bench = with_one_waiting();
  wire::Directory directory = bench_directory();
  directory.version = 2;
  for (auto& member : directory.agencies) {
    if (member.id == agency("ngo")) member.signing_key = {1};
  }
  bench.apply(bench.directory(directory));
  CHECK(bench.withheld(1) == code(Verdict::kSigningKey));
}

TEST_CASE("What was sealed to a key that the recipient has destroyed since is sealed again") {
  BenchTop bench;
  bench.recorded({});
  bench.now = kMorning + days(13);
  bench.admitted({.consent = 1});
  bench.now = kMorning + days(14);
  CHECK(bench.withheld(1) == code(Verdict::kSealingKey));
  REQUIRE(std::holds_alternative<Recorded>(bench.apply(bench.card("haven", 2)).answer));
  Submit again = bench.letter({.number = 2, .consent = 1, .supersedes = 1});
  again.header.sealing_key = sealing_key_of("haven", 2);
  again.facts.header = wire::encode(again.header);
  CHECK(std::get<Decided>(bench.apply(again).answer).admitted);
}

TEST_CASE("A policy that changed since decides, not the one of the submission") {
  BenchTop bench = with_one_waiting();
  const std::string row = "location, demographics, health, psych, exploitation, perpetrator";
  std::string text = national_policy();
  REQUIRE(text.find(row) != std::string::npos);
  text.replace(text.find(row), row.size(), "location, demographics");
  REQUIRE(std::holds_alternative<Recorded>(bench.apply(bench.policy(text)).answer));
  const Given given = bench.given(1);
  CHECK((given.kept & slots("health", Level::kGeneralised)) == 0);
  CHECK((given.kept & slots("demographics", Level::kGeneralised)) != 0);
}

TEST_CASE("A redelivery decides again and never adds a slot") {
  BenchTop bench;
  const Digest first = bench.recorded({});
  bench.admitted({.consent = 1});
  const Given one = bench.given(1);
  const Given two = bench.given(1);
  CHECK(two.kept == one.kept);
  CHECK(two.position > one.position);
  const Digest second = bench.recorded({.version = 2,
                                        .previous = {first},
                                        .scopes = {{.full = "needs", .generalised = "identity"}}});
  const Outcome narrowed = bench.apply(Deliver{message_id(1)});
  const auto three = std::get<Given>(narrowed.answer);
  CHECK((three.kept & ~one.kept) == 0);
  CHECK(three.kept == slots("needs", Level::kFull));
  bench.recorded({.version = 3, .previous = {second}});
  const Given four = bench.given(1);
  CHECK(four.kept == three.kept);
  CHECK(find_message(bench.state(), message_id(1))->first_delivery == one.position);
}

TEST_CASE("A message that does not wait is given to nobody") {
  BenchTop bench;
  bench.recorded({});
  bench.refused({.number = 2});
  const std::size_t entries = bench.entries();
  for (const std::uint64_t number : {2, 3}) {
    const Outcome outcome = bench.apply(Deliver{message_id(number)});
    CHECK(std::holds_alternative<Done>(outcome.answer));
    CHECK(outcome.bodies.empty());
  }
  CHECK(bench.entries() == entries);
}
