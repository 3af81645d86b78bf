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

TEST_CASE("A message that policy and consent allow waits for its recipient, at their levels") {
  BenchTop bench;
  bench.recorded({});
  const Outcome outcome = bench.apply(bench.letter({.consent = 1}));
  const auto decided = std::get<Decided>(outcome.answer);
  CHECK(decided.admitted);
  CHECK_FALSE(decided.again);
  CHECK(decided.position == bench.entries() - 1);
  const std::uint64_t both = slots("needs identity contact risk family", Level::kFull) |
                             slots("needs identity contact risk family", Level::kGeneralised);
  const std::uint64_t kept = both | slots("demographics health", Level::kGeneralised);
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kStore);
  CHECK(outcome.bodies[0].kept == kept);
  CHECK(outcome.entries[0].sender == agency("ngo"));
  CHECK(outcome.entries[0].recipient.empty());
  const wire::SenderPart told = bench.told_sender(decided.position);
  CHECK(told.kept == kept);
  CHECK_FALSE(told.rules.empty());
  const auto of = [&](policies::Category c) { return policies::index_of(c); };
  CHECK(told.outcome.level[of(policies::Category::kNarrative)] == 0);
  CHECK(told.outcome.reason[of(policies::Category::kNarrative)] != 0);
  CHECK(waiting_count(bench.state(), agency("haven")) == 1);
  const auto waiting = waiting_for(bench.state(), agency("haven"), 0, 10);
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].message == message_id(1));
  CHECK(waiting[0].submission == decided.position);
}

TEST_CASE("Every decision names the directory, policy and consent that it rested on") {
  BenchTop bench;
  bench.recorded({});
  const std::uint64_t consent = bench.entries() - 1;
  const Decided decided = bench.admitted({.consent = 1});
  const auto& part = bench.log().at(decided.position).part(ledger::PartKind::kRestricted);
  const auto restricted = wire::decode_restricted_submission(part->bytes);
  CHECK(restricted->in_force.directory == 1);
  CHECK(restricted->in_force.policy == 2);
  CHECK(restricted->in_force.consent == std::vector{consent});
}

TEST_CASE("The same message again gets its first outcome and writes nothing") {
  BenchTop bench;
  bench.recorded({});
  const Submit letter = bench.letter({.consent = 1});
  const auto first = std::get<Decided>(bench.apply(letter).answer);
  const std::size_t entries = bench.entries();
  bench.now = bench.now + hours(1);
  const Outcome again = bench.apply(letter);
  const auto second = std::get<Decided>(again.answer);
  CHECK(second.position == first.position);
  CHECK(second.admitted);
  CHECK(second.again);
  CHECK(again.entries.empty());
  CHECK(again.bodies.empty());
  CHECK(bench.entries() == entries);
  CHECK(waiting_count(bench.state(), agency("haven")) == 1);
}

TEST_CASE("A refused message that comes again stays refused, even when it would pass now") {
  BenchTop bench;
  const Submit letter = bench.letter({.consent = 1});
  CHECK_FALSE(std::get<Decided>(bench.apply(letter).answer).admitted);
  bench.recorded({});
  const auto again = std::get<Decided>(bench.apply(letter).answer);
  CHECK(again.again);
  CHECK_FALSE(again.admitted);
}

TEST_CASE("A used id with other bytes is refused and the first message is untouched") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1});
  const Outcome outcome = bench.apply(bench.letter({.consent = 1, .variant = 9}));
  CHECK(is_error(outcome, ErrorCode::kConflict));
  CHECK(std::get<Error>(outcome.answer).message == wire::sentence(Verdict::kUsedId));
  CHECK(outcome.bodies.empty());
  CHECK(bench.phase(1) == Phase::kWaiting);
}

