#include "agents/daemon/person_facts.h"

#include <algorithm>

#include "agents/daemon/place.h"

namespace safeconduct::agent {
namespace {

using person::Fate;
using policies::CategorySet;

constexpr std::size_t kCodeDigits = 10;

person::Party party_of(const Book& book, const AgencyId& id) {
  person::Party out{id, {}};
  const wire::DirectoryAgency* agency = book.agency(id);
  if (agency != nullptr && !agency->roles.empty()) {
    out.role = policies::role_named(agency->roles.front());
  }
  return out;
}

// A blanket tick does not reach what must be named by itself (DOMAIN §3.2).
CategorySet reached(CategorySet granted, CategorySet named) {
  return granted & (named | ~policies::must_be_named());
}

person::Grant grant_of(const Book& book, const wire::ConsentScope& scope, CategorySet taken_back,
                       CategorySet never) {
  person::Grant out;
  if (const auto purpose = policies::purpose_from(scope.purpose)) out.purpose = *purpose;
  for (const AgencyId& id : scope.recipients) out.recipients.push_back(party_of(book, id));
  const CategorySet gone = taken_back | never;
  out.full = reached(scope.full, scope.named) & ~gone;
  out.generalised = reached(scope.generalised, scope.named) & ~gone & ~out.full;
  return out;
}

person::AgreementState state_of(const Consent& consent, Instant expires, Instant now) {
  switch (consent.state) {
    case ConsentState::kWithdrawing:
    case ConsentState::kWithdrawn:
      return person::AgreementState::kWithdrawn;
    case ConsentState::kRefused:
      return person::AgreementState::kRefused;
    case ConsentState::kQueued:
    case ConsentState::kRecorded:
      break;
  }
  if (expires <= now) return person::AgreementState::kOver;
  return consent.state == ConsentState::kQueued ? person::AgreementState::kWaiting
                                                : person::AgreementState::kLive;
}

person::Agreement agreement_of(const Desk& desk, const Consent& consent) {
  const wire::ConsentRecord record = record_of(consent);
  person::Agreement out;
  out.state = state_of(consent, record.expires, desk.now());
  out.given = record.given;
  out.expires = record.expires;
  out.withdrawn_at = consent.withdrawn_at;
  out.taken_back = consent.taken_back;
  for (const wire::ConsentScope& scope : record.scopes) {
    out.grants.push_back(grant_of(desk.book, scope, consent.taken_back, record.never_categories));
  }
  for (const AgencyId& id : record.never_agencies) {
    out.never_agencies.push_back(party_of(desk.book, id));
  }
  out.never_categories = record.never_categories;
  for (const std::uint8_t code : record.onward_purposes) {
    if (const auto purpose = policies::purpose_from(code)) out.onward_purposes.push_back(*purpose);
  }
  return out;
}

Fate fate_of(const Sent& sent) {
  const bool delivered = sent.delivered_at.ms != 0;
  switch (sent.state) {
    case SentState::kQueued:
    case SentState::kSubmitted:
      return delivered ? Fate::kGiven : Fate::kWaiting;
    case SentState::kDelivered:
      return Fate::kGiven;
    case SentState::kReceived:
      return Fate::kReceived;
    case SentState::kRefused:  // a later delivery may be refused after a first one was given
      return delivered ? Fate::kGiven : Fate::kRefused;
    case SentState::kRejected:
      return Fate::kFailed;
    case SentState::kExpired:
      return delivered ? Fate::kGiven : Fate::kEnded;
    case SentState::kWithdrawn:
      return delivered ? Fate::kStopped : Fate::kRecalled;
  }
  return Fate::kWaiting;
}

CategorySet categories_at(std::uint64_t slots, policies::Level level) {
  CategorySet out = 0;
  for (std::uint8_t slot = 0; slot < policies::kSlotCount; ++slot) {
    const bool kept = (slots >> slot & 1U) != 0 && policies::slot_level(slot) == level;
    if (kept) out |= policies::bit(policies::slot_category(slot));
  }
  return out;
}

// Of what was agreed for this purpose, what went in general words only, or not at all.
std::vector<person::Withheld> withheld_of(const Sent& sent, const person::Disclosure& told,
                                          const person::Agreement& agreement) {
  std::vector<person::Withheld> out;
  const auto grant =
      std::find_if(agreement.grants.begin(), agreement.grants.end(),
                   [&](const person::Grant& one) { return one.purpose == told.purpose; });
  if (grant == agreement.grants.end()) return out;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    const auto reason = policies::reason_from(sent.outcome.reason[i]);
    const bool agreed = policies::contains(grant->full | grant->generalised, category);
    if (!agreed || !reason || policies::contains(told.full, category)) continue;
    const bool in_part = policies::contains(told.generalised, category);
    if (in_part && !policies::contains(grant->full, category)) continue;
    out.push_back({category, *reason, in_part});
  }
  return out;
}

person::Disclosure disclosure_of(const Book& book, const Sent& sent,
                                 const std::optional<person::Agreement>& agreement) {
  person::Disclosure out;
  out.to = {sent.to, policies::role_from(sent.to_role)};
  if (!out.to.role) out.to = party_of(book, sent.to);
  if (const auto purpose = policies::purpose_from(sent.purpose)) out.purpose = *purpose;
  out.stage = policies::stage_from(sent.stage).value_or(policies::Stage::kRelease);
  out.basis = static_cast<policies::Basis>(sent.basis);
  out.at = sent.delivered_at.ms != 0 ? sent.delivered_at : sent.changed_at;
  out.fate = fate_of(sent);
  if (out.fate == Fate::kRefused) out.refusal = policies::reason_from(sent.verdict);
  if (!person::was_told(out.fate)) return out;
  // What the recipient signed for, and what left for it where it did not sign.
  const std::uint64_t slots = sent.received_kept != 0 ? sent.received_kept : sent.kept;
  out.full = categories_at(slots, policies::Level::kFull);
  out.generalised = categories_at(slots, policies::Level::kGeneralised) & ~out.full;
  if (agreement) out.withheld = withheld_of(sent, out, *agreement);
  return out;
}

// What the ledger told of what came after: deletions, further hops.
Status put_aftermath(Agent& agent, const Sent& sent, person::Disclosure& out) {
  TRY(deleted, agent.referrals().deletion_of(sent.current));
  if (deleted) out.deletion = person::Deletion{deleted->at, deleted->kept};
  return {};
}

Result<std::vector<person::Disclosure>> passed_on(Agent& agent, const Sent& sent) {
  std::vector<person::Disclosure> out;
  TRY(further, agent.referrals().onward_from(sent.referral));
  for (const Known& known : further) {
    person::Disclosure one;
    one.to = {known.part.to, policies::role_from(known.part.to_role)};
    one.passed_on_by = known.part.from;
    if (const auto purpose = policies::purpose_from(known.part.purpose)) one.purpose = *purpose;
    one.at = known.at;
    one.fate = Fate::kGiven;  // the agency that passed it on knows what of it
    out.push_back(std::move(one));
  }
  return out;
}

// A referral as it went, newest first before what came of it.
Status put_disclosures(Agent& agent, const Sent& sent, person::Facts& out) {
  TRY(further, passed_on(agent, sent));
  out.disclosures.insert(out.disclosures.end(), further.begin(), further.end());
  person::Disclosure one = disclosure_of(agent.desk().book, sent, out.agreement);
  TRY_OK(put_aftermath(agent, sent, one));
  out.disclosures.push_back(std::move(one));
  return {};
}

person::Facts begin_facts(const Desk& desk, const ByteArray<16>& id) {
  person::Facts out;
  out.code = code_of(id);
  out.made_at = desk.now();
  out.holder.agency = desk.self;
  return out;
}

}  // namespace

