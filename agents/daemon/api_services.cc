#include "agents/daemon/api_services.h"

#include <algorithm>
#include <array>

#include "agents/services/codes.h"
#include "agents/services/hsds.h"
#include "schemas/base/suggest.h"

namespace safeconduct::agent {
namespace {

constexpr std::array<std::string_view, 4> kOpenness = {"open", "waitlist", "full", "closed"};
constexpr std::array<std::string_view, 3> kGenders = {"woman", "man", "other"};
constexpr std::size_t kHitsMax = 200;

Status only(const Json& body, std::span<const std::string_view> known) {
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return invalid("the body has a key that is not known here" + did_you_mean(key, known));
    }
  }
  return {};
}

// Empty when it is absent.
Result<std::string> text_in(const Json& body, const char* key) {
  const auto at = body.find(key);
  if (at == body.end()) return std::string();
  if (!at->is_string()) return invalid("`" + std::string(key) + "` must be text");
  return at->get<std::string>();
}

Result<std::vector<std::string>> texts_in(const Json& body, const char* key) {
  std::vector<std::string> out;
  const auto at = body.find(key);
  if (at == body.end()) return out;
  if (!at->is_array()) return invalid("`" + std::string(key) + "` must be a list of words");
  for (const Json& one : *at) {
    if (!one.is_string()) return invalid("`" + std::string(key) + "` must be a list of words");
    out.push_back(one.get<std::string>());
  }
  return out;
}

Result<std::uint16_t> number_in(const Json& body, const char* key, std::uint16_t max) {
  const auto at = body.find(key);
  if (at == body.end()) return std::uint16_t{0};
  if (!at->is_number_integer() || *at < 0 || *at > max) {
    return invalid("`" + std::string(key) + "` must be a whole number, 0 to " +
                   std::to_string(max));
  }
  return at->get<std::uint16_t>();
}

Result<bool> flag_in(const Json& body, const char* key) {
  const auto at = body.find(key);
  if (at == body.end()) return false;
  if (!at->is_boolean()) return invalid("`" + std::string(key) + "` must be true or false");
  return at->get<bool>();
}

// Position in the list. Errors: kInvalid with the nearest word.
Result<std::size_t> choice(const char* key, const std::string& word,
                           std::span<const std::string_view> words) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) {
    std::string all;
    for (const auto one : words) all += (all.empty() ? "" : ", ") + std::string(one);
    return invalid("`" + std::string(key) + "` must be one of " + all + did_you_mean(word, words));
  }
  return static_cast<std::size_t>(at - words.begin());
}

Result<std::string> district_in(const Json& body) {
  TRY(district, text_in(body, "district"));
  if (!wire::is_district(district)) {
    return invalid("`district` must be at most 32 of a-z, 0-9 and -, such as north-quay");
  }
  return district;
}

Result<policies::Purpose> purpose_named(const std::string& word) {
  const auto purpose = policies::purpose_named(word);
  if (!purpose) {
    return invalid("`purpose` is no purpose" + did_you_mean(word, policies::purpose_names()));
  }
  return *purpose;
}

Json word_list(const std::vector<std::string_view>& words) {
  Json out = Json::array();
  for (const auto word : words) out.push_back(word);
  return out;
}

Json to_json(const wire::ServiceOffer& offer) {
  Json out = Json::object();
  if (const auto purpose = policies::purpose_from(offer.purpose)) {
    out["purpose"] = policies::name(*purpose);
  }
  out["gives"] = word_list(services::gives_words(offer.gives));
  out["district"] = offer.district;
  out["languages"] = offer.languages;
  out["accessibility"] = word_list(services::accessibility_words(offer.accessibility));
  out["for"] = word_list(services::for_words(offer.for_whom));
  out["age_from"] = offer.age_from;
  out["age_to"] = offer.age_to;
  out["hours"] = services::hours_words(offer.hours);
  return out;
}

