// What is counted over a time: who answers whom how fast, days, answer times, the month's report.
// Times are whole milliseconds; the p-th percentile is the smallest value that at least p in a
// hundred do not exceed.
#pragma once

#include "broker/dashboard/projection/lists.h"

namespace safeconduct::dashboard {

// Referrals opened in [since, until) that the reader may count.
struct Span {
  Instant since;
  Instant until;
  std::optional<AgencyIndex> own;
};

struct Times {
  std::uint32_t count = 0;
  Duration median;
  Duration p90;
};
// Reorders `values`.
[[nodiscard]] Times times_of(std::vector<std::int64_t>& values);

struct Cell {
  AgencyIndex from = 0;
  AgencyIndex to = 0;
  std::uint32_t sent = 0;
  std::uint32_t accepted = 0;
  std::uint32_t declined = 0;
  std::uint32_t waiting = 0;
  Times to_answer;
};
// Sender by receiver, in that order; pairs without a referral are not there.
[[nodiscard]] std::vector<Cell> matrix(const Projection& projection, const Span& span);

struct Day {
  Date date;
  std::uint32_t opened = 0;
  std::uint32_t answered = 0;
  std::uint32_t ended = 0;
  std::uint32_t unmet = 0;
};
// Every day (UTC) that the span touches, at most 400.
[[nodiscard]] std::vector<Day> days_of(const Projection& projection, const Span& span);

// Times to answer in bins: within 1 h, 3 h, 24 h, 3 d, 7 d, longer, and not answered yet.
inline constexpr std::size_t kAnswerBins = 7;
[[nodiscard]] std::array<std::uint32_t, kAnswerBins> answer_bins(const Projection& projection,
                                                                 const Span& span);

// The monthly report. Each figure's definition stands in web/text/*.json under its name.
struct Figures {
  std::uint32_t sent = 0;      // admitted referrals
  std::uint32_t refused = 0;   // by policy or consent, at submission
  std::uint32_t answered = 0;  // accepted, declined or offered a place
  std::uint32_t accepted = 0;
  std::uint32_t declined = 0;
  std::uint32_t in_time = 0;      // answered before the limit of its urgency
  std::uint32_t loop_closed = 0;  // the sender knows how it ended
  std::uint32_t helped = 0;       // the service was done
  std::uint32_t unmet = 0;        // needs nobody met
  Times to_accept;
};
struct PurposeFigures {
  std::uint8_t purpose = 0;
  Figures figures;
};
struct Report {
  Figures all;
  std::vector<PurposeFigures> by_purpose;  // ascending, only those with anything
};
// How referrals stand, so that the columns of a purpose add up to what was sent.
enum class Outcome : std::uint8_t {
  kHelped = 0,
  kNotHelped = 1,
  kDeclined = 2,
  kTakenBack = 3,  // withdrawn by the person or recalled by the sender
  kNotReached = 4,
  kOpen = 5,
};
inline constexpr std::size_t kOutcomes = 6;
// `helped`, `not_helped`, `declined`, `taken_back`, `not_reached`, `open`.
[[nodiscard]] std::string_view name(Outcome outcome);
struct OutcomeRow {
  std::uint8_t purpose = 0;
  std::array<std::uint32_t, kOutcomes> counts{};
};
// Admitted referrals in the span's time that are NOT from or to the span's own agency.
[[nodiscard]] std::vector<OutcomeRow> outcomes_of_others(const Projection& projection,
                                                         const Span& span);

[[nodiscard]] Report report(const Projection& projection, const Span& span);

}  // namespace safeconduct::dashboard
