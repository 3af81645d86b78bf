// Duties and terms: what comes with a decision, and what no change may drop unseen.
#include <catch2/catch.hpp>

#include "policies/diff.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "policies/profile.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

std::vector<std::string> owed(const CompiledPolicy& policy, const Case& subject) {
  std::vector<std::string> out;
  for (const Obligation& o : obligations_of(policy, decide(policy, subject))) {
    out.push_back(words(o.what) + " by " + (o.by ? policy.rule_name(*o.by) : "the hop before"));
  }
  return out;
}

bool holds(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

CompiledPolicy compiled(const std::string& text) {
  auto out = compile_text(text, "p");
  if (!out) FAIL(out.error().message);
  return std::move(out).value();
}

Case treatment() {
  return everyday(Role::kNgoCase, Role::kHealth, Purpose::kSubstanceTreatment);
}

}  // namespace

TEST_CASE("A decision carries its duties, each with the statement that asks for it") {
  const auto list = owed(national(), treatment());
  CHECK(holds(list, "do_not_pass_on by D1"));
  CHECK(holds(list, "redisclosure_notice by D2"));
  CHECK(holds(list, "answer within 7 days by D14"));
  CHECK_FALSE(holds(list, "review within 72 hours by D3"));
}

TEST_CASE("A notice follows its category: where the records do not go, it is not there") {
  Case subject = treatment();
  subject.consent.named &= ~bit(Category::kSud);
  CHECK_FALSE(holds(owed(national(), subject), "redisclosure_notice by D2"));
}

TEST_CASE("Of two times the shorter counts, and names its statement") {
  Case subject = treatment();
  subject.urgency = Urgency::kTonight;
  CHECK(holds(owed(national(), subject), "answer within 3 hours by D11"));
}

TEST_CASE("What came with a notice takes it along on the next hop") {
  Case subject = everyday(Role::kShelter, Role::kHealth, Purpose::kHealthCare);
  subject.hop = 2;
  CHECK_FALSE(holds(owed(national(), subject), "redisclosure_notice by the hop before"));
  subject.notices = 1u << static_cast<unsigned>(Duty::kRedisclosureNotice);
  CHECK(holds(owed(national(), subject), "redisclosure_notice by the hop before"));
  CHECK(holds(owed(national(), subject), "tell_originator by D6"));
}

TEST_CASE("A refused message has no duties") {
  Case subject = treatment();
  subject.conflict = true;
  CHECK(owed(national(), subject).empty());
}

TEST_CASE("A duty that is dropped or has more time is wider, and the change says so") {
  const auto dropped = diff(
      national(),
      compiled(edited({
          {"require tell_originator\n  beyond hop 1", "require do_not_pass_on\n  beyond hop 1"},
          {"beyond hop 1 => requires tell_originator",
           "beyond hop 1 => requires answer within 7 days"},
      })));
  REQUIRE(dropped.opens());
  CHECK(sentence(dropped.changes.front()) == "beyond hop 1: tell_originator no longer required");
  const auto longer =
      diff(national(), compiled(edited({
                           {"stop_use within 1 hour,", "stop_use within 2 hours,"},
                           {"requires stop_use within 1 hour", "requires stop_use within 2 hours"},
                       })));
  REQUIRE(longer.opens());
  CHECK(sentence(longer.changes.front()) ==
        "stage release: stop_use within 1 hour becomes stop_use within 2 hours");
  const auto sooner = diff(
      national(), compiled(edited({{"stop_use within 1 hour, deletion_receipt within 7 days",
                                    "stop_use within 1 hour, deletion_receipt within 6 days"}})));
  CHECK_FALSE(sooner.opens());
  CHECK(sooner.narrower_cells > 0);
}

TEST_CASE("A term that is looser is wider; the strictest of several counts") {
  const auto strict =
      compiled(edited({{"", "term T90 \"x\" set consent_life 30 days set majority 21 years"}}));
  CHECK(term(strict.policy(), Term::kConsentLife) == 30 * 24);
  CHECK(term(strict.policy(), Term::kMajority) == 21);
  const auto narrower = diff(national(), strict);
  CHECK_FALSE(narrower.opens());
  CHECK(narrower.narrower_terms);
  const auto wider = diff(strict, national());
  REQUIRE(wider.opens());
  CHECK(sentence(wider.changes.front()) ==
        "in every case: consent_life 30 days becomes consent_life 90 days");
}

