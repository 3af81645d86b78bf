#include "broker/dashboard/projection/lists.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

// Referrals that wait for nobody come after those that do.
std::int64_t due_or_never(const ReferralRow& row) {
  return row.due.ms == 0 ? INT64_MAX : row.due.ms;
}

bool comes_first(Order order, const ReferralRow& a, const ReferralRow& b) {
  switch (order) {
    case Order::kDue:
      if (due_or_never(a) != due_or_never(b)) return due_or_never(a) < due_or_never(b);
      break;
    case Order::kChanged:
      break;
    case Order::kOpened:
      if (a.opened != b.opened) return a.opened > b.opened;
      break;
  }
  if (a.changed != b.changed) return a.changed > b.changed;
  return a.id < b.id;
}

bool id_begins(const ReferralId& id, std::string_view digits) {
  return id.text().starts_with(digits);
}

}  // namespace

bool is_in(Tile tile, const ReferralRow& row, Instant now) {
  switch (tile) {
    case Tile::kAwaiting:
      return awaits_answer(row.state);
    case Tile::kOverdue:
      return awaits_answer(row.state) && row.due.ms != 0 && row.due < now;
    case Tile::kDeclined:
      return row.state == State::kDeclined;
    case Tile::kUndeliverable:
      return row.state == State::kUndeliverable || row.state == State::kExpired;
    case Tile::kEscalated:
      return row.escalated && !is_final(row.state);
    case Tile::kClosedThisWeek:
      return row.ended.ms != 0 && row.ended > now - kTileWeek && row.state != State::kRefused;
  }
  return false;
}

AllTiles count_tiles(const Projection& projection, Instant now) {
  AllTiles tiles;
  tiles.own.resize(projection.agencies().size());
  for (const ReferralRow& row : projection.referrals()) {
    for (const Tile tile : kAllTiles) {
      if (!is_in(tile, row, now)) continue;
      const auto at = static_cast<std::size_t>(tile);
      ++tiles.network.of[at];
      ++tiles.own[row.from].of[at];
      if (row.to != row.from) ++tiles.own[row.to].of[at];
    }
  }
  return tiles;
}

bool passes(const Filter& filter, const ReferralRow& row, Instant now) {
  const auto touches = [&](AgencyIndex agency) { return row.from == agency || row.to == agency; };
  if (row.state == State::kAnnounced) return false;
  if (filter.own && !touches(*filter.own)) return false;
  if (filter.state && row.state != *filter.state) return false;
  if (filter.tile && !is_in(*filter.tile, row, now)) return false;
  if (filter.from && row.from != *filter.from) return false;
  if (filter.to && row.to != *filter.to) return false;
  if (filter.agency && !touches(*filter.agency)) return false;
  if (filter.purpose != 0 && row.purpose != filter.purpose) return false;
  if (filter.urgency != 0 && row.urgency != filter.urgency) return false;
  if (filter.basis != 0 && row.basis != filter.basis) return false;
  if (filter.since.ms != 0 && row.opened < filter.since) return false;
  if (filter.until.ms != 0 && row.opened >= filter.until) return false;
  return filter.id.empty() || id_begins(row.id, filter.id);
}

Page list(const Projection& projection, const Filter& filter, Order order, std::size_t offset,
          std::size_t count, Instant now) {
  const std::vector<ReferralRow>& rows = projection.referrals();
  Page page;
  for (RowIndex i = 0; i < rows.size(); ++i) {
    if (passes(filter, rows[i], now)) page.rows.push_back(i);
  }
  page.total = page.rows.size();
  const std::size_t end = std::min(page.total, offset + count);
  const auto before = [&](RowIndex a, RowIndex b) { return comes_first(order, rows[a], rows[b]); };
  std::partial_sort(page.rows.begin(), page.rows.begin() + static_cast<std::ptrdiff_t>(end),
                    page.rows.end(), before);
  page.rows.resize(end);
  page.rows.erase(page.rows.begin(),
                  page.rows.begin() + static_cast<std::ptrdiff_t>(std::min(offset, end)));
  return page;
}

std::vector<Waiting> waiting_by_agency(const Projection& projection, Instant now) {
  std::vector<Waiting> out(projection.agencies().size());
  for (const ReferralRow& row : projection.referrals()) {
    if (!awaits_answer(row.state)) continue;
    Waiting& waiting = out[row.to];
    ++waiting.unanswered;
    if (row.state == State::kSent && !row.delivered) ++waiting.undelivered;
    if (is_in(Tile::kOverdue, row, now)) ++waiting.overdue;
    if (waiting.oldest.ms == 0 || row.opened < waiting.oldest) waiting.oldest = row.opened;
  }
  return out;
}

}  // namespace safeconduct::dashboard
