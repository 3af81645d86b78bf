// The language as people meet it: the README's examples, the canonical text, and mistakes.
#include "policies/parse.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "policies/explain.h"
#include "policies/format.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

std::string complaint_of(const std::string& statement) {
  const auto parsed = parse("policy p \"x\"\n" + statement, "my.policy");
  return parsed ? "accepted" : parsed.error().message;
}

std::string readme_examples() {
  std::ifstream file(SAFECONDUCT_SOURCE "/policies/README.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::size_t start = text.find("```", text.find("One example of every form"));
  REQUIRE(start != std::string::npos);
  const std::size_t body = text.find('\n', start) + 1;
  return text.substr(body, text.find("```", body) - body);
}

bool same(const Policy& a, const Policy& b) {
  if (a.name != b.name || a.title != b.title || a.statements.size() != b.statements.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.statements.size(); ++i) {
    if (!a.statements[i].same_as(b.statements[i])) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("The README's example of every form is a policy, and has every kind of statement") {
  const auto parsed = parse("policy p \"x\"\n" + readme_examples(), "README.md");
  if (!parsed) FAIL(parsed.error().message);
  for (const StatementKind kind :
       {StatementKind::kRefuse, StatementKind::kNever, StatementKind::kLimit,
        StatementKind::kOverride, StatementKind::kRule, StatementKind::kAssert}) {
    const auto is_kind = [&](const Statement& s) { return s.kind == kind; };
    CHECK(std::any_of(parsed->statements.begin(), parsed->statements.end(), is_kind));
  }
}

TEST_CASE("The canonical text says the same as what was written, and is its own canonical text") {
  const auto written = parse(national_text(), "p");
  REQUIRE(written);
  const std::string text = format(*written);
  const auto again = parse(text, "canonical");
  if (!again) FAIL(again.error().message);
  CHECK(same(*written, *again));
  CHECK(format(*again) == text);
}

TEST_CASE("Order and layout of a policy carry no meaning") {
  const std::string never = "never N1 \"n\" forbid media to police\n";
  const std::string rule =
      "rule R1 \"r\" allow needs, risk to shelter for safe_accommodation needs consent\n";
  const std::string other =
      "rule R1 \"r\" # a remark\n  needs consent for safe_accommodation\n"
      "  to shelter allow risk or needs\n";
  const auto one = parse("policy p \"x\"\n" + never + rule, "one");
  const auto two = parse("policy p \"x\"\n" + other + never, "two");
  REQUIRE(one);
  REQUIRE(two);
  CHECK(format(*one) == format(*two));
}

TEST_CASE("A mistake in a policy is told with its place and the nearest word") {
  const std::string rule = "rule R1 \"r\" allow ";
  CHECK(complaint_of(rule + "narative to legal for legal_advice needs consent") ==
        "my.policy:2:19: unknown category `narative`; did you mean `narrative`?");
  CHECK(complaint_of(rule + "needs to lawyers for legal_advice needs consent")
            .find("my.policy:2:28: unknown role `lawyers`") == 0);
  CHECK(complaint_of(rule + "needs to legal for legal_advice").find("add `needs consent`") !=
        std::string::npos);
  CHECK(complaint_of(rule + "needs to legal to police for legal_advice needs consent")
            .find("`to` is said twice") != std::string::npos);
  CHECK(complaint_of("rule N1 \"r\" allow needs").find("such as R7") != std::string::npos);
  CHECK(complaint_of("rul R1 \"r\"").find("did you mean `rule`?") != std::string::npos);
  CHECK(complaint_of("refuse F1 \"f\" to stats").find("add `because` and a reason") !=
        std::string::npos);
  CHECK(complaint_of("never N1 \"n\" forbid sud when conflict").find("only a `refuse` may ask") !=
        std::string::npos);
  CHECK(complaint_of("never N1 \"n\" forbid sud\nnever N1 \"m\" forbid media")
            .find("N1 is already the name of the statement in line 2") != std::string::npos);
  CHECK(complaint_of("never N1 \"n\" forbid sud when minor and not minor")
            .find("cannot hold and not hold") != std::string::npos);
  CHECK(complaint_of("never N1 \"n\" forbid sud at hop 10").find("counted from 1 to 9") !=
        std::string::npos);
}

TEST_CASE("Every cut of the default policy is read or refused with its place") {
  const std::string& text = national_text();
  for (std::size_t size = 0; size < text.size(); size += 7) {
    const auto parsed = parse(std::string_view(text).substr(0, size), "cut");
    if (!parsed && parsed.error().message.find("cut:") != 0) FAIL_CHECK(parsed.error().message);
  }
}

TEST_CASE("An explanation names the words and the deciding statements, in sentences") {
  const Case subject = everyday(Role::kNgoCase, Role::kShelter, Purpose::kSafeAccommodation);
  const std::vector<std::string> lines = explain(national(), subject);
  REQUIRE(lines.size() > 1);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  INFO(all);
  CHECK(all.find("R3") != std::string::npos);
  CHECK(all.find("narrative") != std::string::npos);
  Case excluded = subject;
  excluded.conflict = true;
  CHECK(explain(national(), excluded)[0] != lines[0]);
}
