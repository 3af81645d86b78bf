#include "agents/daemon/api_person.h"

#include "agents/daemon/person_facts.h"
#include "agents/person/page.h"
#include "schemas/base/suggest.h"

namespace safeconduct::agent {
namespace {

constexpr std::size_t kDisclosuresMax = 1000;

std::string value_of(const Query& query, const std::string& key, const std::string& otherwise) {
  const auto found = query.find(key);
  return found == query.end() || found->second.empty() ? otherwise : found->second;
}

Status check_query(const Query& query) {
  constexpr std::array<std::string_view, 6> kKnown = {"consent", "referral", "sheet",
                                                      "lang",    "zone",     "neutral"};
  for (const auto& [key, value] : query) {
    if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
      return invalid("the query has a key that is not known here" + did_you_mean(key, kKnown));
    }
  }
  if (query.contains("consent") == query.contains("referral")) {
    return invalid("name one: `consent` (its id or the code on the page) or `referral`");
  }
  return {};
}

Result<person::Facts> facts_for(Agent& agent, const Query& query) {
  if (query.contains("consent")) {
    TRY(id, consent_by(agent, query.at("consent")));
    return facts_of(agent, id, kDisclosuresMax);
  }
  const auto id = MessageId::parse(query.at("referral"));
  if (!id) return invalid("a referral is named by its message id: 32 hexadecimal digits");
  return facts_of(agent, *id);
}

std::string_view word(person::AgreementState state) {
  switch (state) {
    case person::AgreementState::kWaiting:
      return "waiting";
    case person::AgreementState::kLive:
      return "live";
    case person::AgreementState::kOver:
      return "over";
    case person::AgreementState::kWithdrawn:
      return "withdrawn";
    case person::AgreementState::kRefused:
      return "refused";
  }
  return "";
}

std::string_view word(person::Fate fate) {
  switch (fate) {
    case person::Fate::kWaiting:
      return "waiting";
    case person::Fate::kGiven:
      return "given";
    case person::Fate::kReceived:
      return "received";
    case person::Fate::kRefused:
      return "refused";
    case person::Fate::kFailed:
      return "failed";
    case person::Fate::kEnded:
      return "ended";
    case person::Fate::kRecalled:
      return "recalled";
    case person::Fate::kStopped:
      return "stopped";
  }
  return "";
}

Json names_of(policies::CategorySet set) {
  Json out = Json::array();
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    if (policies::contains(set, category)) out.push_back(policies::name(category));
  }
  return out;
}

Json to_json(const person::Party& party) {
  Json out = {{"agency", party.agency.text()}};
  if (party.role) out["role"] = policies::name(*party.role);
  return out;
}

Json to_json(const std::vector<person::Party>& parties) {
  Json out = Json::array();
  for (const person::Party& party : parties) out.push_back(to_json(party));
  return out;
}

Json to_json(const person::Agreement& agreement) {
  Json out = {{"state", word(agreement.state)},
              {"given", to_rfc3339(agreement.given)},
              {"expires", to_rfc3339(agreement.expires)}};
  if (agreement.state == person::AgreementState::kWithdrawn) {
    out["withdrawn_at"] = to_rfc3339(agreement.withdrawn_at);
  }
  out["taken_back"] = names_of(agreement.taken_back);
  Json grants = Json::array();
  for (const person::Grant& grant : agreement.grants) {
    grants.push_back({{"purpose", policies::name(grant.purpose)},
                      {"recipients", to_json(grant.recipients)},
                      {"full", names_of(grant.full)},
                      {"generalised", names_of(grant.generalised)}});
  }
  out["grants"] = std::move(grants);
  out["never_agencies"] = to_json(agreement.never_agencies);
  out["never_categories"] = names_of(agreement.never_categories);
  Json onward = Json::array();
  for (const policies::Purpose purpose : agreement.onward_purposes) {
    onward.push_back(policies::name(purpose));
  }
  out["onward_purposes"] = std::move(onward);
  return out;
}

Json to_json(const person::Disclosure& one) {
  Json out = {{"to", to_json(one.to)},
              {"purpose", policies::name(one.purpose)},
              {"stage", policies::name(one.stage)},
              {"basis", policies::name(one.basis)},
              {"at", to_rfc3339(one.at)},
              {"fate", word(one.fate)},
              {"full", names_of(one.full)},
              {"generalised", names_of(one.generalised)}};
  if (one.passed_on_by) out["passed_on_by"] = one.passed_on_by->text();
  if (one.fate == person::Fate::kRefused) {
    out["refusal"] = one.refusal ? policies::name(*one.refusal) : "technical";
  }
  Json withheld = Json::array();
  for (const person::Withheld& entry : one.withheld) {
    withheld.push_back({{"category", policies::name(entry.category)},
                        {"reason", policies::name(entry.reason)},
                        {"in_part", entry.reduced}});
  }
  out["withheld"] = std::move(withheld);
  if (one.deletion) {
    out["deletion"] = {{"at", to_rfc3339(one.deletion->at)},
                       {"kept", names_of(one.deletion->kept)}};
  }
  return out;
}

}  // namespace

Json to_json(const person::Facts& facts) {
  Json out = {{"code", facts.code},
              {"made_at", to_rfc3339(facts.made_at)},
              {"held_by", facts.holder.agency.text()},
              {"agreement", facts.agreement ? to_json(*facts.agreement) : Json(nullptr)}};
  Json disclosures = Json::array();
  for (const person::Disclosure& one : facts.disclosures) disclosures.push_back(to_json(one));
  out["disclosures"] = std::move(disclosures);
  return out;
}

Result<Json> person_page(Agent& agent, const PersonSettings& settings, const Query& query) {
  TRY_OK(check_query(query));
  const std::string sheet = value_of(query, "sheet", "receipt");
  if (sheet != "receipt" && sheet != "disclosures") {
    return invalid("`sheet` must be receipt or disclosures");
  }
  TRY(facts, facts_for(agent, query));
  facts.holder.name = settings.name;
  facts.holder.contact = settings.contact;
  facts.holder.neutral_name = settings.neutral_name;
  facts.holder.neutral_contact = settings.neutral_contact;
  person::PageOptions options;
  options.sheet = sheet == "receipt" ? person::Sheet::kReceipt : person::Sheet::kDisclosures;
  options.language = value_of(query, "lang", settings.language);
  options.zone = value_of(query, "zone", settings.zone);
  options.neutral = value_of(query, "neutral", "0") == "1";
  TRY(page, person::render(facts, options));
  return Json{{"language", options.language}, {"page", page}, {"facts", to_json(facts)}};
}

}  // namespace safeconduct::agent
