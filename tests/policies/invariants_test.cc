// Every invariant of DOMAIN §5 that a policy can break: two policies that break it do not compile.
#include <catch2/catch.hpp>

#include "policies/invariants.h"
#include "policies/parse.h"
#include "policies/prove.h"
#include "policies/table.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

struct Broken {
  int invariant;
  std::vector<Edit> edits;
  std::string_view shows;  // part of the smallest case
};

const std::vector<Broken> kBroken = {
    {2,
     {{"when not ground_accepted", "when not ground_accepted and minor"}},
     "to identification for child_identification on consent, inquiry, hop 1: it is not refused"},
    {2, {{"when not ground_accepted", "from legal when not ground_accepted"}}, "it is not refused"},
    {3, {{"keep needs,", "keep needs, identity,"}}, "identity goes generalised"},
    {3, {{"stage inquiry", "stage inquiry for safe_accommodation"}}, "inquiry, hop 1"},
    {4, {{"unless from legal", "unless from legal, police"}}, "from police to immigration"},
    {4, {{"on consent at hop 1", "on consent"}}, "from legal to immigration"},
    {5,
     {{"", "rule R90 \"x\" allow immigration to police for police_report needs consent"}},
     "to police for police_report on consent"},
    {5,
     {{"",
       "rule R90 \"x\" allow health up to generalised to prosecution for proceedings needs "
       "consent"}},
     "health goes generalised"},
    {6,
     {{"allow location, demographics, exploitation up to generalised\n  to identification",
       "allow location, demographics, identity up to generalised\n  to identification"}},
     "identity goes generalised"},
    {6,
     {{"",
       "rule R90 \"x\" allow family to identification for notify_anonymous needs "
       "statutory_anonymous"}},
     "family goes in full"},
    {7, {{"when conflict", "to health when conflict"}}, "not refused when conflict"},
    {7,
     {{"when conflict", "unless from police"}, {"when not agreement", "when not agreement"}},
     "when conflict"},
    {8, {{"when consent_expired", "when consent_expired and minor"}}, "when consent_expired"},
    {8, {{"on consent when from_abuser", "to health on consent when from_abuser"}}, "from_abuser"},
    {8, {{"when not recipient_named", "when not recipient_named and minor"}}, "recipient_named"},
    {8, {{"stage inquiry", "stage inquiry, release"}}, "release, hop 1: it is not refused"},
    {11,
     {{"  carrying sud\n", "  carrying health\n"}},
     "to health for substance_treatment on consent, release, hop 1: it does not require "
     "`redisclosure_notice` where sud goes"},
    {11,
     {{"  carrying sud\n", "  carrying sud\n  urgency immediate, tonight\n"}},
     "where sud goes"},
    {13,
     {{"access_ends within 72 hours", "access_ends within 73 hours"}},
     "on break_glass, inquiry, hop 1: it does not require `access_ends within 72 hours`"},
    {13,
     {{"review within 72 hours, tell_person", "tell_person"}},
     "it does not require `review within 72 hours`"},
    {13,
     {{"", "rule R90 \"x\" allow needs to shelter for safe_accommodation needs break_glass"}},
     "to shelter for safe_accommodation on break_glass"},
    {13,
     {{"replaces consent for needs", "replaces consent for narrative, needs"},
      {"", "rule R90 \"x\" allow narrative to health for emergency_health needs break_glass"}},
     "narrative goes in full"},
    {17,
     {{"to coordinator, stats", "to coordinator"},
      {"", "rule R90 \"x\" allow needs to stats for case_management needs consent"}},
     "to stats for case_management"},
    {17,
     {{"to coordinator, stats", "to stats"},
      {"", "rule R90 \"x\" allow needs to coordinator for triage needs consent"}},
     "to coordinator for triage"},
    {18,
     {{"", "rule R90 \"x\" allow location to shelter for safe_accommodation needs consent"}},
     "location goes in full by R3"},
    {18,
     {{"", "rule R90 \"x\" allow location to housing for long_term_housing needs consent"}},
     "to housing for long_term_housing"},
    {19,
     {{"on mandated_child when not minor", "on mandated_child when not minor and reflection"}},
     "on mandated_child"},
    {19,
     {{"for notify_anonymous when minor", "for notify_anonymous when minor and reflection"},
      {"",
       "rule R90 \"x\" allow demographics up to generalised to identification for "
       "notify_anonymous needs mandated_child"}},
     "for notify_anonymous on mandated_child"},
    {20,
     {{"", "rule R90 \"x\" allow offences to ngo_case for case_management needs consent"}},
     "to ngo_case for case_management"},
    {20,
     {{"",
       "rule R90 \"x\" allow offences up to generalised to police for risk_conference needs "
       "high_risk"}},
     "offences goes generalised"},
};

}  // namespace

