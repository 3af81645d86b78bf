// Jurisdiction profiles tighten the default policy and cannot loosen it.
#include "policies/profile.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "policies/diff.h"
#include "policies/parse.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

Policy shipped(const std::string& name) {
  std::ifstream file(SAFECONDUCT_SOURCE "/policies/profiles/" + name);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  auto profile = parse(text, name);
  if (!profile) FAIL(profile.error().message);
  return std::move(profile).value();
}

CompiledPolicy tightened(const std::string& name) {
  auto out = tighten(national(), shipped(name));
  if (!out) FAIL(out.error().message);
  return std::move(out).value();
}

std::string refusal(const std::string& statement) {
  const auto profile = parse("policy p \"x\"\n" + statement, "p");
  if (!profile) FAIL(profile.error().message);
  const auto out = tighten(national(), *profile);
  REQUIRE_FALSE(out);
  return out.error().message;
}

}  // namespace

TEST_CASE("Every shipped profile closes something and opens nothing") {
  for (const std::string name : {"eu.policy", "england-wales.policy", "usa.policy"}) {
    INFO(name);
    const Diff change = diff(national(), tightened(name));
    CHECK(change.wider_cells == 0);
    CHECK(change.narrower_cells > 0);
  }
}

TEST_CASE("In the profile of the United States no conference goes without consent") {
  const CompiledPolicy usa = tightened("usa.policy");
  CHECK(usa.policy().name == "national_referral_usa");
  Case subject = everyday(Role::kNgoCase, Role::kShelter, Purpose::kRiskConference);
  CHECK(decide(usa, subject).deliver);
  subject.basis = Basis::kHighRisk;
  CHECK(decide(national(), subject).deliver);
  CHECK_FALSE(decide(usa, subject).deliver);
}

TEST_CASE("A profile that would open something is refused, and the message says which statement") {
  CHECK(refusal("rule R301 \"x\" allow needs to stats for triage needs consent")
            .find("profile p: R301 opens something") != std::string::npos);
  CHECK(refusal("override O301 \"x\" replaces consent for all on high_risk")
            .find("profile p: O301 opens something") != std::string::npos);
  CHECK(refusal("limit L301 \"x\" keep all service consent suffices because stage")
            .find("L301 lets consent to the service suffice") != std::string::npos);
  CHECK(refusal("never N1 \"x\" forbid needs because not_needed")
            .find("N1 has the number of a statement of the policy") != std::string::npos);
  CHECK(refusal("never N301 \"x\" forbid identity to shelter because not_needed")
            .find("assertion A3 ") != std::string::npos);
}
