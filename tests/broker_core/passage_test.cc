// The walk's own eyes: each invariant that one message can break is broken here by hand, and seen.
#include <catch2/catch.hpp>

#include "policies/duties.h"
#include "tests/broker_core/bench_top.h"
#include "tests/broker_core/passage.h"

using namespace safeconduct;
using namespace safeconduct::core;
using policies::Level;

namespace {

// A message that breaks nothing: from the NGO to the shelter, on a consent that names it.
struct Forged {
  BenchTop bench;
  Passage passage;

  explicit Forged(Letter letter = {.consent = 1}, Word word = {}) {
    passage.header = bench.letter(letter).header;
    passage.given = true;
    passage.at = bench.now;
    passage.position = 100;
    passage.offered = kEverySlot;
    passage.kept = slots("needs", Level::kFull);
    passage.notices = 1u << static_cast<std::uint8_t>(policies::Duty::kDoNotPassOn);
    passage.content_end = passage.header.content_end;
    const PutConsent consent = bench.consent(word);
    passage.ground.consent.emplace();
    passage.ground.consent->collector = agency("ngo");
    passage.ground.consent->heads.push_back({1, {}, 0, consent.consent});
    passage.exception.emplace();
    passage.exception->basis = passage.header.basis;
    passage.exception->position = 50;
    passage.exception->approved = true;
  }
  // The invariant that it breaks; 0: none.
  [[nodiscard]] int breaks() const {
    const std::string why = broken(passage);
    INFO(why);
    return why.empty() ? 0 : std::stoi(why);
  }
  Forged& keeps(std::string_view words, Level level = Level::kFull) {
    passage.kept |= slots(words, level);
    return *this;
  }
  wire::ConsentRecord& record() { return passage.ground.consent->heads[0].record; }
};

const Scope kAll{.purpose = "safe_accommodation",
                 .full = "needs identity contact demographics location offences sud"};

Letter to_immigration(std::string from, std::string role) {
  return {.from = std::move(from),
          .to = "immig",
          .from_role = std::move(role),
          .to_role = "immigration",
          .purpose = "status_application",
          .consent = 1};
}
Word for_immigration() {
  return {.scopes = {{.purpose = "status_application", .recipients = {"immig"}}}};
}

}  // namespace

TEST_CASE("A message that keeps to everything breaks no invariant") {
  CHECK(Forged().breaks() == 0);
  CHECK(Forged(to_immigration("lawaid", "legal"), for_immigration()).breaks() == 0);
}

TEST_CASE("Invariant 1: more than the row, the consent or what was taken back") {
  CHECK(Forged({.consent = 1}, {.scopes = {kAll}}).keeps("demographics").breaks() == 1);
  CHECK(Forged({.consent = 1}, {.scopes = {{.full = "needs"}}}).keeps("identity").breaks() == 1);
  Forged back;
  back.passage.ground.consent->heads[0].taken_back = categories("needs");
  CHECK(back.breaks() == 1);
  CHECK(Forged({.consent = 1}, {.never = "needs"}).breaks() == 1);
}

TEST_CASE("Invariants 2, 17 and 10: unknown words, rows for statistics, a form nobody offered") {
  CHECK(Forged({.to_role = "nobody", .consent = 1}).breaks() == 2);
  CHECK(Forged({.to_role = "stats", .consent = 1}).breaks() == 17);
  Forged made_up;
  made_up.passage.offered = 0;
  CHECK(made_up.breaks() == 10);
}

TEST_CASE("Invariants 3 and 18: who and where") {
  CHECK(Forged({.stage = "inquiry", .consent = 1}, {.scopes = {kAll}}).keeps("contact").breaks() ==
        3);
  CHECK(Forged({.consent = 1}, {.scopes = {kAll}}).keeps("location").breaks() == 18);
}

TEST_CASE("Invariants 4, 5, 6 and 20: the firewalls") {
  CHECK(Forged(to_immigration("ngo", "ngo_case"), for_immigration()).breaks() == 4);
  Word unnamed = for_immigration();
  unnamed.scopes[0].recipients = {"haven"};
  unnamed.onward_depth = 2;
  unnamed.onward_purposes = {"status_application"};
  Forged onward(to_immigration("lawaid", "legal"), unnamed);
  onward.passage.onward = true;
  CHECK(onward.breaks() == 4);
  Forged from_police(to_immigration("lawaid", "legal"), for_immigration());
  from_police.passage.before.push_back({});
  from_police.passage.before[0].header.from_role = role_code("police");
  CHECK(from_police.breaks() == 4);
  const Letter report{
      .to = "pd_unit", .to_role = "police", .purpose = "police_report", .consent = 1};
  CHECK(Forged(report).keeps("sud").breaks() == 5);
  const Letter notice{.to = "sca",
                      .to_role = "identification",
                      .purpose = "notify_anonymous",
                      .basis = "statutory_anonymous"};
  CHECK(Forged(notice).keeps("family").breaks() == 6);
  CHECK(Forged().keeps("offences").breaks() == 20);
}

