#include "agents/daemon/consents.h"

#include <algorithm>

#include "agents/daemon/place.h"
#include "agents/document/consent_document.h"
#include "policies/grant.h"
#include "schemas/seal/hash.h"

namespace safeconduct::agent {
namespace {

Error no_consent(const ConsentId& id) {
  return not_found("there is no consent `" + id.text() + "` here; record it first");
}

document::ConsentTimes times_of(const Book& book) {
  if (!book.policy()) return {};
  return {book.policy()->term_hours(policies::Term::kConsentDefault),
          book.policy()->term_hours(policies::Term::kConsentLife)};
}

}  // namespace

wire::ConsentRecord record_of(const Consent& consent) {
  auto record = wire::decode_consent(consent.body);
  SC_CHECK(record.has_value());  // we encoded it ourselves
  return std::move(*record);
}

policies::ConsentView view_of_consent(const Consent& consent, std::uint8_t purpose,
                                      const AgencyId& to, Duration life, Instant at) {
  const wire::ConsentRecord record = record_of(consent);
  const bool over = std::min(record.expires, record.given + life) <= at;
  const bool withdrawn =
      consent.state == ConsentState::kWithdrawn || consent.state == ConsentState::kWithdrawing;
  const policies::ConsentState state = withdrawn ? policies::ConsentState::kWithdrawn
                                       : over    ? policies::ConsentState::kExpired
                                                 : policies::ConsentState::kLive;
  policies::Grant grant;
  grant.grantor = static_cast<std::uint8_t>(record.grantor);
  grant.fresh_in_reflection = record.fresh_in_reflection;
  grant.written = record.written;
  grant.taken_back = consent.taken_back;
  const auto scope =
      std::find_if(record.scopes.begin(), record.scopes.end(),
                   [&](const wire::ConsentScope& s) { return s.purpose == purpose; });
  if (scope != record.scopes.end()) {
    const auto& names = scope->recipients;
    const bool named = std::find(names.begin(), names.end(), to) != names.end();
    grant.scope = {scope->full, scope->generalised, scope->named, named, scope->person_initiated};
  }
  return policies::view_of({&grant, 1}, state);
}

void apply_never(const Consent& consent, const AgencyId& to, policies::Case& subject) {
  const wire::ConsentRecord record = record_of(consent);
  const auto& never = record.never_agencies;
  subject.never |= record.never_categories;
  subject.conflict = subject.conflict || std::find(never.begin(), never.end(), to) != never.end();
}

Result<Consent> Consents::add(std::string_view json) {
  TRY(document, document::parse_consent(json, desk_.now(), times_of(desk_.book)));
  wire::ConsentRecord record = document::record_of(document);
  Consent consent;
  consent.id.bytes = desk_.random.array<16>();
  record.id = consent.id;
  record.version = 1;
  return store_version(std::move(record), std::move(consent), json);
}

Result<Consent> Consents::replace(const ConsentId& id, std::string_view json) {
  TRY(consent, find(id));
  if (consent.state == ConsentState::kWithdrawn || consent.state == ConsentState::kWithdrawing) {
    return Error{ErrorCode::kConflict,
                 "this consent was withdrawn; record a new one on the person's word"};
  }
  TRY(document, document::parse_consent(json, desk_.now(), times_of(desk_.book)));
  const bool never_recorded = consent.state == ConsentState::kRefused;
  if (never_recorded) {
    return Error{ErrorCode::kConflict, "this consent was refused; record a new one"};
  }
  wire::ConsentRecord record = document::record_of(document);
  record.id = id;
  record.version = record_of(consent).version + 1;
  record.previous = {seal::labelled_hash("safeconduct/1 consent version", {consent.body})};
  return store_version(std::move(record), std::move(consent), json);
}

Result<Consent> Consents::store_version(wire::ConsentRecord record, Consent consent,
                                        std::string_view json) {
  consent.evidence_salt = desk_.random.array<32>();
  record.recorded_by = desk_.self;
  record.evidence =
      seal::labelled_hash("safeconduct/1 consent evidence", {consent.evidence_salt, view_of(json)});
  consent.body = wire::encode(record);
  consent.state = ConsentState::kQueued;
  consent.reason.clear();
  consent.taken_back = 0;
  Change change(desk_.store);
  const Bytes key = place::consent(consent.id);
  change.put(key, encode(consent));
  TRY_OK(change.put_secret(key, view_of(json)));
  Outgoing out;
  out.kind = wire::RecordKind::kConsent;
  out.body = consent.body;
  out.consent = consent.id;
  records_.add(desk_, change, std::move(out));
  TRY_OK(change.commit());
  return consent;
}

Status Consents::send_again(Change& change) {
  std::vector<Consent> live;
  TRY_OK(desk_.store.each(place::all('c'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    TRY(consent, decode_stored_consent(value));
    if (consent.state == ConsentState::kRecorded) live.push_back(std::move(consent));
    return {};
  }));
  for (Consent& consent : live) {
    TRY(record, wire::decode_consent(consent.body));
    record.version = 1;
    record.previous.clear();
    for (wire::ConsentScope& scope : record.scopes) {
      scope.full &= ~consent.taken_back;
      scope.generalised &= ~consent.taken_back;
      scope.named &= ~consent.taken_back;
    }
    consent.body = wire::encode(record);
    consent.state = ConsentState::kQueued;
    change.put(place::consent(consent.id), encode(consent));
    Outgoing out;
    out.kind = wire::RecordKind::kConsent;
    out.body = consent.body;
    out.consent = consent.id;
    records_.add(desk_, change, std::move(out));
  }
  return {};
}

Result<Consent> Consents::withdraw(Change& change, const ConsentId& id, std::uint32_t categories) {
  TRY(consent, find(id));
  if (consent.state == ConsentState::kWithdrawn || consent.state == ConsentState::kWithdrawing) {
    return consent;  // taken back once is taken back
  }
  const Instant now = desk_.now();
  if (categories == 0) {
    consent.state = ConsentState::kWithdrawing;
    consent.withdrawn_at = now;
  }
  consent.taken_back |= categories;
  wire::Withdrawal withdrawal;
  withdrawal.consent = id;
  withdrawal.recorded_by = desk_.self;
  withdrawal.categories = categories;
  withdrawal.at = now;
  change.put(place::consent(id), encode(consent));
  Outgoing out;
  out.kind = wire::RecordKind::kWithdrawal;
  out.body = wire::encode(withdrawal);
  out.consent = id;
  records_.add(desk_, change, std::move(out));
  return consent;
}

Result<Consent> Consents::find(const ConsentId& id) const {
  TRY(value, desk_.store.get(place::consent(id)));
  if (!value) return no_consent(id);
  return decode_stored_consent(*value);
}

Result<std::vector<Consent>> Consents::list(std::size_t limit) const {
  std::vector<Consent> found;
  TRY_OK(desk_.store.each(place::all('c'), {}, limit, [&](ByteView, ByteView value) -> Status {
    TRY(consent, decode_stored_consent(value));
    found.push_back(std::move(consent));
    return {};
  }));
  return found;
}

Result<SecretBytes> Consents::document(const ConsentId& id) const {
  TRY(secret, desk_.store.secret(place::consent(id)));
  if (!secret) return no_consent(id);
  return std::move(*secret);
}

Status Consents::recorded(Change& change, const Outgoing& record, std::uint64_t position) {
  if (record.consent.is_zero()) return {};
  TRY(value, change.get(place::consent(record.consent)));
  if (!value) return {};
  TRY(consent, decode_stored_consent(*value));
  if (record.kind == wire::RecordKind::kConsent) {
    if (record.body == consent.body && consent.state == ConsentState::kQueued) {
      consent.state = ConsentState::kRecorded;
      consent.position = position;
    }
  } else if (consent.state == ConsentState::kWithdrawing) {
    consent.state = ConsentState::kWithdrawn;
    consent.position = position;
  }
  change.put(place::consent(consent.id), encode(consent));
  return {};
}

Status Consents::refused(Change& change, const Outgoing& record, std::string_view reason) {
  if (record.consent.is_zero()) return {};
  TRY(value, change.get(place::consent(record.consent)));
  if (!value) return {};
  TRY(consent, decode_stored_consent(*value));
  consent.reason = std::string(reason);
  if (record.kind == wire::RecordKind::kConsent && consent.state == ConsentState::kQueued) {
    consent.state = ConsentState::kRefused;
  }
  change.put(place::consent(consent.id), encode(consent));
  return {};
}

}  // namespace safeconduct::agent
