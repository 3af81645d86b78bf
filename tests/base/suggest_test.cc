#include "schemas/base/suggest.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("A slip of the hand finds its word, another word does not") {
  constexpr std::string_view known[] = {"shelter", "police", "legal"};
  CHECK(did_you_mean("sheltre", known) == "; did you mean `shelter`?");
  CHECK(did_you_mean("polise", known) == "; did you mean `police`?");
  CHECK(did_you_mean("fundraiser", known).empty());
  CHECK(did_you_mean("", known).empty());
}
