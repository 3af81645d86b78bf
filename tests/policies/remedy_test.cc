// What would change a decision: each sentence is tried, not written.
#include "policies/remedy.h"

#include <catch2/catch.hpp>

#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

std::string told(const Case& subject) {
  std::string out;
  for (const Remedy& remedy : remedies(national(), subject)) out += sentence(remedy) + "\n";
  return out;
}

}  // namespace

TEST_CASE("What the consent left out is said to need the consent") {
  Case subject = everyday(Role::kNgoCase, Role::kHealth, Purpose::kHealthCare);
  subject.consent.full &= ~bit(Category::kContact);
  subject.consent.named &= ~bit(Category::kHealth);
  const std::string all = told(subject);
  INFO(all);
  CHECK(all.find("contact would go in full if the consent granted it in full") !=
        std::string::npos);
  CHECK(all.find("health would go in full if the consent granted and named it") !=
        std::string::npos);
}

TEST_CASE("A bare inquiry says that the release would hold more") {
  Case subject = everyday(Role::kNgoCase, Role::kShelter, Purpose::kSafeAccommodation);
  subject.stage = Stage::kInquiry;
  CHECK(told(subject).find("identity, contact, family, risk would go in full if the stage were "
                           "release") != std::string::npos);
}

TEST_CASE("A refusal names the smallest change, or two when one alone does not do") {
  Case subject = everyday(Role::kNgoCase, Role::kPolice, Purpose::kPoliceReport);
  subject.consent.person_initiated = false;
  CHECK(told(subject) == "it would go if the person started it\n");
  subject.consent.recipient_named = false;
  CHECK(told(subject) ==
        "it would go if the consent named the recipient, and the person started "
        "it\n");
  subject = everyday(Role::kNgoCase, Role::kShelter, Purpose::kSafeAccommodation);
  subject.conflict = true;
  CHECK(told(subject) == "it would go if the person did not exclude the recipient\n");
}

TEST_CASE(
    "What no change of the case opens is said to need another policy, or to be closed to all") {
  const Case subject = everyday(Role::kNgoCase, Role::kPolice, Purpose::kPoliceReport);
  const std::string all = told(subject);
  INFO(all);
  CHECK(all.find("invariant 5 closes it to every policy") != std::string::npos);
  Case stats = subject;
  stats.to = Role::kStats;
  CHECK(told(stats).find("invariant 17 closes it to every policy") != std::string::npos);
}

TEST_CASE("Every remedy does what it says") {
  // Followed by hand for one that names a purpose.
  Case subject = everyday(Role::kNgoCase, Role::kLegal, Purpose::kCompensationClaim);
  for (const Remedy& remedy : remedies(national(), subject)) {
    if (remedy.changes != std::vector<std::string>{"the purpose were legal_advice"}) continue;
    Case changed = subject;
    changed.purpose = Purpose::kLegalAdvice;
    const Decision now = decide(national(), changed);
    const Decision before = decide(national(), subject);
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      if (contains(remedy.categories, c)) CHECK(now.levels[c] > before.levels[c]);
    }
    return;
  }
  FAIL("no remedy names legal advice");
}