TEST_CASE("Each refusal of the bus has its verdict") {
  BenchTop bench;
  bench.recorded({});
  const Letter good{.consent = 1};
  const auto with = [&](auto change) {
    Submit submit = bench.letter(good);
    change(submit);
    const auto decided = std::get<Decided>(bench.apply(submit).answer);
    CHECK_FALSE(decided.admitted);
    return bench.told_sender(decided.position).verdict;
  };
  std::uint64_t next = 100;
  const auto header = [&](auto change) {
    return with([&](Submit& s) {
      s.header.message_id = message_id(next++);
      change(s.header);
      s.facts.header = wire::encode(s.header);
    });
  };
  using wire::Header;
  CHECK(header([](Header& h) { h.created = kMorning + minutes(6); }) == code(Verdict::kWrongClock));
  CHECK(header([](Header& h) { h.transport_expiry = kMorning; }) == code(Verdict::kExpired));
  CHECK(header([](Header& h) { h.content_end = kMorning; }) == code(Verdict::kExpired));
  CHECK(header([](Header& h) { h.transport_expiry = h.created + hours(72) + milliseconds(1); }) ==
        code(Verdict::kExpired));
  CHECK(header([](Header& h) { h.content_end = h.created + days(4000); }) ==
        code(Verdict::kExpired));
  CHECK(header([](Header& h) { h.purpose = 29; }) == code(Verdict::kUnknownWord));
  CHECK(header([](Header& h) { h.to_role = 0; }) == code(Verdict::kUnknownWord));
  CHECK(header([](Header& h) { h.circumstances = 8; }) == code(Verdict::kUnknownWord));
  CHECK(header([](Header& h) { h.from_role = h.to_role; }) == code(Verdict::kSender));
  CHECK(header([](Header& h) { h.to_role = h.from_role; }) == code(Verdict::kRecipient));
  CHECK(header([](Header& h) { h.to = agency("nobody"); }) == code(Verdict::kRecipient));
  CHECK(header([](Header& h) { h.signing_key = signing_key_of("haven"); }) ==
        code(Verdict::kSigningKey));
  CHECK(header([](Header& h) { h.sealing_key = sealing_key_of("haven", 2); }) ==
        code(Verdict::kSealingKey));
  CHECK(header([](Header& h) {
          h.hop = 2;
          h.prior = message_id(77);
        }) == code(Verdict::kPriorMessage));
  CHECK(header([](Header& h) { h.supersedes = h.message_id; }) == code(Verdict::kSuperseded));
  CHECK(with([](Submit& s) { s.key = signing_key_of("stmary"); }) == code(Verdict::kSigningKey));
}

TEST_CASE("A clock that is ahead by less than the tolerated skew is no refusal") {
  BenchTop bench;
  bench.recorded({});
  Submit submit = bench.letter({.consent = 1});
  submit.header.created = bench.now + minutes(5);
  CHECK(std::get<Decided>(bench.apply(submit).answer).admitted);
}

TEST_CASE("Without a policy nothing passes") {
  BenchTop bench{BenchTop::Empty{}};
  const std::string vkey = bench.directory(bench_directory()).authority;
  bench.apply(OpenLog{"demo.example", vkey, "log"});
  CHECK(bench.refused({}) == code(Verdict::kNoPolicy));
  bench.apply(bench.directory(bench_directory()));
  CHECK(bench.refused({.number = 2}) == code(Verdict::kNoPolicy));
}

TEST_CASE("A suspended sender and a suspended recipient are refused with their verdicts") {
  BenchTop bench;
  bench.recorded({});
  wire::Directory directory = bench_directory();
  directory.version = 2;
  for (auto& member : directory.agencies) {
    if (member.id == agency("ngo")) member.standing = wire::Standing::kSuspended;
  }
  bench.apply(bench.directory(directory));
  CHECK(bench.refused({.consent = 1}) == code(Verdict::kSender));
  CHECK(bench.refused({.number = 2,
                       .from = "helpline",
                       .to = "ngo",
                       .from_role = "hotline",
                       .to_role = "ngo_case"}) == code(Verdict::kRecipient));
}

