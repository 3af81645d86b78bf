#include <charconv>
#include <map>

#include "broker/dashboard/views.h"
#include "broker/dashboard/views_words.h"

namespace safeconduct::dashboard {
namespace {

constexpr int kDaysDefault = 30;
constexpr int kDaysMax = 366;

Result<int> number_in(std::string_view text, int fallback, int min, int max,
                      std::string_view what) {
  if (text.empty()) return fallback;
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || number < min || number > max) {
    return invalid("the parameter `" + std::string(what) + "` is not understood");
  }
  return number;
}

Result<Span> span_of_days(const Scope& scope, const Target& target, Instant now) {
  TRY(count, number_in(target.value("days"), kDaysDefault, 1, kDaysMax, "days"));
  const Instant today = start_of(date_of(now));
  return Span{today - days(count - 1), today + days(1), scope.own};
}

// YYYY-MM; this month when absent.
Result<Span> span_of_month(const Scope& scope, const Target& target, Instant now) {
  Date first = date_of(now);
  const std::string_view text = target.value("month");
  if (!text.empty()) {
    const auto parsed = parse_date(std::string(text) + "-01");
    if (!parsed) return invalid("the parameter `month` is not understood");
    first = *parsed;
  }
  first.day = 1;
  const Date next =
      first.month == 12 ? Date{first.year + 1, 1, 1} : Date{first.year, first.month + 1, 1};
  return Span{start_of(first), start_of(next), scope.own};
}

Json figures_view(const Figures& figures) {
  return {{"sent", figures.sent},
          {"refused", figures.refused},
          {"answered", figures.answered},
          {"accepted", figures.accepted},
          {"declined", figures.declined},
          {"in_time", figures.in_time},
          {"loop_closed", figures.loop_closed},
          {"helped", figures.helped},
          {"unmet", figures.unmet},
          {"to_accept", times_view(figures.to_accept)}};
}

// What others did, so that an agency can compare itself without seeing their referrals.
Json others_view(const Projection& projection, const Span& span) {
  const auto rows = outcomes_of_others(projection, span);
  std::vector<std::vector<std::uint32_t>> cells;
  for (const OutcomeRow& row : rows) cells.emplace_back(row.counts.begin(), row.counts.end());
  const CountTable table = suppressed(cells);
  Json out = {{"columns", Json::array()}, {"rows", Json::array()}, {"totals", Json::array()}};
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    out["columns"].push_back(name(static_cast<Outcome>(i)));
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Json counts = Json::array();
    for (const Count& count : table.cells[r]) counts.push_back(count_view(count));
    out["rows"].push_back({{"purpose", word_of(policies::purpose_from(rows[r].purpose))},
                           {"counts", std::move(counts)},
                           {"total", count_view(table.rows[r])}});
  }
  for (const Count& count : table.columns) out["totals"].push_back(count_view(count));
  out["total"] = count_view(table.all);
  return out;
}

}  // namespace

Result<Json> matrix_view(const Projection& projection, const Scope& scope, const Target& target,
                         Instant now) {
  TRY(span, span_of_days(scope, target, now));
  // Many cells: each a row of numbers, agencies by their place in a list.
  Json agencies = Json::array();
  std::map<AgencyIndex, std::size_t> places;
  const auto place_of = [&](AgencyIndex agency) {
    const auto [at, is_new] = places.try_emplace(agency, agencies.size());
    if (is_new) agencies.push_back(projection.agencies()[agency].id.text());
    return at->second;
  };
  Json cells = Json::array();
  for (const Cell& cell : matrix(projection, span)) {
    Json row = {place_of(cell.from), place_of(cell.to), cell.sent, cell.waiting};
    if (cell.to_answer.count != 0) {
      row.push_back(cell.to_answer.median.ms);
      row.push_back(cell.to_answer.p90.ms);
    }
    cells.push_back(std::move(row));
  }
  return Json{{"since", span.since.ms},
              {"until", span.until.ms},
              {"agencies", std::move(agencies)},
              {"cells", std::move(cells)}};
}

Result<Json> trends_view(const Projection& projection, const Scope& scope, const Target& target,
                         Instant now) {
  TRY(span, span_of_days(scope, target, now));
  Json days_out = Json::array();
  for (const Day& day : days_of(projection, span)) {
    days_out.push_back({{"date", to_text(day.date)},
                        {"opened", day.opened},
                        {"answered", day.answered},
                        {"ended", day.ended},
                        {"unmet", day.unmet}});
  }
  return Json{{"days", std::move(days_out)}, {"answer_bins", answer_bins(projection, span)}};
}

Result<Json> report_view(const Projection& projection, const Scope& scope, const Target& target,
                         Instant now) {
  TRY(span, span_of_month(scope, target, now));
  const Report made = report(projection, span);
  Json purposes = Json::array();
  for (const PurposeFigures& row : made.by_purpose) {
    Json one = figures_view(row.figures);
    one["purpose"] = word_of(policies::purpose_from(row.purpose));
    purposes.push_back(std::move(one));
  }
  Json out = {{"since", span.since.ms},          {"until", span.until.ms},
              {"network", projection.network()}, {"position", projection.size()},
              {"all", figures_view(made.all)},   {"by_purpose", std::move(purposes)}};
  if (scope.own && *scope.own < projection.agencies().size()) {
    out["agency"] = projection.agencies()[*scope.own].id.text();
  }
  if (scope.own) out["others"] = others_view(projection, span);
  return out;
}

}  // namespace safeconduct::dashboard
