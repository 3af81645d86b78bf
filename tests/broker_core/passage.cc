#include "tests/broker_core/passage.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "broker/core/judgement.h"
#include "policies/duties.h"

namespace safeconduct::core {
namespace {

using policies::Basis;
using policies::Category;
using policies::CategorySet;
using policies::Level;
using policies::Levels;
using policies::Purpose;
using policies::Role;
using policies::Stage;

constexpr const char* kTable = SAFECONDUCT_SHARED "/domain/policy.json";

constexpr CategorySet set_of(std::initializer_list<Category> list) {
  CategorySet out = 0;
  for (const Category c : list) out |= policies::bit(c);
  return out;
}

CategorySet categories_in(const nlohmann::json& list) {
  CategorySet out = 0;
  for (const auto& one : list) {
    std::string word = one.get<std::string>();
    if (word.starts_with("cat.")) word.erase(0, 4);
    out |= policies::bit(policies::category_named(word).value());
  }
  return out;
}

struct Rows {
  bool there = false;
  std::map<std::pair<Role, Purpose>, Levels> rows;
  std::map<Basis, CategorySet> overrides;
  Levels inquiry = Levels::of(
      set_of({Category::kNeeds, Category::kDemographics, Category::kRisk, Category::kFamily}),
      Level::kGeneralised);
};

const Rows& rows() {
  static const Rows read = [] {
    Rows out;
    std::ifstream file(kTable);
    if (!file) return out;
    const auto json = nlohmann::json::parse(file);
    for (const auto& row : json.at("policy")) {
      const Role role = policies::role_named(row.at("role").get<std::string>().substr(5)).value();
      const Purpose purpose =
          policies::purpose_named(row.at("purpose").get<std::string>().substr(4)).value();
      const Levels levels =
          higher_of(Levels::of(categories_in(row.at("full")), Level::kFull),
                    Levels::of(categories_in(row.at("generalised")), Level::kGeneralised));
      out.rows[{role, purpose}] = levels;
    }
    for (const auto& [basis, set] : json.at("override_sets").items()) {
      out.overrides[policies::basis_named(basis).value()] = categories_in(set);
    }
    out.there = true;
    return out;
  }();
  return read;
}

bool excluded_by(const Bond& bond, const AgencyId& agency) {
  if (!bond.consent) return false;
  const auto in = [&](const std::vector<AgencyId>& list) {
    return std::find(list.begin(), list.end(), agency) != list.end();
  };
  const auto& heads = bond.consent->heads;
  return in(bond.beside) || std::any_of(heads.begin(), heads.end(), [&](const ConsentHead& head) {
           return in(head.record.never_agencies);
         });
}

CategorySet never_of(const Bond& bond) {
  CategorySet out = 0;
  if (!bond.consent) return out;
  for (const ConsentHead& head : bond.consent->heads) out |= head.record.never_categories;
  return out;
}

bool is_police(Role role) {
  return role == Role::kPolice || role == Role::kProsecution;
}

// What one version of the consent says of this message.
std::string against(const Passage& p, const ConsentHead& head, CategorySet some, CategorySet full) {
  const wire::ConsentRecord& record = head.record;
  const wire::Header& h = p.header;
  if (record.grantor == wire::Grantor::kAllegedAbuser) return "8: granted by the alleged abuser";
  if (record.expires <= p.at) return "8: the consent has expired";
  const auto scope = std::find_if(record.scopes.begin(), record.scopes.end(),
                                  [&](const auto& one) { return one.purpose == h.purpose; });
  if (scope == record.scopes.end()) return "8: the purpose is not named";
  const auto& to = scope->recipients;
  const bool named = std::find(to.begin(), to.end(), h.to) != to.end();
  const auto& on = record.onward_purposes;
  const bool onward = p.onward && record.onward_depth >= h.hop &&
                      std::find(on.begin(), on.end(), h.purpose) != on.end();
  if (!named && !onward) return "8: the organisation is not named";
  if (static_cast<Role>(h.to_role) == Role::kImmigration && !named) {
    return "4: the authority itself is not named";
  }
  if (h.stage == static_cast<std::uint8_t>(Stage::kInquiry)) return "";
  if ((full & ~scope->full) != 0) return "1: more than the consent in full";
  if ((some & ~(scope->full | scope->generalised)) != 0) return "1: more than the consent";
  if ((some & head.taken_back) != 0) return "1: what was taken back";
  if ((some & policies::must_be_named() & ~scope->named) != 0) return "8: not named by itself";
  return "";
}

std::string against_consent(const Passage& p, CategorySet some, CategorySet full) {
  if (!p.ground.consent) return "8: no consent";
  if (p.ground.consent->withdrawn) return "8: the consent was withdrawn";
  if (p.ground.consent->heads.empty()) return "8: no version of the consent";
  for (const ConsentHead& head : p.ground.consent->heads) {
    if (std::string why = against(p, head, some, full); !why.empty()) return why;
  }
  return "";
}

std::string against_exception(const Passage& p, CategorySet some) {
  const auto basis = static_cast<Basis>(p.header.basis);
  const auto allowed = rows().overrides.find(basis);
  if (rows().there && (allowed == rows().overrides.end() || (some & ~allowed->second) != 0)) {
    return "1: more than the override set";
  }
  if (!p.exception) return "13: nothing is on record";
  if (p.exception->position >= p.position) return "13: recorded after the release";
  if (p.exception->closed) return "13: the exception is over";
  if (p.exception->basis != p.header.basis) return "13: recorded for another basis";
  const bool minor = (p.header.circumstances & 1) != 0;
  if (basis == Basis::kStatutoryAnonymous && minor) return "19: a child by the adults' route";
  if (basis == Basis::kMandatedChild && !minor) return "19: an adult by the children's route";
  if (basis != Basis::kBreakGlass) return "";
  const auto to = static_cast<Role>(p.header.to_role);
  const auto purpose = static_cast<Purpose>(p.header.purpose);
  if (purpose != Purpose::kEmergencyRescue && purpose != Purpose::kEmergencyHealth) {
    return "13: broken for another purpose";
  }
  if (to != Role::kEmergency && to != Role::kPolice && to != Role::kHealth) {
    return "13: broken for another role";
  }
  const bool waited = p.exception->second_due.ms != 0 && p.at >= p.exception->second_due;
  if (!p.exception->approved && (!p.exception->life_at_risk() || waited)) {
    return "13: no second person";
  }
  return "";
}

std::string against_before(const Passage& p, CategorySet some) {
  for (const HopBefore& hop : p.before) {
    if (!levels_of(p.kept).within(levels_of(hop.record.kept)))
      return "11: more than the hop before";
    if ((some & never_of(hop.bond)) != 0) return "11: the never-list was dropped";
    if (p.given && (hop.record.notices & ~p.notices) != 0) return "11: a notice was dropped";
    const std::int64_t told = hop.record.content_end_ms;
    const Instant end = told != 0 ? Instant{told} : hop.header.content_end;
    if (p.header.content_end > end) return "11: it outlives the hop before";
    if (p.given && excluded_by(hop.bond, p.header.to)) return "7: excluded at a hop before";
  }
  if (p.header.hop != p.before.size() + 1 || p.header.hop > 2) return "11: hops that do not follow";
  return "";
}

std::string against_firewalls(const Passage& p, CategorySet some, CategorySet full) {
  const wire::Header& h = p.header;
  const auto from = static_cast<Role>(h.from_role);
  const auto to = static_cast<Role>(h.to_role);
  const auto purpose = static_cast<Purpose>(h.purpose);
  const bool consented = static_cast<Basis>(h.basis) == Basis::kConsent;
  if (to == Role::kImmigration) {
    const bool by_lawyer = from == Role::kLegal && purpose == Purpose::kStatusApplication;
    if (!by_lawyer || !consented) return "4: immigration heard from another";
    for (const HopBefore& hop : p.before) {
      if (is_police(static_cast<Role>(hop.header.from_role))) return "4: a path from the police";
    }
  }
  if (to == Role::kConsular && (h.circumstances & 4) != 0) return "4: a consulate during a claim";
  constexpr CategorySet kNotForPolice =
      set_of({Category::kHealth, Category::kPsych, Category::kSud, Category::kImmigration,
              Category::kIdentifiers, Category::kMedia});
  if (is_police(to) && (some & kNotForPolice) != 0) return "5: more than the police may have";
  constexpr CategorySet kNotAnonymous =
      set_of({Category::kIdentity, Category::kIdentifiers, Category::kContact, Category::kFamily,
              Category::kNarrative});
  if (purpose == Purpose::kNotifyAnonymous && (some & kNotAnonymous) != 0) {
    return "6: an anonymous notice that names";
  }
  const bool dispatch = to == Role::kEmergency && purpose == Purpose::kEmergencyRescue;
  const bool child = purpose == Purpose::kChildSafeguarding;
  if (policies::contains(full, Category::kLocation) && !dispatch && !child) {
    return "18: an address";
  }
  if (policies::contains(some, Category::kOffences) && to != Role::kLegal) {
    return "20: offences to another than the lawyer";
  }
  return "";
}

}  // namespace

bool has_rows() {
  return rows().there;
}

Levels row_of(const wire::Header& h) {
  if (!rows().there) return Levels::all(Level::kFull);
  const auto at = rows().rows.find({static_cast<Role>(h.to_role), static_cast<Purpose>(h.purpose)});
  return at == rows().rows.end() ? Levels() : at->second;
}

std::string broken(const Passage& p) {
  const wire::Header& h = p.header;
  const bool known = policies::role_from(h.from_role) && policies::role_from(h.to_role) &&
                     policies::purpose_from(h.purpose) && policies::stage_from(h.stage) &&
                     policies::basis_from(h.basis) && policies::urgency_from(h.urgency) &&
                     (h.circumstances & ~policies::kCircumstanceBits) == 0;
  if (!known) return "2: a word that nobody knows";
  for (const Role role : {static_cast<Role>(h.from_role), static_cast<Role>(h.to_role)}) {
    if (role == Role::kStats || role == Role::kCoordinator) return "17: a row of a case";
  }
  if ((p.kept & ~p.offered) != 0) return "10: a form that was not offered";
  const Levels levels = levels_of(p.kept);
  const CategorySet some = levels.at_least(Level::kGeneralised);
  const CategorySet full = levels.at_least(Level::kFull);
  constexpr CategorySet kNotBefore =
      set_of({Category::kIdentity, Category::kIdentifiers, Category::kContact, Category::kLocation,
              Category::kMedia, Category::kNarrative});
  const bool inquiry = h.stage == static_cast<std::uint8_t>(Stage::kInquiry);
  if (inquiry && (some & kNotBefore) != 0) return "3: who it is, at an inquiry";
  if (std::string why = against_firewalls(p, some, full); !why.empty()) return why;
  if (!levels.within(row_of(h))) return "1: more than the row";
  if (inquiry && !levels.within(rows().inquiry)) return "1: more than the stage";
  if ((some & never_of(p.ground)) != 0) return "1: the never-list";
  if (p.given && p.silent) return "7: what goes nowhere went";
  if (!p.silent && excluded_by(p.ground, h.to)) return "7: the recipient is excluded";
  const bool consented = static_cast<Basis>(h.basis) == Basis::kConsent;
  std::string why = consented ? against_consent(p, some, full) : against_exception(p, some);
  if (why.empty()) why = against_before(p, some);
  if (!why.empty() || !p.given) return why;
  const auto notice = [&](policies::Duty duty) {
    return (p.notices >> static_cast<std::uint8_t>(duty) & 1) != 0;
  };
  if (policies::contains(some, Category::kSud) && !notice(policies::Duty::kRedisclosureNotice)) {
    return "11: substance use without its notice";
  }
  if (p.content_end > h.content_end) return "11: it was made to last longer";
  return "";
}

Passage passage_of(const StateView& state, const wire::Header& header,
                   const MessageRecord& record) {
  const auto bond = [&](const ConsentId& id) {
    return Bond{find_consent(state, id), excluded_beside(state, id)};
  };
  Passage out;
  out.header = header;
  out.silent = record.phase == Phase::kSilent;
  out.ground = bond(record.consent);
  out.onward = header.consent_commitment == Digest{};
  out.notices = record.notices;
  out.content_end =
      record.content_end_ms != 0 ? Instant{record.content_end_ms} : header.content_end;
  MessageId at = header.prior;
  for (int hop = 1; hop < header.hop; ++hop) {
    const auto prior = find_message(state, at);
    const auto its = prior ? wire::decode_header(prior->header) : Result<wire::Header>(header);
    if (!prior || !its) break;
    out.before.push_back({*prior, *its, bond(prior->consent)});
    at = its->prior;
  }
  if (const auto id = exception_for(state, header.referral_id)) {
    out.exception = find_exception(state, *id);
  }
  return out;
}

}  // namespace safeconduct::core
