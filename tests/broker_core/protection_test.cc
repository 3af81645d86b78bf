// Exclusions and questions: nobody learns from an answer, its length or its kind whether somebody
// is there (DOMAIN §4.3, B13).
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>

#include "tests/broker_core/referral_life.h"
#include "tests/rig/distance.h"

using namespace safeconduct;
using namespace safeconduct::core;

namespace {

wire::ExclusionRecord exclusion(std::string_view name, wire::ExcludedKind kind, Digest code) {
  return {consent_id(1), agency("ngo"), {{kind, agency(name), code}}, kMorning};
}

}  // namespace

TEST_CASE("An officer who cannot be sealed out excludes the whole agency, also later") {
  for (const auto& [kind, code_of] : {std::pair{wire::ExcludedKind::kAgency, Digest{}},
                                      std::pair{wire::ExcludedKind::kOfficer, Digest{5}},
                                      std::pair{wire::ExcludedKind::kUnit, Digest{6}}}) {
    BenchTop bench;
    bench.recorded({});
    bench.admitted({.number = 1, .consent = 1});
    REQUIRE(std::holds_alternative<Recorded>(
        bench.apply(bench.word("ngo", exclusion("haven", kind, code_of))).answer));
    CHECK(bench.refused({.number = 2, .consent = 1}) == code(policies::Reason::kConflict));
    CHECK(bench.withheld(1) == code(policies::Reason::kConflict));
  }
}

TEST_CASE("An exclusion is told to nobody, and only the consent's collector may make one") {
  BenchTop bench;
  bench.recorded({});
  const Outcome outcome =
      bench.apply(bench.word("ngo", exclusion("haven", wire::ExcludedKind::kAgency, {})));
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].sender.empty());
  CHECK(outcome.entries[0].recipient.empty());
  for (const auto kind : {ledger::PartKind::kNetwork, ledger::PartKind::kRouting}) {
    CHECK_FALSE(outcome.entries[0].entry.has(kind));
  }
  wire::ExclusionRecord others = exclusion("haven", wire::ExcludedKind::kAgency, {});
  others.by = agency("haven");
  CHECK(is_error(bench.apply(bench.word("haven", others)), ErrorCode::kNotFound));
}

TEST_CASE("Whether she is there has one answer, recorded and told to nobody") {
  BenchTop there;
  there.recorded({});
  there.received({.number = 1, .consent = 1});
  BenchTop absent;
  for (const std::string_view about : {"haven", "stmary", "homes"}) {
    const wire::QuestionRecord question{agency("pd_unit"), agency(about), Digest{1}, kMorning};
    const Outcome here = there.apply(there.word("pd_unit", question));
    const Outcome nowhere = absent.apply(absent.word("pd_unit", question));
    REQUIRE(std::holds_alternative<Recorded>(here.answer));
    REQUIRE(std::holds_alternative<Recorded>(nowhere.answer));
    REQUIRE(here.entries.size() == 1);
    REQUIRE(nowhere.entries.size() == 1);
    for (const ledger::PartKind kind : ledger::kPartKinds) {
      CHECK(here.entries[0].entry.has(kind) == nowhere.entries[0].entry.has(kind));
      CHECK(here.entries[0].entry.has(kind) == (kind == ledger::PartKind::kRestricted));
    }
    CHECK(here.entries[0].recipient.empty());
    CHECK(here.bodies.empty());
  }
}

TEST_CASE("Capacity is everyone's to read, counts only, and the newest word stands") {
  BenchTop bench;
  wire::CapacityRecord record{
      agency("haven"),
      1,
      {{purpose_code("safe_accommodation"), "north", wire::Openness::kOpen, 2, 0}},
      kMorning};
  const Outcome first = bench.apply(bench.word("haven", record));
  REQUIRE(first.entries.size() == 1);
  CHECK(first.entries[0].entry.has(ledger::PartKind::kNetwork));
  CHECK(bench.apply(bench.word("haven", record)).entries.empty());
  record.services[0].places = 0;
  CHECK(is_error(bench.apply(bench.word("haven", record)), ErrorCode::kConflict));
  record.counter = 2;
  CHECK(std::holds_alternative<Recorded>(bench.apply(bench.word("haven", record)).answer));
  record.counter = 3;
  record.services[0].purpose = 200;
  CHECK(is_error(bench.apply(bench.word("haven", record)), ErrorCode::kInvalid));
}