TEST_CASE("Each refusal of the policy that a consent can cause has its reason") {
  BenchTop bench;
  CHECK(bench.refused({.number = 1, .consent = 1}) == code(Reason::kNoConsent));
  bench.recorded({});
  CHECK(bench.refused({.number = 2}) == code(Reason::kNoConsent));
  CHECK(bench.refused({.number = 3,
                       .to = "stmary",
                       .to_role = "health",
                       .purpose = "health_care",
                       .consent = 1}) == code(Reason::kNoConsent));
  CHECK(bench.refused({.number = 4, .to_role = "shelter", .purpose = "wage_claim", .consent = 1}) ==
        code(Reason::kNotNeeded));
  bench.recorded({.number = 2, .grantor = wire::Grantor::kAllegedAbuser});
  CHECK(bench.refused({.number = 5, .consent = 2}) == code(Reason::kNoConsent));
  bench.recorded({.number = 3, .excluded = {"haven"}});
  CHECK(bench.refused({.number = 6, .consent = 3}) == code(Reason::kConflict));
  bench.recorded({.number = 4, .life = hours(1)});
  bench.apply(bench.withdraw(3));
  bench.now = bench.now + hours(2);
  CHECK(bench.refused({.number = 7, .consent = 4}) == code(Reason::kConsentExpired));
  bench.apply(bench.withdraw(1));
  CHECK(bench.refused({.number = 8, .consent = 1}) == code(Reason::kConsentWithdrawn));
}

TEST_CASE("An agency cannot rest a message on a consent that another collected") {
  BenchTop bench;
  bench.recorded({.scopes = {{.recipients = {"haven"}}}});
  CHECK(bench.refused({.from = "helpline", .from_role = "hotline", .consent = 1}) ==
        code(Reason::kNoConsent));
}

TEST_CASE("A message in another agency's name is no submission") {
  BenchTop bench;
  Submit submit = bench.letter({});
  submit.agency = agency("haven");
  const Outcome outcome = bench.apply(submit);
  CHECK(is_error(outcome, ErrorCode::kForbidden));
  REQUIRE(outcome.entries.size() == 1);
  CHECK(outcome.entries[0].entry.leaf.kind == ledger::EntryKind::kRefusedFrame);
}

TEST_CASE("Instants never go back, whatever the clock does") {
  BenchTop bench;
  bench.recorded({});
  bench.now = bench.now + hours(1);
  bench.admitted({.number = 1, .consent = 1});
  bench.now = bench.now - hours(1);
  const Decided decided = bench.admitted({.number = 2, .consent = 1});
  CHECK(bench.log().at(decided.position).leaf.instant == kMorning + hours(1));
  bench.restart();
  CHECK(bench.core().last_instant() == kMorning + hours(1));
}

TEST_CASE("A life at risk needs no consent, and the log shows on what ground it went") {
  BenchTop bench;
  const Letter letter{.to = "dispatch",
                      .to_role = "emergency",
                      .purpose = "emergency_rescue",
                      .basis = "break_glass"};
  bench.allow(letter);
  const Outcome outcome = bench.apply(bench.letter(letter));
  CHECK(std::get<Decided>(outcome.answer).admitted);
  const auto& routing = outcome.entries[0].entry.part(ledger::PartKind::kRouting);
  CHECK(wire::decode_routing(routing->bytes)->basis ==
        static_cast<std::uint8_t>(policies::Basis::kBreakGlass));
}

TEST_CASE("A consent that does not exist, named beside another ground, harms nothing later") {
  BenchTop bench;
  const Letter letter{.to = "dispatch",
                      .to_role = "emergency",
                      .purpose = "emergency_rescue",
                      .basis = "break_glass",
                      .consent = 9};
  bench.allow(letter);
  bench.received(letter);
  CHECK(is_error(bench.apply(bench.withdraw_at("dispatch", 1)), ErrorCode::kNotFound));
}