TEST_CASE("A reflection period may be longer and what narrows down fewer, never the other way") {
  const auto strict =
      compiled(edited({{"", "term T90 \"x\" set reflection 45 days set quasi_identifiers 3"}}));
  CHECK(term(strict.policy(), Term::kReflection) == 45 * 24);
  CHECK(term(strict.policy(), Term::kQuasiIdentifiers) == 3);
  CHECK_FALSE(diff(national(), strict).opens());
  const auto wider = diff(strict, national());
  REQUIRE(wider.opens());
  CHECK(sentence(wider.changes.front()) ==
        "in every case: reflection 45 days becomes reflection 30 days");
  const auto refused = [](const std::string& setting) {
    const auto parsed = parse("policy p \"x\" term T1 \"x\" set " + setting, "p");
    return parsed ? std::string() : parsed.error().message;
  };
  CHECK_THAT(refused("reflection 29 days"),
             Catch::Contains("goes beyond what any policy may set, `reflection 30 days`"));
  CHECK_THAT(refused("quasi_identifiers 5"),
             Catch::Contains("goes beyond what any policy may set, `quasi_identifiers 4`"));
  CHECK_THAT(refused("quasi_identifiers 0"), Catch::Contains("numbers go from 1 to 9999"));
}

TEST_CASE("Direct transport is a term that a change cannot give up unseen") {
  const auto direct = compiled(edited({{"", "term T90 \"x\" transport direct"}}));
  CHECK(is_direct(direct.policy()));
  CHECK_FALSE(is_direct(national().policy()));
  CHECK(diff(direct, national()).opens());
  CHECK_FALSE(diff(national(), direct).opens());
}

TEST_CASE("A profile may add duties and shorten times, and cannot lengthen one") {
  const auto profile = parse(
      "policy p \"x\" duty D900 \"x\" require review within 24 hours on break_glass "
      "duty D901 \"x\" require review within 9 days on break_glass",
      "p");
  REQUIRE(profile);
  const auto both = tighten(national(), *profile);
  REQUIRE(both);
  Case subject = everyday(Role::kNgoCase, Role::kHealth, Purpose::kEmergencyHealth);
  subject.basis = Basis::kBreakGlass;
  CHECK(holds(owed(*both, subject), "review within 24 hours by D900"));
}

TEST_CASE("Mistakes about duties and terms are told with their place") {
  const auto of = [](const std::string& statement) {
    const auto parsed = parse("policy p \"x\"\n" + statement, "my.policy");
    return parsed ? "accepted" : parsed.error().message;
  };
  CHECK(of("duty D1 \"x\" require reviw within 2 hours") ==
        "my.policy:2:21: unknown duty `reviw`; did you mean `review`?");
  CHECK(of("duty D1 \"x\" require review").find("`review` needs a time") != std::string::npos);
  CHECK(of("duty D1 \"x\" require do_not_pass_on within 2 hours").find("has no time") !=
        std::string::npos);
  CHECK(of("duty D1 \"x\" require review within 0 hours").find("numbers go from 1 to 9999") !=
        std::string::npos);
  CHECK(of("duty D1 \"x\" stage release").find("requires nothing") != std::string::npos);
  CHECK(of("term T1 \"x\" set consent_life 91 days").find("goes beyond what any policy may set") !=
        std::string::npos);
  CHECK(of("term T1 \"x\" set majority 17 years").find("goes beyond") != std::string::npos);
  CHECK(of("term T1 \"x\"").find("sets nothing") != std::string::npos);
}

TEST_CASE("False claims about duties and terms name what the policy does instead") {
  const auto claims = [](const std::string& claim) {
    return complaint(edited({{"", "assert A90 \"claimed\": " + claim}}));
  };
  CHECK(claims("stage release => requires tell_guardian")
            .find("assertion A90 \"claimed\" does not hold: from survivor to survivor for") !=
        std::string::npos);
  CHECK(claims("=> requires do_not_pass_on carrying sud").find("where sud goes") !=
        std::string::npos);
  CHECK(claims("=> term consent_life 20 days").find("the policy sets `consent_life 90 days`") !=
        std::string::npos);
  CHECK(claims("=> transport direct").find("no term says `transport direct`") != std::string::npos);
}