TEST_CASE("A refused onward sender sees what silence looks like, to the very end") {
  const auto life_of = [](bool excluded) {
    BenchTop bench;
    Word word{.scopes = {{}, {.purpose = "health_care", .recipients = {"stmary"}}},
              .onward_depth = 2,
              .onward_purposes = {"health_care"}};
    if (excluded) word.excluded = {"stmary"};
    bench.recorded(word);
    bench.received({.number = 1, .consent = 1});
    const std::size_t from = bench.entries();
    bench.admitted({.number = 2,
                    .from = "haven",
                    .to = "stmary",
                    .from_role = "shelter",
                    .to_role = "health",
                    .purpose = "health_care",
                    .hop = 2,
                    .prior = 1,
                    .content_life = days(20),
                    .urgency = "day"});
    for (int hour = 0; hour < 24 * 25; hour += 6) {
      bench.now = kMorning + hours(hour);
      for (const MessageId& id : due(bench.state(), bench.now, 100)) bench.apply(Expire{id});
      ring_all(bench);
    }
    std::vector<Bytes> told;
    for (std::size_t at = from; at < bench.entries(); ++at) {
      const auto& part = bench.log()[at].part(ledger::PartKind::kSender);
      if (part) told.push_back(part->bytes);
    }
    return told;
  };
  const auto silence = life_of(false);
  CHECK(silence.size() >= 4);
  CHECK(life_of(true) == silence);
}

TEST_CASE(
    "An exclusion that comes while a further hop waits falls silent, and tells its sender none") {
  BenchTop bench;
  bench.recorded({.scopes = {{}, {.purpose = "health_care", .recipients = {"stmary"}}},
                  .onward_depth = 2,
                  .onward_purposes = {"health_care"}});
  bench.received({.number = 1, .consent = 1});
  bench.admitted({.number = 2,
                  .from = "haven",
                  .to = "stmary",
                  .from_role = "shelter",
                  .to_role = "health",
                  .purpose = "health_care",
                  .hop = 2,
                  .prior = 1,
                  .content_life = days(20)});
  bench.apply(bench.word("ngo", exclusion("stmary", wire::ExcludedKind::kAgency, {})));
  const Outcome outcome = bench.apply(Deliver{message_id(2)});
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].sender.empty());
  CHECK(outcome.entries[0].recipient.empty());
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].decoy);  // as many bytes, and no longer these
  CHECK(bench.phase(2) == Phase::kSilent);
  CHECK(waiting_for(bench.state(), agency("stmary"), 0, 10).empty());
  bench.now = bench.now + hours(72);
  const Outcome over = bench.apply(Expire{message_id(2)});
  CHECK(over.entries[0].sender == agency("haven"));
  REQUIRE(over.bodies.size() == 1);
  CHECK(over.bodies[0].fate == BodyFate::kDrop);
}

// Printed, not asserted: how well the time of the answer tells an exclusion from none. Above
// 1.36 * sqrt(2 / n) the two could be told apart at the 5 % level from n answers each.
TEST_CASE("How long an answer takes to an onward sender whose recipient is excluded, and not") {
  BenchTop bench;
  for (const std::uint64_t number : {1u, 2u}) {
    Word word{.number = number,
              .scopes = {{}, {.purpose = "health_care", .recipients = {"stmary"}}},
              .onward_depth = 2,
              .onward_purposes = {"health_care"}};
    // Two consents that differ in whom they exclude, and in nothing else.
    word.excluded = {number == 2 ? "stmary" : "mindwell"};
    bench.recorded(word);
    bench.received({.number = number, .consent = number});
  }
  std::vector<double> us[2];
  std::size_t bytes[2] = {0, 0};
  constexpr std::size_t kEach = 1000;
  // In random order: what comes second of two finds other caches than what comes first.
  std::vector<char> order(2 * kEach, 0);
  std::fill_n(order.begin(), kEach, 1);
  std::shuffle(order.begin(), order.end(), std::mt19937(7));
  for (std::uint64_t i = 0; i < 2 * kEach; ++i) {
    const bool excluded = order[i] == 1;
    const Submit command = bench.letter({.number = 10 + i,
                                         .from = "haven",
                                         .to = "stmary",
                                         .from_role = "shelter",
                                         .to_role = "health",
                                         .purpose = "health_care",
                                         .hop = 2,
                                         .prior = excluded ? 2u : 1u,
                                         .content_life = days(20)});
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = bench.apply(command);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    us[excluded ? 1 : 0].push_back(took.count());
    bytes[excluded ? 1 : 0] +=
        outcome.entries[0].entry.part(ledger::PartKind::kSender)->bytes.size();
    REQUIRE(std::get<Decided>(outcome.answer).admitted);
  }
  CHECK(bytes[0] == bytes[1]);
  std::cout << "answer to an onward sender, us: open median " << rig::median(us[0])
            << ", excluded median " << rig::median(us[1]) << ", Kolmogorov-Smirnov D "
            << rig::ks_distance(us[0], us[1]) << " of " << kEach
            << " each (5 % level: " << rig::ks_level(kEach) << ")\n";
}
