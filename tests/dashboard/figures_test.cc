#include <catch2/catch.hpp>

#include <functional>

#include "broker/dashboard/projection/figures.h"
#include "tests/dashboard/ledger_facts.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;
using namespace safeconduct::dashboard_tests;

namespace {

const Span kAll{{0}, kMorning + days(100), {}};

// Ten referrals, answered after 1, 2, … 10 hours.
Story ten_answered() {
  Story story;
  for (std::uint32_t n = 1; n <= 10; ++n) {
    story.now = kMorning;
    story.sent(n);
    story.now = kMorning + hours(n);
    story.moved(n, n == 10 ? State::kDeclined : State::kAccepted);
  }
  return story;
}

}  // namespace

TEST_CASE("Percentiles are values that occurred") {
  std::vector<std::int64_t> values = {9, 1, 8, 2, 7, 3, 6, 4, 5, 10};
  const Times times = times_of(values);
  CHECK(times.count == 10);
  CHECK(times.median.ms == 5);
  CHECK(times.p90.ms == 9);
  std::vector<std::int64_t> one = {42};
  CHECK(times_of(one).p90.ms == 42);
  std::vector<std::int64_t> none;
  CHECK(times_of(none).count == 0);
}

TEST_CASE("The matrix counts who sent to whom and how fast the answer came") {
  const Story story = ten_answered();
  const auto cells = matrix(story.projection, kAll);
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].sent == 10);
  CHECK(cells[0].accepted == 9);
  CHECK(cells[0].declined == 1);
  CHECK(cells[0].to_answer.median == hours(5));
  CHECK(cells[0].to_answer.p90 == hours(9));
  CHECK(matrix(story.projection, {kMorning + hours(1), kMorning + days(1), {}}).empty());
}

TEST_CASE("The monthly report counts as its definitions say") {
  Story story = ten_answered();
  story.now = kMorning + hours(20);
  story.moved(1, State::kDone);
  story.moved(2, State::kNotDone);
  story.sent(11);                                           // waits
  story.happens(12, EventKind::kRefused, State::kRefused);  // reached nobody
  story.entry(UnmetNeedFact{{Story::agency("bridge"), 2, 2, "north", {}, kMorning}});
  const Report made = report(story.projection, kAll);
  CHECK(made.all.sent == 11);
  CHECK(made.all.refused == 1);
  CHECK(made.all.answered == 10);
  CHECK(made.all.accepted == 9);
  CHECK(made.all.declined == 1);
  CHECK(made.all.in_time == 3);      // tonight: within three hours
  CHECK(made.all.loop_closed == 3);  // done, not done, declined
  CHECK(made.all.helped == 1);
  CHECK(made.all.unmet == 1);
  CHECK(made.all.to_accept.median == hours(5));
  REQUIRE(made.by_purpose.size() == 1);
  CHECK(made.by_purpose[0].figures.sent == 11);
}

TEST_CASE("Days and answer times add up to what happened") {
  const Story story = ten_answered();
  const Span span{start_of(date_of(kMorning)), start_of(date_of(kMorning)) + days(2), {}};
  const auto days_seen = days_of(story.projection, span);
  REQUIRE(days_seen.size() == 2);
  CHECK(days_seen[0].opened == 10);
  CHECK(days_seen[0].answered + days_seen[1].answered == 10);
  const auto bins = answer_bins(story.projection, kAll);
  CHECK(bins[0] == 1);  // within the hour
  CHECK(bins[1] == 2);
  CHECK(bins[2] == 7);
  std::uint32_t sum = 0;
  for (const auto n : bins) sum += n;
  CHECK(sum == 10);
}

TEST_CASE("What others did leaves an agency's own referrals out") {
  Story story = ten_answered();
  story.now = kMorning;
  story.sent(20, [](ReferralFact& fact) {
    fact.from = Story::agency("metro");
    fact.to = Story::agency("lex");
  });
  Span span = kAll;
  span.own = story.projection.agency("haven");
  const auto rows = outcomes_of_others(story.projection, span);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].counts[static_cast<std::size_t>(Outcome::kOpen)] == 1);
}