std::string code_of(const ByteArray<16>& id) {
  std::string out = to_hex(id).substr(0, kCodeDigits);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out.insert(kCodeDigits / 2, "-");
}

Result<ConsentId> consent_by(const Agent& agent, std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (const auto id = ConsentId::parse(digits)) return *id;
  const auto code = digits.size() == kCodeDigits ? from_hex(digits) : invalid("");
  if (!code) {
    return invalid(
        "that is no consent; give its id of 32 hexadecimal digits, or the code on the "
        "person's page (`4F2A9-1C3D7`)");
  }
  const Bytes prefix = ByteWriter().raw(place::all('c')).raw(*code).take();
  std::vector<ConsentId> found;
  TRY_OK(agent.desk().store.each(prefix, {}, 2, [&](ByteView key, ByteView) -> Status {
    found.push_back(ConsentId{ByteReader(key.subspan(1)).array<16>()});
    return {};
  }));
  if (found.empty()) {
    return not_found("no consent with this code is here; it may be held by another agency");
  }
  if (found.size() > 1) {
    return Error{ErrorCode::kConflict, "two consents have this code; give the id of the one meant"};
  }
  return found.front();
}

Result<person::Facts> facts_of(Agent& agent, const ConsentId& id, std::size_t disclosures_max) {
  const Desk& desk = agent.desk();
  TRY(consent, agent.consents().find(id));
  TRY(sent, agent.outbox().on_consent(id, disclosures_max));
  person::Facts out = begin_facts(desk, id.bytes);
  out.agreement = agreement_of(desk, consent);
  for (const Sent& one : sent) TRY_OK(put_disclosures(agent, one, out));
  return out;
}

Result<person::Facts> facts_of(Agent& agent, const MessageId& message) {
  const Desk& desk = agent.desk();
  TRY(sent, agent.outbox().find(message));
  person::Facts out =
      begin_facts(desk, sent.consent.is_zero() ? message.bytes : sent.consent.bytes);
  if (!sent.consent.is_zero()) {
    TRY(consent, agent.consents().find(sent.consent));
    out.agreement = agreement_of(desk, consent);
  }
  TRY_OK(put_disclosures(agent, sent, out));
  return out;
}

}  // namespace safeconduct::agent