TEST_CASE("A policy that breaks an invariant does not compile, and the message names it") {
  for (const Broken& broken : kBroken) {
    const std::string message = complaint(edited(broken.edits));
    INFO(message);
    const std::string number = "breaks invariant " + std::to_string(broken.invariant) + ",";
    CHECK(message.find(number) != std::string::npos);
    CHECK(message.find(broken.shows) != std::string::npos);
  }
}

TEST_CASE("Every breakable invariant has at least two broken policies among the tests") {
  for (const Invariant& invariant : breakable_invariants()) {
    INFO("invariant " << invariant.number);
    const auto count = std::count_if(kBroken.begin(), kBroken.end(), [&](const Broken& b) {
      return b.invariant == invariant.number;
    });
    CHECK(count >= 2);
  }
}

TEST_CASE("A never-rule does not excuse a rule that lists what an invariant forbids") {
  const std::string message = complaint(
      edited({{"", "rule R90 \"x\" allow immigration to police for police_report needs consent"}}));
  CHECK(message.find("immigration goes in full by R10") != std::string::npos);
  CHECK(message.find("R90 (line ") != std::string::npos);
}

TEST_CASE("A policy's own assertions are proved, and a false one names its smallest case") {
  const auto claims = [](const std::string& claim) {
    return complaint(edited({{"", "assert A90 \"claimed\": " + claim}}));
  };
  CHECK(claims("to shelter => risk withheld")
            .find("assertion A90 \"claimed\" does not hold: from survivor to shelter for "
                  "safe_accommodation on consent, inquiry, hop 1: risk goes generalised by R3") !=
        std::string::npos);
  CHECK(claims("to shelter for safe_accommodation stage release on consent => narrative full")
            .find("less than that goes") != std::string::npos);
  CHECK(claims("to health for health_care on consent => refused").find("it is not refused") !=
        std::string::npos);
  CHECK(claims("when conflict => refused because agreement").find("it is refused because") !=
        std::string::npos);
  CHECK(claims("to stats => needs at least generalised").find("it is refused") !=
        std::string::npos);
}

TEST_CASE("The default policy is proved over every situation") {
  // 25 senders, 25 recipients, 28 purposes, 5 bases, 2 stages, 5 urgencies, 8 sets of
  // circumstances; hops 1, 2 and beyond stand for all.
  CHECK(national().cells_proved() == 25ull * 25 * 28 * 5 * 2 * 5 * 8 * 3);
}

TEST_CASE("A policy that decides a case by more statements than the ledger names is refused") {
  std::string text = national_text();
  for (int i = 0; i < 64; ++i) {
    text += "rule R" + std::to_string(900 + i) +
            " \"x\" allow needs to shelter for safe_accommodation needs consent\n";
  }
  CHECK(complaint(text).find("decides one case by more than 64 statements") != std::string::npos);
}

TEST_CASE("A policy that tells too many situations apart is refused for the stated bound") {
  std::string text = "policy p \"x\"\n";
  int number = 0;
  const auto add = [&](const std::string& where) {
    text += "never N" + std::to_string(++number) + " \"x\" forbid media " + where + "\n";
  };
  for (auto role : role_names()) add("from " + std::string(role));
  for (auto role : role_names()) add("to " + std::string(role));
  for (auto purpose : purpose_names()) add("for " + std::string(purpose));
  for (auto urgency : urgency_names()) add("urgency " + std::string(urgency));
  add("when minor");
  add("when reflection");
  add("stage release");
  const std::string message = complaint(text);
  CHECK(message.find("situations apart, the bound is 1000000") != std::string::npos);
}

TEST_CASE("A policy of ten thousand rules is refused for a stated bound, a large one loads or is") {
  const auto rules = [](int count) {
    std::string text = "policy p \"x\"\n";
    const auto roles = role_names();
    const auto purposes = purpose_names();
    const auto categories = category_names();
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      text += "rule R" + std::to_string(i % 9999 + 1) + " \"x\" allow " +
              std::string(categories[at % categories.size()]) + " to " +
              std::string(roles[at % roles.size()]) + " for " +
              std::string(purposes[at / 25 % purposes.size()]) + " needs consent\n";
    }
    return text;
  };
  CHECK_THAT(complaint(rules(10'000)), Catch::Contains("bytes, the bound is 458752; shorten it"));
  CHECK(complaint(rules(3'000)).find("more than 2048 statements") != std::string::npos);
  // As many as may stand: whatever else it lacks, the answer comes.
  CHECK_FALSE(complaint(rules(2'000)).empty());
}
