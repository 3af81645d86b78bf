#include <charconv>

#include "broker/dashboard/views.h"
#include "broker/dashboard/views_words.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kPageRows = 50;
constexpr std::size_t kExportRowsMax = 100'000;

Error bad_parameter(std::string_view name) {
  return invalid("the parameter `" + std::string(name) + "` is not understood");
}

// One parameter of a filter: absent is no filter, anything unknown is an error.
class FilterReader {
 public:
  FilterReader(const Projection& projection, const Target& target)
      : projection_(projection), target_(target) {}

  void agency(std::string_view name, std::optional<AgencyIndex>& out) {
    const std::string_view text = target_.value(name);
    if (text.empty()) return;
    out = projection_.agency(text);
    if (!out) fail(name);
  }
  template <class Find, class Out>
  void word(std::string_view name, Find find, Out& out) {
    const std::string_view text = target_.value(name);
    if (text.empty()) return;
    if (const auto found = find(text)) {
      out = static_cast<Out>(*found);
    } else {
      fail(name);
    }
  }
  template <class Find, class Out>
  void optional_word(std::string_view name, Find find, std::optional<Out>& out) {
    const std::string_view text = target_.value(name);
    if (text.empty()) return;
    out = find(text);
    if (!out) fail(name);
  }
  void day(std::string_view name, Duration after, Instant& out) {
    const std::string_view text = target_.value(name);
    if (text.empty()) return;
    const auto date = parse_date(text);
    if (!date) return fail(name);
    out = start_of(*date) + after;
  }
  void id(std::string_view name, std::string& out) {
    const std::string_view text = target_.value(name);
    const bool hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!hex || text.size() > 32) return fail(name);
    out = text;
  }
  [[nodiscard]] Status status() const { return wrong_.empty() ? Status{} : bad_parameter(wrong_); }

 private:
  void fail(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const Projection& projection_;
  const Target& target_;
  std::string wrong_;
};

Result<Filter> filter_of(const Projection& projection, const Scope& scope, const Target& target) {
  Filter filter;
  filter.own = scope.own;
  FilterReader read(projection, target);
  read.optional_word("tile", tile_named, filter.tile);
  read.optional_word("state", state_named, filter.state);
  read.agency("from", filter.from);
  read.agency("to", filter.to);
  read.agency("agency", filter.agency);
  read.word("purpose", policies::purpose_named, filter.purpose);
  read.word("urgency", policies::urgency_named, filter.urgency);
  read.word("basis", policies::basis_named, filter.basis);
  read.day("since", {}, filter.since);
  read.day("until", days(1), filter.until);
  read.id("id", filter.id);
  TRY_OK(read.status());
  return filter;
}

Result<Order> order_of(const Target& target) {
  const std::string_view text = target.value("order");
  if (text.empty() || text == "due") return Order::kDue;
  if (text == "changed") return Order::kChanged;
  if (text == "opened") return Order::kOpened;
  return bad_parameter("order");
}

Result<std::size_t> page_of(const Target& target) {
  const std::string_view text = target.value("page");
  if (text.empty()) return std::size_t{1};
  std::size_t page = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), page);
  if (error != std::errc() || stop != text.data() + text.size() || page < 1 || page > 1'000'000) {
    return bad_parameter("page");
  }
  return page;
}

}  // namespace

Json row_view(const Projection& projection, const ReferralRow& row, Instant now) {
  Json out = {{"id", row.id.text()},
              {"from", projection.agencies()[row.from].id.text()},
              {"to", projection.agencies()[row.to].id.text()},
              {"state", name(row.state)},
              {"purpose", word_of(policies::purpose_from(row.purpose))},
              {"urgency", word_of(policies::urgency_from(row.urgency))},
              {"basis", word_of(policies::basis_from(row.basis))},
              {"hop", row.hop},
              {"opened", row.opened.ms},
              {"changed", row.changed.ms}};
  if (row.due.ms != 0) out["due"] = row.due.ms;
  if (is_in(Tile::kOverdue, row, now)) out["overdue"] = true;
  if (row.escalated) out["escalated"] = true;
  if (row.delivered) out["delivered"] = true;
  if (row.answered.ms != 0) out["answered"] = row.answered.ms;
  if (row.reason != wire::DeclineReason::kNone) out["reason"] = wire::name(row.reason);
  return out;
}

Scope scope_of(const Projection& projection, const Visitor& visitor) {
  if (sees_all(visitor.role)) return {true, std::nullopt};
  if (visitor.role == Role::kWallScreen) return {false, std::nullopt};
  // An agency that the ledger does not know yet has no referrals.
  const auto own = projection.agency(visitor.agency.text());
  return {true, own ? *own : AgencyIndex{UINT16_MAX}};
}

