#include "schemas/base/ids.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("An agency id is a short lower-case word") {
  for (const char* good : {"haven", "pd_unit", "st-mary2", "ab"})
    CHECK(AgencyId::parse(good).has_value());
  for (const char* bad :
       {"", "a", "Haven", "2nd", "has space", "über", "-x", "abcdefghijklmnopqrstuvwxyzabcdefg"}) {
    CAPTURE(bad);
    CHECK_FALSE(AgencyId::parse(bad).has_value());
  }
}

TEST_CASE("A message id survives its text form") {
  MessageId id;
  id.bytes[0] = 0xab;
  CHECK(MessageId::parse(id.text()).value() == id);
  CHECK_FALSE(MessageId::parse("abcd").has_value());
}
