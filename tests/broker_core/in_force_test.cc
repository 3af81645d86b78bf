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

TEST_CASE("A log is opened once") {
  BenchTop bench;
  CHECK(is_error(bench.apply(OpenLog{"other", "a", "b"}), ErrorCode::kConflict));
}

TEST_CASE("A directory comes into force from the authority only, for this network, and later") {
  BenchTop bench;
  const auto with = [&](auto change) {
    wire::Directory directory = bench_directory();
    directory.version = 2;
    change(directory);
    return bench.apply(bench.directory(directory));
  };
  PutDirectory foreign = bench.directory(bench_directory());
  foreign.authority = officers()[0];
  foreign.note.push_back('\n');
  CHECK(is_error(bench.apply(foreign), ErrorCode::kUnauthentic));
  CHECK(is_error(with([](wire::Directory& d) { d.network = "other"; }), ErrorCode::kInvalid));
  CHECK(is_error(with([](wire::Directory& d) {
                   d.version = 1;
                   d.agencies.pop_back();
                 }),
                 ErrorCode::kConflict));
  CHECK(is_error(with([](wire::Directory& d) { d.agencies[0].roles = {"wizard"}; }),
                 ErrorCode::kInvalid));
  CHECK(bench.core().knowledge().directory_position == 1);
  const Outcome good = with([](wire::Directory&) {});
  CHECK(bench.core().knowledge().directory_position == std::get<Recorded>(good.answer).position);
}

TEST_CASE("The directory in force again gets its position and writes nothing") {
  BenchTop bench;
  const std::size_t entries = bench.entries();
  const Outcome again = bench.apply(bench.directory(bench_directory()));
  CHECK(std::get<Recorded>(again.answer).position == 1);
  CHECK(bench.entries() == entries);
}

TEST_CASE("A policy needs two officers, and one key under two names is one officer") {
  BenchTop bench;
  PutPolicy policy = bench.policy(retitled(national_policy(), "again"));
  const auto signed_by = [&](std::vector<std::string> names) {
    policy.officers = std::move(names);
    return bench.apply(policy);
  };
  const std::vector<std::string> all = officers();
  const std::string stranger = bench.directory(bench_directory()).authority;
  CHECK(is_error(signed_by({}), ErrorCode::kForbidden));
  CHECK(is_error(signed_by({all[0]}), ErrorCode::kForbidden));
  CHECK(is_error(signed_by({all[0], all[0]}), ErrorCode::kForbidden));
  CHECK(is_error(signed_by({all[0], all[2]}), ErrorCode::kForbidden));
  CHECK(is_error(signed_by({all[0], stranger}), ErrorCode::kForbidden));
  CHECK(std::holds_alternative<Recorded>(signed_by({all[1], all[2]}).answer));
}

TEST_CASE("A policy that breaks an invariant does not come into force") {
  BenchTop bench;
  std::string text = national_policy();
  text +=
      "\nrule R900 \"police learn status\"\n  allow immigration\n  to police for police_report\n"
      "  needs consent\n";
  const Outcome outcome = bench.apply(bench.policy(text));
  CHECK(is_error(outcome, ErrorCode::kInvalid));
  CHECK(bench.core().knowledge().policy_position == 2);
}

TEST_CASE("Whoever kept the note of a replaced policy cannot bring it back") {
  BenchTop bench;
  const Outcome next = bench.apply(bench.policy(retitled(national_policy(), "again")));
  REQUIRE(std::holds_alternative<Recorded>(next.answer));
  CHECK(is_error(bench.apply(bench.policy(national_policy())), ErrorCode::kConflict));
}

TEST_CASE(
    "A sealing card is its agency's own, signed in force, for this time, with a new counter") {
  BenchTop bench;
  const PutCard good = bench.card("haven", 2);
  const auto with = [&](auto change) {
    PutCard card = good;
    change(card);
    return std::get<Error>(bench.apply(card).answer).code;
  };
  CHECK(with([](PutCard& c) { c.agency = agency("stmary"); }) == ErrorCode::kForbidden);
  CHECK(with([](PutCard& c) { c.key = signing_key_of("stmary"); }) == ErrorCode::kUnauthentic);
  CHECK(with([](PutCard& c) { c.card.not_before = kMorning + minutes(6); }) == ErrorCode::kExpired);
  CHECK(with([](PutCard& c) { c.card.accepted_until = kMorning; }) == ErrorCode::kExpired);
  CHECK(with([](PutCard& c) { c.card.counter = 1; }) == ErrorCode::kConflict);
  const auto position = std::get<Recorded>(bench.apply(good).answer).position;
  CHECK(std::get<Recorded>(bench.apply(good).answer).position == position);
  CHECK(std::get<Recorded>(bench.apply(bench.card("haven", 1)).answer).position < position);
}

TEST_CASE("A broker that starts again knows what was in force, cards of departed agencies too") {
  BenchTop bench;
  wire::Directory directory = bench_directory();
  directory.version = 2;
  std::erase_if(directory.agencies, [](const auto& a) { return a.id == agency("homes"); });
  bench.apply(bench.directory(directory));
  BenchTop restarted = bench;
  restarted.restart();
  directory = bench_directory();
  directory.version = 3;
  for (BenchTop* one : {&bench, &restarted}) {
    one->apply(one->directory(directory));
    one->now = one->now + days(1);
    one->apply(one->card("homes", 2));
    one->recorded({});
    one->admitted({.consent = 1});
    CHECK(one->core().knowledge().network == "demo.example");
    CHECK(one->core().knowledge().cards.at(agency("homes")).size() == 2);
  }
  CHECK(bench.log() == restarted.log());
}