Json feed_view(const Feed& feed, Instant now) {
  // Heartbeats come every minute: who hears none for three is not up to date.
  const bool stale = feed.link == Link::kLive && now - feed.heard > minutes(3);
  Json out = {{"link", stale ? "stale" : name(feed.link)},
              {"since", feed.since.ms},
              {"heard", feed.heard.ms},
              {"read", feed.read},
              {"head", feed.head_size}};
  if (!feed.why.empty()) out["why"] = feed.why;
  return out;
}

Json tiles_view(const Projection& projection, const Scope& scope, Instant now) {
  const AllTiles tiles = count_tiles(projection, now);
  const TileCounts none;
  const TileCounts& counts = !scope.own                      ? tiles.network
                             : *scope.own < tiles.own.size() ? tiles.own[*scope.own]
                                                             : none;
  Json out = Json::object();
  for (const Tile tile : kAllTiles) {
    const Count count = scope.rows ? Count{counts[tile], true} : suppressed(counts[tile]);
    out[std::string(name(tile))] = count_view(count);
  }
  return out;
}

Result<Json> list_view(const Projection& projection, const Scope& scope, const Target& target,
                       Instant now) {
  TRY(filter, filter_of(projection, scope, target));
  TRY(order, order_of(target));
  TRY(page_number, page_of(target));
  const Page page = list(projection, filter, order, (page_number - 1) * kPageRows, kPageRows, now);
  Json rows = Json::array();
  for (const RowIndex row : page.rows) {
    rows.push_back(row_view(projection, projection.referrals()[row], now));
  }
  return Json{{"total", page.total},
              {"page", page_number},
              {"pages", (page.total + kPageRows - 1) / kPageRows},
              {"rows", std::move(rows)}};
}

Result<std::string> list_csv(const Projection& projection, const Scope& scope, const Target& target,
                             Instant now) {
  TRY(filter, filter_of(projection, scope, target));
  TRY(order, order_of(target));
  const Page page = list(projection, filter, order, 0, kExportRowsMax, now);
  std::string out = "referral,from,to,state,purpose,urgency,basis,opened,due,overdue,answered\r\n";
  for (const RowIndex index : page.rows) {
    const ReferralRow& row = projection.referrals()[index];
    const auto when = [](Instant at) { return at.ms == 0 ? std::string() : to_rfc3339(at); };
    for (const std::string& cell :
         {row.id.text(), projection.agencies()[row.from].id.text(),
          projection.agencies()[row.to].id.text(), std::string(name(row.state)),
          std::string(word_of(policies::purpose_from(row.purpose))),
          std::string(word_of(policies::urgency_from(row.urgency))),
          std::string(word_of(policies::basis_from(row.basis))), when(row.opened), when(row.due),
          std::string(is_in(Tile::kOverdue, row, now) ? "yes" : "no")}) {
      out += cell + ",";
    }
    out += when(row.answered) + "\r\n";
  }
  return out;
}

Result<Json> referral_view(const Projection& projection, const Feed& feed, const Scope& scope,
                           std::string_view id, Instant now) {
  const Error nothing = not_found("there is no such referral, or it is not yours to see");
  const auto parsed = ReferralId::parse(id);
  if (!parsed || !scope.rows) return nothing;
  const RowIndex index = projection.find(*parsed);
  if (index == kNoRow) return nothing;
  const ReferralRow& row = projection.referrals()[index];
  if (scope.own && row.from != *scope.own && row.to != *scope.own) return nothing;
  Json out = row_view(projection, row, now);
  if (!row.parent.is_zero() && !scope.own) out["parent"] = row.parent.text();
  if (row.consent_until.ms != 0) out["consent_until"] = row.consent_until.ms;
  Json events = Json::array();
  for (const EventRow& event : projection.timeline(index)) {
    Json one = {{"position", event.position},
                {"at", event.at.ms},
                {"event", name(event.kind)},
                {"proof", event.position < feed.read ? "verified" : "reading"}};
    if (event.state != 0) one["state"] = name(static_cast<State>(event.state));
    if (event.reason != wire::DeclineReason::kNone) one["reason"] = wire::name(event.reason);
    if (event.due.ms != 0) one["due"] = event.due.ms;
    events.push_back(std::move(one));
  }
  out["events"] = std::move(events);
  out["verified"] = feed.read;
  return out;
}

}  // namespace safeconduct::dashboard