Json offers_json(const std::vector<wire::ServiceOffer>& offers) {
  Json out = Json::array();
  for (const wire::ServiceOffer& offer : offers) out.push_back(to_json(offer));
  return out;
}

Json roles_json(const std::vector<policies::Role>& roles) {
  Json out = Json::array();
  for (const policies::Role role : roles) out.push_back(policies::name(role));
  return out;
}

Json capacity_json(const wire::CapacityRecord& told) {
  Json out = Json::array();
  for (const wire::ServiceCapacity& one : told.services) {
    Json entry = {{"open", kOpenness[static_cast<std::size_t>(one.openness) - 1]},
                  {"district", one.district},
                  {"places", one.places},
                  {"waiting", one.waiting},
                  {"told", to_rfc3339(told.at)}};
    if (const auto purpose = policies::purpose_from(one.purpose)) {
      entry["purpose"] = policies::name(*purpose);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

template <class Bits, class BitOf>
Status put_bits(const Json& body, const char* key, Bits& bits, BitOf&& bit_of) {
  TRY(words, texts_in(body, key));
  for (const std::string& word : words) {
    TRY(bit, bit_of(word));
    bits = static_cast<Bits>(bits | bit);
  }
  return {};
}

Result<services::Need> need_of(const Json& body) {
  services::Need need;
  TRY(purpose, text_in(body, "purpose"));
  if (!purpose.empty()) {
    TRY(known, purpose_named(purpose));
    need.purpose = known;
  }
  TRY_OK(put_bits(body, "gives", need.gives, services::gives_bit));
  TRY_OK(put_bits(body, "accessibility", need.accessibility, services::accessibility_bit));
  TRY(district, district_in(body));
  need.district = district;
  TRY(languages, texts_in(body, "languages"));
  need.languages = languages;
  TRY(gender, text_in(body, "gender"));
  if (!gender.empty()) {
    TRY(at, choice("gender", gender, kGenders));
    need.gender = static_cast<services::Gender>(1U << at);
  }
  if (body.contains("age")) {
    TRY(age, number_in(body, "age", wire::kAgeMax));
    need.age = static_cast<std::uint8_t>(age);
  }
  TRY(children, flag_in(body, "children"));
  TRY(now, flag_in(body, "now"));
  need.with_children = children;
  need.now = now;
  return need;
}

// Whom the consent excludes; us as well, who need no search for ourselves.
Result<std::vector<AgencyId>> excluded_by(Agent& agent, const Json& body) {
  std::vector<AgencyId> out = {agent.desk().self};
  TRY(text, text_in(body, "consent"));
  if (text.empty()) return out;
  const auto id = ConsentId::parse(text);
  if (!id) return invalid("`consent` must be its id: 32 hexadecimal digits");
  TRY(consent, agent.consents().find(*id));
  const auto never = record_of(consent).never_agencies;
  out.insert(out.end(), never.begin(), never.end());
  TRY(excluded, ServiceBook::excluded(agent.desk().store, *id));
  out.insert(out.end(), excluded.begin(), excluded.end());
  return out;
}

}  // namespace

Result<Json> import_services(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 2> kKnown = {"hsds", "codes"};
  TRY_OK(only(body, kKnown));
  TRY(hsds, text_in(body, "hsds"));
  TRY(codes, text_in(body, "codes"));
  TRY(import, services::read_hsds(hsds, codes));
  Change change(agent.desk().store);
  agent.services().put_draft(change, import.offers);
  TRY_OK(change.commit());
  Json dropped = Json::array();
  for (const services::Dropped& one : import.dropped) {
    dropped.push_back({{"path", one.path}, {"count", one.count}, {"why", one.why}});
  }
  return Json{{"offers", offers_json(import.offers)}, {"dropped", std::move(dropped)}};
}

Result<Json> our_services(const Agent& agent) {
  const Desk& desk = agent.desk();
  TRY(draft, ServiceBook::draft(desk.store));
  const wire::ServiceProfileRecord* told = agent.services().profile(desk.self);
  const wire::CapacityRecord* room = agent.services().capacity(desk.self);
  return Json{{"agency", desk.self.text()},
              {"imported", draft ? offers_json(*draft) : Json(nullptr)},
              {"announced", told != nullptr ? offers_json(told->offers) : Json(nullptr)},
              {"capacity", room != nullptr ? capacity_json(*room) : Json::array()}};
}

Result<std::uint64_t> announce_services(Agent& agent) {
  Desk& desk = agent.desk();
  TRY(draft, ServiceBook::draft(desk.store));
  if (!draft) return not_found("nothing to announce; `safeconduct services import` comes first");
  wire::ServiceProfileRecord record;
  record.by = desk.self;
  record.offers = std::move(*draft);
  record.at = desk.now();
  record.counter = static_cast<std::uint64_t>(record.at.ms);
  return agent.hand_in(wire::RecordKind::kServiceProfile, wire::encode(record));
}

Result<std::uint64_t> announce_capacity(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 5> kKnown = {"purpose", "district", "open", "places",
                                                      "waiting"};
  constexpr std::uint16_t kPlacesMax = 10'000;
  TRY_OK(only(body, kKnown));
  wire::ServiceCapacity now;
  TRY(word, text_in(body, "purpose"));
  TRY(purpose, purpose_named(word));
  TRY(open, text_in(body, "open"));
  TRY(at, choice("open", open, kOpenness));
  TRY(district, district_in(body));
  TRY(places, number_in(body, "places", kPlacesMax));
  TRY(waiting, number_in(body, "waiting", kPlacesMax));
  now.purpose = static_cast<std::uint8_t>(purpose);
  now.openness = static_cast<wire::Openness>(at + 1);
  now.district = district;
  now.places = places;
  now.waiting = waiting;
  Desk& desk = agent.desk();
  wire::CapacityRecord record;
  if (const wire::CapacityRecord* told = agent.services().capacity(desk.self)) record = *told;
  std::erase_if(record.services, [&](const wire::ServiceCapacity& one) {
    return one.purpose == now.purpose && one.district == now.district;
  });
  record.services.push_back(std::move(now));
  record.by = desk.self;
  record.at = desk.now();
  record.counter = std::max(record.counter + 1, static_cast<std::uint64_t>(record.at.ms));
  return agent.hand_in(wire::RecordKind::kCapacity, wire::encode(record));
}

Result<Json> search_services(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 10> kKnown = {
      "purpose", "gives", "district", "languages", "accessibility",
      "gender",  "age",   "children", "now",       "consent"};
  TRY_OK(only(body, kKnown));
  TRY(need, need_of(body));
  TRY(excluded, excluded_by(agent, body));
  const Desk& desk = agent.desk();
  const auto listings = agent.services().listings(desk.book, desk.now());
  Json hits = Json::array();
  for (const services::Hit& hit : services::search(listings, need, excluded)) {
    if (hits.size() == kHitsMax) break;
    Json entry = {{"agency", hit.agency.text()}, {"roles", roles_json(hit.roles)}};
    entry.update(to_json(hit.offer));
    entry["room"] = services::name(hit.room);
    entry["places"] = hit.places;
    if (hit.capacity_at) entry["told"] = to_rfc3339(*hit.capacity_at);
    hits.push_back(std::move(entry));
  }
  return hits;
}

Result<Json> services_of(const Agent& agent, const std::string& text) {
  const auto id = AgencyId::parse(text);
  const Desk& desk = agent.desk();
  for (const services::Listing& one : agent.services().listings(desk.book, desk.now())) {
    if (!id || one.agency != *id) continue;
    const wire::CapacityRecord* room = agent.services().capacity(*id);
    return Json{{"agency", text},
                {"roles", roles_json(one.roles)},
                {"offers", offers_json(one.offers)},
                {"capacity", room != nullptr ? capacity_json(*room) : Json::array()}};
  }
  return not_found(
      "no agency of this name tells of services; `safeconduct services search` lists "
      "those that do");
}

}  // namespace safeconduct::agent
