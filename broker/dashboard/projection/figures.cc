#include "broker/dashboard/projection/figures.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kDaysMax = 400;

bool counts(const Span& span, const ReferralRow& row) {
  return row.state != State::kAnnounced && row.opened >= span.since && row.opened < span.until &&
         (!span.own || row.from == *span.own || row.to == *span.own);
}

std::int64_t percentile(std::vector<std::int64_t>& values, std::size_t percent) {
  const std::size_t rank = (values.size() * percent + 99) / 100;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The sender knows how it ended: an outcome, an answer that ends it, or its own word.
bool loop_is_closed(const ReferralRow& row) {
  switch (row.state) {
    case State::kDone:
    case State::kNotDone:
    case State::kDeclined:
    case State::kWithdrawn:
    case State::kRecalled:
    case State::kRedirected:
    case State::kClosed:
      return true;
    case State::kAnnounced:
    case State::kInquiry:
    case State::kOffered:
    case State::kConsentPending:
    case State::kSent:
    case State::kReceived:
    case State::kAccepted:
    case State::kScheduled:
    case State::kActive:
    case State::kWaiting:
    case State::kNoShow:
    case State::kExpired:
    case State::kRefused:
    case State::kUndeliverable:
      return false;
  }
  return false;
}

Outcome outcome_of(const ReferralRow& row) {
  if (row.helped) return Outcome::kHelped;
  switch (row.state) {
    case State::kDone:
      return Outcome::kHelped;
    case State::kNotDone:
      return Outcome::kNotHelped;
    case State::kDeclined:
      return Outcome::kDeclined;
    case State::kWithdrawn:
    case State::kRecalled:
      return Outcome::kTakenBack;
    case State::kExpired:
    case State::kUndeliverable:
    case State::kRefused:
      return Outcome::kNotReached;
    case State::kClosed:
    case State::kRedirected:
      return Outcome::kNotHelped;
    case State::kAnnounced:
    case State::kInquiry:
    case State::kOffered:
    case State::kConsentPending:
    case State::kSent:
    case State::kReceived:
    case State::kAccepted:
    case State::kScheduled:
    case State::kActive:
    case State::kWaiting:
    case State::kNoShow:
      return Outcome::kOpen;
  }
  return Outcome::kOpen;
}

void add(Figures& figures, std::vector<std::int64_t>& accept_times, const ReferralRow& row) {
  if (row.state == State::kRefused) {
    ++figures.refused;
    return;
  }
  ++figures.sent;
  if (row.answered.ms != 0) {
    ++figures.answered;
    if (row.answered - row.opened <= wire::answer_limit(row.urgency)) ++figures.in_time;
  }
  if (row.accepted.ms != 0) {
    ++figures.accepted;
    accept_times.push_back((row.accepted - row.opened).ms);
  }
  if (row.state == State::kDeclined) ++figures.declined;
  if (loop_is_closed(row)) ++figures.loop_closed;
  if (row.helped) ++figures.helped;
}

}  // namespace

Times times_of(std::vector<std::int64_t>& values) {
  Times times;
  times.count = static_cast<std::uint32_t>(values.size());
  if (values.empty()) return times;
  times.median = {percentile(values, 50)};
  times.p90 = {percentile(values, 90)};
  return times;
}

std::vector<Cell> matrix(const Projection& projection, const Span& span) {
  struct Gathered {
    Cell cell;
    std::vector<std::int64_t> times;
  };
  std::map<std::pair<AgencyIndex, AgencyIndex>, Gathered> cells;
  for (const ReferralRow& row : projection.referrals()) {
    if (!counts(span, row) || row.state == State::kRefused) continue;
    Gathered& at = cells[{row.from, row.to}];
    ++at.cell.sent;
    if (row.accepted.ms != 0) ++at.cell.accepted;
    if (row.state == State::kDeclined) ++at.cell.declined;
    if (awaits_answer(row.state)) ++at.cell.waiting;
    if (row.answered.ms != 0) at.times.push_back((row.answered - row.opened).ms);
  }
  std::vector<Cell> out;
  for (auto& [pair, gathered] : cells) {
    gathered.cell.from = pair.first;
    gathered.cell.to = pair.second;
    gathered.cell.to_answer = times_of(gathered.times);
    out.push_back(gathered.cell);
  }
  return out;
}

