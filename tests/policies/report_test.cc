// What an officer is shown of a policy: the proof's report, the matrix and the difference.
#include <algorithm>
#include <catch2/catch.hpp>

#include "policies/check.h"
#include "policies/diff.h"
#include "policies/matrix.h"
#include "tests/policies/policy_text.h"

using namespace safeconduct;
using namespace safeconduct::policies;

namespace {

CompiledPolicy compiled(const std::vector<Edit>& edits) {
  auto policy = compile_text(edited(edits), "p");
  if (!policy) FAIL(policy.error().message);
  return std::move(policy).value();
}

std::vector<std::string> told(const Diff& diff, bool wider) {
  std::vector<std::string> out;
  for (const Change& change : diff.changes) {
    if (change.wider == wider) out.push_back(sentence(change));
  }
  return out;
}

using Lines = std::vector<std::string>;

Diff difference(const std::vector<Edit>& edits) {
  return diff(national(), compiled(edits));
}

const MatrixRow& row(const std::vector<MatrixRow>& rows, Role to, Purpose purpose, Basis basis) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const MatrixRow& r) {
    return r.to == to && r.purpose == purpose && r.basis == basis;
  });
  REQUIRE(at != rows.end());
  return *at;
}

}  // namespace

TEST_CASE("The report tells of each invariant how it is held, and names what never comes to bear") {
  const CompiledPolicy policy =
      compiled({{"", "rule R90 \"x\" allow sud to shelter for safe_accommodation needs consent"},
                {"", "refuse F990 \"Never reached\" to stats because agreement"},
                {"", "rule R91 \"x\" allow needs to stats for triage needs consent"}});
  const CheckReport report = check(policy);
  REQUIRE(report.invariants.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    const InvariantReport& invariant = report.invariants[i];
    INFO("invariant " << i + 1);
    CHECK(invariant.number == static_cast<int>(i + 1));
    CHECK_FALSE(invariant.says.empty());
    CHECK((invariant.proved > 0 || !invariant.held_by.empty()));
  }
  CHECK(report.faults == Lines{});
  CHECK(report.compared > 100'000);
  CHECK(report.narrowed > 100'000);
  const auto noted = [&](const std::string& words) {
    return std::any_of(report.notes.begin(), report.notes.end(), [&](const std::string& note) {
      return note.find(words) != std::string::npos;
    });
  };
  CHECK(noted("R90 is shadowed: it lists sud"));
  CHECK(noted("R91 \"x\" is dead"));
  CHECK(noted("F990 \"Never reached\" is dead"));
  CHECK(
      noted("N4 \"An address becomes a district, unless a life or a child is in danger\" is a "
            "safeguard"));
  CHECK(noted("nothing reaches these roles: survivor, coordinator, stats"));
}

TEST_CASE("The matrix shows for each recipient, purpose and ground the most that can go, and why") {
  const auto rows = matrix(national());
  CHECK(rows.size() == 45);
  const MatrixRow& clinic = row(rows, Role::kHealth, Purpose::kHealthCare, Basis::kConsent);
  CHECK(clinic.release[Category::kHealth] == Level::kFull);
  CHECK(clinic.release[Category::kExploitation] == Level::kGeneralised);
  CHECK(clinic.release[Category::kNarrative] == Level::kWithheld);
  CHECK(clinic.inquiry[Category::kDemographics] == Level::kGeneralised);
  CHECK(clinic.from.empty());
  const auto& by = clinic.by[index_of(Category::kExploitation)];
  REQUIRE(by.size() == 1);
  CHECK(national().rule_name(by[0]) == "R5");
  CHECK(clinic.by[index_of(Category::kNarrative)].empty());
  const MatrixRow& border =
      row(rows, Role::kImmigration, Purpose::kStatusApplication, Basis::kConsent);
  CHECK(border.from == std::vector<Role>{Role::kLegal});
}

TEST_CASE("Each cell of the matrix is what the decision gives to a person who consents to all") {
  for (const MatrixRow& at : matrix(national())) {
    Case subject = everyday(at.from.empty() ? Role::kNgoCase : at.from.front(), at.to, at.purpose);
    subject.basis = at.basis;
    set_circumstance(subject, Circumstance::kMinor, at.basis == Basis::kMandatedChild);
    CHECK(decide(national(), subject).levels == at.release);
    subject.stage = Stage::kInquiry;
    CHECK(decide(national(), subject).levels == at.inquiry);
  }
}

TEST_CASE("A title of a policy never becomes part of the page's own markup") {
  const CompiledPolicy policy = compiled(
      {{"\"A landlord learns who moves in, never why\"", "\"<script>alert(1)</script> & more\""}});
  const std::string page = matrix_page(policy, "00");
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more") != std::string::npos);
}

TEST_CASE("A difference is told in the fewest sentences, the wider ones first") {
  const Diff closed = difference({{"allow psych, exploitation, risk up to generalised",
                                   "allow psych, risk up to generalised"}});
  CHECK(told(closed, true) == Lines{});
  CHECK(told(closed, false) == Lines{"to health for health_care stage release: exploitation from "
                                     "generalised to withheld"});
  // One sender's worth: 25 senders, 5 urgencies, 8 sets of circumstances, hops 1 and 2.
  CHECK(closed.narrower_cells == 25u * 5 * 8 * 2);

  const Diff both = difference({{"allow needs, identity, contact, family\n  allow demographics",
                                 "allow needs, contact, family, media\n  allow demographics"}});
  CHECK(told(both, true) == Lines{"to housing for long_term_housing stage release: media from "
                                  "withheld to full"});
  CHECK(told(both, false) == Lines{"to housing for long_term_housing stage release: identity from "
                                   "full to withheld"});
  CHECK(both.changes.front().wider);
}

TEST_CASE("A refusal that is dropped widens, and the difference says for which facts") {
  const Diff opened = difference(
      {{"when reflection and not fresh_consent", "when reflection and not fresh_consent and minor"},
       {"when reflection and not\n    fresh_consent",
        "when reflection and minor and not fresh_consent"}});
  REQUIRE(told(opened, true).size() == 1);
  const std::string says = told(opened, true).front();
  INFO(says);
  CHECK(says.find("no longer refused when not fresh_consent") != std::string::npos);
  CHECK(says.find("when not minor and reflection") != std::string::npos);
  CHECK(told(opened, false) == Lines{});
}

TEST_CASE("One more never-rule narrows where it speaks, and nowhere else") {
  const CompiledPolicy changed = compiled({{"", "never N90 \"x\" forbid perpetrator to shelter"}});
  const Diff found = diff(national(), changed);
  CHECK(told(found, true) == Lines{});
  CHECK(found.narrower_cells > 0);
  for (const Change& change : found.changes) CHECK(change.where.starts_with("to shelter for "));
  CHECK(decide_alike(national(), national()));
  CHECK_FALSE(decide_alike(national(), changed));
}
