// Coming in, without a process: the people file, sessions, one-time codes and links, the lock.
#include <catch2/catch.hpp>

#include <functional>

#include "broker/dashboard/links.h"
#include "broker/dashboard/lockout.h"
#include "broker/dashboard/sessions.h"
#include "schemas/seal/one_time_code.h"
#include "schemas/seal/password.h"
#include "tests/rig/network.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;

namespace {

struct SetClock final : Clock {
  Instant at{1'795'000'000'000};
  [[nodiscard]] Instant now() const override { return at; }
};

Person person(const std::string& id, Role role) {
  Person out;
  out.id = AgencyId::parse(id).value();
  out.role = role;
  return out;
}

}  // namespace

TEST_CASE("One-time codes are those of RFC 6238") {
  const Bytes secret = to_bytes(std::string_view("12345678901234567890"));
  // RFC 6238 appendix B, the last six of its eight digits.
  CHECK(seal::one_time_code(secret, seal::code_step({59'000})) == "287082");
  CHECK(seal::one_time_code(secret, seal::code_step({1'111'111'109'000})) == "081804");
  CHECK(seal::one_time_code(secret, seal::code_step({1'234'567'890'000})) == "005924");
  CHECK(seal::one_time_code(secret, seal::code_step({20'000'000'000'000})) == "353130");
  const Instant now{1'234'567'890'000};
  CHECK(seal::code_step_of(secret, "005924", now + seconds(30)).has_value());
  CHECK_FALSE(seal::code_step_of(secret, "005924", now + seconds(90)).has_value());
  CHECK_FALSE(seal::code_step_of(secret, "5924", now).has_value());
}

TEST_CASE("Base32 is RFC 4648's") {
  CHECK(seal::to_base32(to_bytes(std::string_view("foobar"))) == "MZXW6YTBOI");
  CHECK(seal::from_base32("mzxw 6ytb oi==").value() == to_bytes(std::string_view("foobar")));
  CHECK_FALSE(seal::from_base32("M1").has_value());
}

TEST_CASE("A password fits its own record and no other") {
  const auto record = seal::password_record("correct horse battery staple").value();
  CHECK(record.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
  CHECK(seal::password_fits(record, "correct horse battery staple"));
  CHECK_FALSE(seal::password_fits(record, "correct horse battery stapl"));
  CHECK_FALSE(seal::password_fits("", ""));
  CHECK_FALSE(seal::password_fits("$argon2id$v=19$m=8,t=1,p=1$x$y", "x"));
}

TEST_CASE("The people file is read as it is written, and nothing else is taken for one") {
  People people;
  people.list = {person("ana", Role::kNetworkCoordinator), person("lea", Role::kAgencyCoordinator)};
  people.list[0].password = seal::password_record("a password of hers").value();
  people.list[0].code = Bytes(20, 7);
  people.list[1].agency = AgencyId::parse("haven").value();
  people.list[1].openid = "lea@provider.example with a space";
  const std::string text = to_text(people);
  const auto back = parse_people(text);
  REQUIRE(back.has_value());
  CHECK(to_text(*back) == text);
  CHECK(back->by_openid("lea@provider.example with a space") == back->find("lea"));
  CHECK(back->by_openid("") == nullptr);
  for (const std::string broken :
       {"", "safeconduct people 2\n", "safeconduct people 1\n  code AAAA\n",
        "safeconduct people 1\nperson ana\n", "safeconduct people 1\nperson ana boss\n",
        "safeconduct people 1\nperson lea agency_coordinator\n",
        "safeconduct people 1\nperson ana auditor haven\n",
        "safeconduct people 1\nperson Ana auditor\n",
        "safeconduct people 1\nperson ben auditor\nperson ana auditor\n",
        "safeconduct people 1\nperson ana auditor\n  password secret\n",
        "safeconduct people 1\nperson ana auditor\n  code AAAA\n",
        "safeconduct people 1\nperson ana auditor\n  colour red\n"}) {
    CAPTURE(broken);
    if (broken.empty()) continue;
    CHECK_FALSE(parse_people(broken).has_value());
  }
}

TEST_CASE("A session ends when nobody is there, and at its longest whoever is") {
  SetClock clock;
  SystemRandom random;
  Sessions sessions({minutes(15), hours(10), days(30)}, clock, random);
  const std::string cookie = sessions.open(person("ana", Role::kNetworkCoordinator));
  CHECK(cookie.size() == 43);
  CHECK(sessions.find(cookie, false)->who == "ana");
  CHECK_FALSE(sessions.find(cookie + "x", true).has_value());
  CHECK_FALSE(sessions.find("", true).has_value());
  // The page that asks by itself is no sign of a person.
  for (int i = 0; i < 14; ++i) {
    clock.at = clock.at + minutes(1);
    CHECK(sessions.find(cookie, false).has_value());
  }
  clock.at = clock.at + minutes(2);
  CHECK_FALSE(sessions.find(cookie, false).has_value());
  const std::string busy = sessions.open(person("ana", Role::kNetworkCoordinator));
  for (int i = 0; i < 60; ++i) {
    clock.at = clock.at + minutes(10);
    if (i < 59) CHECK(sessions.find(busy, true).has_value());
  }
  clock.at = clock.at + minutes(1);
  CHECK_FALSE(sessions.find(busy, true).has_value());
  const std::string wall = sessions.open(person("wall1", Role::kWallScreen));
  clock.at = clock.at + days(29);
  CHECK(sessions.find(wall, false).has_value());
}

TEST_CASE("Who is no longer in the people file is out at once") {
  SetClock clock;
  SystemRandom random;
  Sessions sessions({}, clock, random);
  People people;
  people.list = {person("ana", Role::kNetworkCoordinator)};
  const std::string ana = sessions.open(people.list[0]);
  const std::string ben = sessions.open(person("ben", Role::kAuditor));
  sessions.keep_only(people);
  CHECK(sessions.find(ana, true).has_value());
  CHECK_FALSE(sessions.find(ben, true).has_value());
  people.list[0].role = Role::kAuditor;
  sessions.keep_only(people);
  CHECK_FALSE(sessions.find(ana, true).has_value());
}

TEST_CASE("Failures lock for longer and longer, and a success forgets them") {
  Lockout lockout;
  Instant now{1'795'000'000'000};
  for (int i = 0; i < 4; ++i) lockout.failed("ana@1", now, 5);
  CHECK(lockout.locked_until("ana@1", now).ms == 0);
  lockout.failed("ana@1", now, 5);
  CHECK(lockout.locked_until("ana@1", now) == now + minutes(1));
  CHECK(lockout.locked_until("ben@1", now).ms == 0);
  lockout.failed("ana@1", now, 5);
  CHECK(lockout.locked_until("ana@1", now) == now + minutes(2));
  for (int i = 0; i < 20; ++i) lockout.failed("ana@1", now, 5);
  CHECK(lockout.locked_until("ana@1", now) == now + hours(1));
  lockout.succeeded("ana@1");
  CHECK(lockout.locked_until("ana@1", now).ms == 0);
}

TEST_CASE("A link works once, for its person, until it is too old") {
  rig::TempFolder folder;
  const std::string links = folder.path() + "/links";
  SystemRandom random;
  const Instant now{1'795'000'000'000};
  const auto token = make_link(links, "ana", now + minutes(15), random).value();
  CHECK_FALSE(use_link(links, token.substr(1), now).has_value());
  CHECK_FALSE(use_link(links, "../../people" + std::string(31, 'a'), now).has_value());
  CHECK(use_link(links, token, now) == "ana");
  CHECK_FALSE(use_link(links, token, now).has_value());
  const auto old = make_link(links, "ana", now + minutes(15), random).value();
  CHECK_FALSE(use_link(links, old, now + minutes(15)).has_value());
}
