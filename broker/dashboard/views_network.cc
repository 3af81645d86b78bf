#include <algorithm>

#include "broker/dashboard/views.h"
#include "broker/dashboard/views_words.h"

namespace safeconduct::dashboard {
namespace {

constexpr Duration kConsentSoon = days(7);
constexpr Duration kUnmetWindow = days(30);
constexpr std::size_t kRowsMax = 500;

std::string_view name(wire::Openness openness) {
  switch (openness) {
    case wire::Openness::kOpen:
      return "open";
    case wire::Openness::kWaitlist:
      return "waitlist";
    case wire::Openness::kFull:
      return "full";
    case wire::Openness::kClosed:
      return "closed";
  }
  return "closed";
}

Json agency_view(const AgencyRow& row, const Waiting& waiting) {
  Json out = {{"id", row.id.text()},
              {"roles", row.roles},
              {"standing", wire::name(row.standing)},
              {"agreement_until", to_text(row.agreement.until)},
              {"training_until", to_text(row.training.until)},
              {"waiting", waiting.unanswered},
              {"queue", waiting.undelivered},
              {"overdue", waiting.overdue}};
  if (row.last_seen.ms != 0) out["last_seen"] = row.last_seen.ms;
  if (row.card_accepted_until.ms != 0) {
    out["key_renewal"] = row.card_published_until.ms;
    out["key_until"] = row.card_accepted_until.ms;
  }
  if (waiting.oldest.ms != 0) out["oldest"] = waiting.oldest.ms;
  return out;
}

bool is_mine(const Scope& scope, const ReferralRow& row) {
  return !scope.own || row.from == *scope.own || row.to == *scope.own;
}

struct UnmetKey {
  std::uint8_t purpose = 0;
  std::string district;
  friend auto operator<=>(const UnmetKey&, const UnmetKey&) = default;
};

Json unmet_view(const Projection& projection, const Scope& scope, Instant now) {
  std::map<UnmetKey, std::array<std::uint32_t, 4>> counts;
  std::map<UnmetKey, std::uint32_t> own;
  for (const UnmetRow& row : projection.unmet()) {
    if (row.at < now - kUnmetWindow) continue;
    const UnmetKey key{row.purpose, row.district};
    ++counts[key][0];
    ++counts[key][static_cast<std::size_t>(row.reason)];
    if (scope.own && row.by == *scope.own) ++own[key];
  }
  Json out = Json::array();
  for (const auto& [key, of] : counts) {
    Json one = {{"purpose", word_of(policies::purpose_from(key.purpose))},
                {"district", key.district}};
    // A need is counted without its person; an agency learns others' only when they are many.
    const Count all = scope.own ? suppressed(of[0], own[key]) : Count{of[0], true};
    one["count"] = count_view(all);
    if (!scope.own) {
      one["no_capacity"] = of[1];
      one["no_service"] = of[2];
      one["no_answer"] = of[3];
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Json agencies_view(const Projection& projection, const Feed& feed, const Scope& scope,
                   Instant now) {
  const auto waiting = waiting_by_agency(projection, now);
  Json out = Json::array();
  for (std::size_t i = 0; i < projection.agencies().size(); ++i) {
    const AgencyRow& row = projection.agencies()[i];
    const bool is_agency = row.listed && row.roles != std::vector<std::string>{"coordinator"};
    if (!is_agency || (scope.own && *scope.own != i)) continue;
    Json one = agency_view(row, waiting[i]);
    const auto software = feed.software->find(row.id);
    if (software != feed.software->end()) one["software"] = software->second;
    out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(), [](const Json& a, const Json& b) { return a["id"] < b["id"]; });
  return Json{{"agencies", std::move(out)}};
}

Json capacity_view(const Projection& projection, const Scope& scope, Instant now) {
  Json services = Json::array();
  for (const AgencyRow& row : projection.agencies()) {
    for (const wire::ServiceCapacity& service : row.capacity) {
      services.push_back({{"agency", row.id.text()},
                          {"purpose", word_of(policies::purpose_from(service.purpose))},
                          {"district", service.district},
                          {"openness", name(service.openness)},
                          {"places", service.places},
                          {"waiting", service.waiting},
                          {"at", row.capacity_at.ms}});
    }
  }
  return Json{{"services", std::move(services)}, {"unmet", unmet_view(projection, scope, now)}};
}

Json duties_view(const Projection& projection, const Scope& scope, Instant now) {
  Json consents = Json::array();
  for (const ReferralRow& row : projection.referrals()) {
    const bool soon = row.consent_until.ms != 0 && row.consent_until < now + kConsentSoon;
    if (!soon || is_final(row.state) || !is_mine(scope, row)) continue;
    Json one = row_view(projection, row, now);
    one["until"] = row.consent_until.ms;
    consents.push_back(std::move(one));
    if (consents.size() >= kRowsMax) break;
  }
  Json deletions = Json::array();
  for (const auto& [index, due] : projection.deletions()) {
    const ReferralRow& row = projection.referrals()[index];
    if (!is_mine(scope, row)) continue;
    Json one = row_view(projection, row, now);
    one["until"] = due.ms;
    one["late"] = due < now;
    deletions.push_back(std::move(one));
    if (deletions.size() >= kRowsMax) break;
  }
  const auto sooner = [](const Json& a, const Json& b) { return a["until"] < b["until"]; };
  std::sort(consents.begin(), consents.end(), sooner);
  std::sort(deletions.begin(), deletions.end(), sooner);
  return Json{{"consents", std::move(consents)}, {"deletions", std::move(deletions)}};
}

Json exceptions_view(const Projection& projection, const Scope& scope, Instant now) {
  Json out = Json::array();
  for (auto at = projection.reviews().rbegin(); at != projection.reviews().rend(); ++at) {
    const ReviewRow& review = at->second;
    const ReferralRow& row = projection.referrals()[review.referral];
    if (!is_mine(scope, row)) continue;
    Json one = row_view(projection, row, now);
    one["position"] = review.position;
    one["at"] = review.at.ms;
    one["event"] = name(review.kind);
    if (review.due.ms != 0) one["until"] = review.due.ms;
    if (!review.acknowledged_by.empty()) {
      one["acknowledged_by"] = review.acknowledged_by;
      one["acknowledged_at"] = review.acknowledged_at.ms;
    }
    out.push_back(std::move(one));
    if (out.size() >= kRowsMax) break;
  }
  return Json{{"exceptions", std::move(out)}};
}

Json integrity_view(const Projection& projection, const Feed& feed, const std::string& log_key,
                    Instant now) {
  Json witnesses = Json::array();
  Json out = {{"feed", feed_view(feed, now)},
              {"network", projection.network()},
              {"checkpoint", feed.note},
              {"checkpoint_at", feed.checkpoint_at.ms},
              {"size", feed.head_size},
              {"root", to_base64(feed.head_root)},
              {"verified", feed.read},
              {"last_entry_at", projection.last_at().ms},
              {"log_key", log_key}};
  if (feed.watched) {
    for (const WitnessWord& one : feed.watched->witnesses) {
      witnesses.push_back(
          {{"name", one.witness}, {"word", name(one.word)}, {"size", one.size}, {"at", one.at.ms}});
    }
    out["policy"] = feed.watched->policy;
    out["enough"] = feed.watched->enough;
  }
  out["witnesses"] = std::move(witnesses);
  return out;
}

}  // namespace safeconduct::dashboard
