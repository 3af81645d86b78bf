// One home for what versions of a consent grant: each can only take away.
#include <catch2/catch.hpp>
#include <random>

#include "policies/grant.h"

using namespace safeconduct::policies;

namespace {

CategorySet random_categories(std::mt19937& random) {
  return static_cast<CategorySet>(random()) & kAllCategories;
}

Grant random_grant(std::mt19937& random) {
  Grant grant;
  grant.grantor = static_cast<std::uint8_t>(1 + random() % 4);
  grant.fresh_in_reflection = random() % 2 == 0;
  grant.taken_back = random() % 4 == 0 ? random_categories(random) : 0;
  if (random() % 8 != 0) {
    grant.scope = Grant::Scope{random_categories(random), random_categories(random),
                               random_categories(random), random() % 4 != 0, random() % 2 == 0};
  }
  return grant;
}

bool within(const ConsentView& a, const ConsentView& b) {
  const auto no_more = [](bool x, bool y) { return !x || y; };
  const CategorySet any = b.full | b.generalised;
  return (a.full & ~b.full) == 0 && (a.generalised & ~any) == 0 && (a.named & ~b.named) == 0 &&
         no_more(a.purpose_named, b.purpose_named) &&
         no_more(a.recipient_named, b.recipient_named) &&
         no_more(a.person_initiated, b.person_initiated) &&
         no_more(a.fresh_in_reflection, b.fresh_in_reflection);
}

}  // namespace

TEST_CASE("A further version never grants more than those before, and the order does not matter") {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::vector<Grant> two = {random_grant(random), random_grant(random)};
    const std::vector<Grant> turned = {two[1], two[0]};
    const ConsentView both = view_of(two, ConsentState::kLive);
    for (const Grant& one : two) REQUIRE(within(both, view_of({&one, 1}, ConsentState::kLive)));
    ConsentView back = view_of(turned, ConsentState::kLive);
    back.grantor = both.grantor;  // which of two lawful ones is named decides nothing
    REQUIRE(back == both);
  }
}

TEST_CASE("Without a version, a scope or what was taken back, nothing is granted") {
  CHECK(view_of({}, ConsentState::kLive).full == 0);
  CHECK_FALSE(view_of({}, ConsentState::kLive).purpose_named);
  Grant grant;
  grant.grantor = 1;
  CHECK_FALSE(view_of({&grant, 1}, ConsentState::kLive).purpose_named);
  grant.scope = Grant::Scope{kAllCategories, 0, kAllCategories, true, true};
  grant.taken_back = bit(Category::kHealth);
  const ConsentView view = view_of({&grant, 1}, ConsentState::kLive);
  CHECK_FALSE(contains(view.full, Category::kHealth));
  CHECK(contains(view.full, Category::kNeeds));
  grant.grantor = 4;
  CHECK(view_of({&grant, 1}, ConsentState::kLive).grantor == Grantor::kAllegedAbuser);
}
