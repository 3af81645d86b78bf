#include "broker/audit/show.h"

#include <catch2/catch.hpp>

#include "tests/audit/signed_log.h"

using namespace safeconduct;
using namespace safeconduct::audit;

namespace {

std::string fact(const Shown& shown, std::string_view name) {
  for (const auto& [key, value] : shown.facts) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("An entry is shown in words, with what the decision rested on") {
  const SignedLog log;
  const auto shown = show_entry(log.source, log.submission);
  REQUIRE(shown.has_value());
  CHECK(shown->kind == "submission");
  CHECK(shown->sentence.find("from ngo (ngo_case) to haven (shelter) for safe_accommodation") !=
        std::string::npos);
  CHECK(fact(*shown, "directory") == "1");
  CHECK(fact(*shown, "policy") == "2");
  CHECK(fact(*shown, "consent") == "5");
  CHECK(fact(*shown, "kept").find("needs full") != std::string::npos);
  CHECK(fact(*shown, "withheld").find("narrative") != std::string::npos);
  CHECK_FALSE(show_entry(log.source, 10'000).has_value());
}

TEST_CASE("The life of a message is shown in order") {
  const SignedLog log;
  const auto life = show_message(log.source, log.first_message);
  REQUIRE(life.has_value());
  std::vector<std::string> kinds;
  for (const Shown& shown : *life) kinds.push_back(shown.kind);
  CHECK(kinds ==
        std::vector<std::string>{"submission", "delivery", "receipt", "withdrawal", "deletion"});
  CHECK(fact(life->at(3), "recipient is told") == "stop");
  CHECK_FALSE(show_message(log.source, MessageId{}).has_value());
}