TEST_CASE("Invariants 7 and 8: exclusion, and a consent that is live and names") {
  CHECK(Forged({.consent = 1}, {.excluded = {"haven"}}).breaks() == 7);
  Forged later;
  later.passage.ground.beside = {agency("haven")};
  CHECK(later.breaks() == 7);
  Forged silent;
  silent.passage.silent = true;
  CHECK(silent.breaks() == 7);

  CHECK(Forged({.consent = 1}, {.grantor = wire::Grantor::kAllegedAbuser}).breaks() == 8);
  Forged withdrawn;
  withdrawn.passage.ground.consent->withdrawn = true;
  CHECK(withdrawn.breaks() == 8);
  Forged ended;
  ended.passage.at = ended.record().expires;
  CHECK(ended.breaks() == 8);
  Forged blanket({.to = "stmary", .to_role = "health", .purpose = "health_care", .consent = 1},
                 {.scopes = {{.purpose = "health_care", .recipients = {"stmary"}}}});
  blanket.keeps("health");
  CHECK(blanket.breaks() == 0);
  blanket.record().scopes[0].named = 0;
  CHECK(blanket.breaks() == 8);
  CHECK(Forged({.consent = 1}, {.scopes = {{.recipients = {"homes"}}}}).breaks() == 8);
  CHECK(Forged({.purpose = "health_care", .consent = 1}).keeps("needs").breaks() != 0);
}

TEST_CASE("Invariant 11: a further hop only narrows, and drops no notice and no exclusion") {
  const auto onward = [] {
    Forged f({.consent = 1, .hop = 2, .prior = 5}, {.scopes = {kAll}});
    f.passage.before.push_back({});
    f.passage.before[0].record.kept = kEverySlot;
    f.passage.before[0].header = f.passage.header;
    f.passage.before[0].header.hop = 1;
    return f;
  };
  CHECK(onward().breaks() == 0);
  Forged more = onward();
  more.passage.before[0].record.kept = 0;
  CHECK(more.breaks() == 11);
  Forged longer = onward();
  longer.passage.before[0].record.content_end_ms = longer.passage.header.content_end.ms - 1;
  CHECK(longer.breaks() == 11);
  Forged unnoticed = onward();
  unnoticed.passage.before[0].record.notices = 1u << 2;
  CHECK(unnoticed.breaks() == 11);
  Forged never = onward();
  never.passage.before[0].bond.consent = never.passage.ground.consent;
  never.passage.before[0].bond.consent->heads[0].record.never_categories = categories("needs");
  CHECK(never.breaks() == 11);
  Forged excluded = onward();
  excluded.passage.before[0].bond.consent.emplace();
  excluded.passage.before[0].bond.beside = {agency("haven")};
  CHECK(excluded.breaks() == 7);
}

TEST_CASE("Invariants 13 and 19: exceptions with weight, and children by their own route") {
  const Letter glass{.from = "helpline",
                     .to = "stmary",
                     .from_role = "hotline",
                     .to_role = "health",
                     .purpose = "emergency_health",
                     .basis = "break_glass"};
  CHECK(Forged(glass).breaks() == 0);
  Forged unrecorded(glass);
  unrecorded.passage.exception.reset();
  CHECK(unrecorded.breaks() == 13);
  Forged late(glass);
  late.passage.exception->position = 200;
  CHECK(late.breaks() == 13);
  Forged over(glass);
  over.passage.exception->closed = true;
  CHECK(over.breaks() == 13);
  Forged alone(glass);
  alone.passage.exception->approved = false;
  CHECK(alone.breaks() == 13);
  Letter child{.to = "cps",
               .to_role = "child_protection",
               .purpose = "child_safeguarding",
               .basis = "mandated_child"};
  CHECK(Forged(child).breaks() == 19);
  child.circumstances = 1;
  CHECK(Forged(child).breaks() == 0);
  const Letter notice{.to = "sca",
                      .to_role = "identification",
                      .purpose = "notify_anonymous",
                      .basis = "statutory_anonymous",
                      .circumstances = 1};
  Forged adult(notice);
  adult.passage.kept = slots("exploitation", Level::kGeneralised);
  CHECK(adult.breaks() == 19);
}