std::vector<Day> days_of(const Projection& projection, const Span& span) {
  std::vector<Day> out;
  const Instant first = start_of(date_of(span.since));
  for (Instant at = first; at < span.until && out.size() < kDaysMax; at = at + days(1)) {
    out.push_back({.date = date_of(at)});
  }
  const auto day = [&](Instant at) -> Day* {
    if (at < first) return nullptr;
    const auto index = static_cast<std::size_t>((at - first).ms / days(1).ms);
    return index < out.size() ? &out[index] : nullptr;
  };
  for (const ReferralRow& row : projection.referrals()) {
    if (row.state == State::kRefused || row.state == State::kAnnounced) continue;
    if (span.own && row.from != *span.own && row.to != *span.own) continue;
    if (Day* opened = day(row.opened)) ++opened->opened;
    if (Day* answered = row.answered.ms == 0 ? nullptr : day(row.answered)) ++answered->answered;
    if (Day* ended = row.ended.ms == 0 ? nullptr : day(row.ended)) ++ended->ended;
  }
  for (const UnmetRow& row : projection.unmet()) {
    if (span.own && row.by != *span.own) continue;
    if (Day* at = day(row.at)) ++at->unmet;
  }
  return out;
}

std::array<std::uint32_t, kAnswerBins> answer_bins(const Projection& projection, const Span& span) {
  static constexpr std::array<Duration, kAnswerBins - 2> kUpTo = {hours(1), hours(3), hours(24),
                                                                  days(3), days(7)};
  std::array<std::uint32_t, kAnswerBins> bins{};
  for (const ReferralRow& row : projection.referrals()) {
    if (!counts(span, row) || row.state == State::kRefused) continue;
    if (row.answered.ms == 0) {
      if (awaits_answer(row.state)) ++bins[kAnswerBins - 1];
      continue;
    }
    const auto at = std::lower_bound(kUpTo.begin(), kUpTo.end(), row.answered - row.opened);
    ++bins[static_cast<std::size_t>(at - kUpTo.begin())];
  }
  return bins;
}

std::string_view name(Outcome outcome) {
  static constexpr std::array<std::string_view, kOutcomes> kNames = {
      "helped", "not_helped", "declined", "taken_back", "not_reached", "open"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::vector<OutcomeRow> outcomes_of_others(const Projection& projection, const Span& span) {
  std::map<std::uint8_t, OutcomeRow> rows;
  for (const ReferralRow& row : projection.referrals()) {
    if (row.opened < span.since || row.opened >= span.until) continue;
    if (span.own && (row.from == *span.own || row.to == *span.own)) continue;
    if (row.state == State::kRefused || row.state == State::kAnnounced) continue;
    ++rows[row.purpose].counts[static_cast<std::size_t>(outcome_of(row))];
  }
  std::vector<OutcomeRow> out;
  for (auto& [purpose, row] : rows) {
    row.purpose = purpose;
    out.push_back(row);
  }
  return out;
}

Report report(const Projection& projection, const Span& span) {
  struct Gathered {
    Figures figures;
    std::vector<std::int64_t> times;
  };
  Gathered all;
  std::map<std::uint8_t, Gathered> by_purpose;
  for (const ReferralRow& row : projection.referrals()) {
    if (!counts(span, row)) continue;
    add(all.figures, all.times, row);
    Gathered& of = by_purpose[row.purpose];
    add(of.figures, of.times, row);
  }
  for (const UnmetRow& row : projection.unmet()) {
    if (row.at < span.since || row.at >= span.until || (span.own && row.by != *span.own)) continue;
    ++all.figures.unmet;
    ++by_purpose[row.purpose].figures.unmet;
  }
  Report out;
  out.all = all.figures;
  out.all.to_accept = times_of(all.times);
  for (auto& [purpose, gathered] : by_purpose) {
    gathered.figures.to_accept = times_of(gathered.times);
    out.by_purpose.push_back({purpose, gathered.figures});
  }
  return out;
}

}  // namespace safeconduct::dashboard
