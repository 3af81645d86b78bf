#include "broker/core/consents.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

constexpr std::uint8_t kForm = 1;
constexpr std::size_t kReplacedKept = 64;  // versions that a late one may still name
constexpr std::size_t kRecordBytesMax = 64 * 1024;

policies::Grantor grantor_of(wire::Grantor grantor) {
  switch (grantor) {
    case wire::Grantor::kSelf:
      return policies::Grantor::kSelf;
    case wire::Grantor::kGuardian:
      return policies::Grantor::kGuardian;
    case wire::Grantor::kCourt:
      return policies::Grantor::kCourt;
    case wire::Grantor::kAllegedAbuser:
      return policies::Grantor::kAllegedAbuser;
  }
  return policies::Grantor::kAllegedAbuser;
}

const wire::ConsentScope* scope_for(const wire::ConsentRecord& record, std::uint8_t purpose) {
  const auto fits = [&](const wire::ConsentScope& scope) { return scope.purpose == purpose; };
  const auto at = std::find_if(record.scopes.begin(), record.scopes.end(), fits);
  return at != record.scopes.end() ? &*at : nullptr;
}

template <class Value>
bool contains_value(const std::vector<Value>& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool names_recipient(const ConsentHead& head, const wire::ConsentScope& scope,
                     const wire::Header& header, bool onward) {
  if (contains_value(scope.recipients, header.to)) return true;
  return onward && head.record.onward_depth >= header.hop &&
         contains_value(head.record.onward_purposes, header.purpose);
}

// One version's grant; `all` starts as everything and only ever loses.
void narrow_by(policies::ConsentView& all, const ConsentHead& head, const wire::Header& header,
               bool onward) {
  const wire::ConsentScope* scope = scope_for(head.record, header.purpose);
  all.fresh_in_reflection = all.fresh_in_reflection && head.record.fresh_in_reflection;
  if (grantor_of(head.record.grantor) == policies::Grantor::kAllegedAbuser) {
    all.grantor = policies::Grantor::kAllegedAbuser;
  }
  if (scope == nullptr) {
    all.purpose_named = all.recipient_named = all.person_initiated = false;
    all.full = all.generalised = all.named = 0;
    return;
  }
  all.recipient_named = all.recipient_named && names_recipient(head, *scope, header, onward);
  all.person_initiated = all.person_initiated && scope->person_initiated;
  const policies::CategorySet given = ~head.taken_back;
  const policies::CategorySet any = all.full | all.generalised;
  all.full &= scope->full & given;
  all.generalised = any & (scope->full | scope->generalised) & given & ~all.full;
  all.named &= scope->named & given;
}

policies::ConsentState state_of(const Consent& consent, Instant now) {
  if (consent.withdrawn) return policies::ConsentState::kWithdrawn;
  const auto over = [&](const ConsentHead& head) { return head.record.expires <= now; };
  const bool expired = std::any_of(consent.heads.begin(), consent.heads.end(), over);
  return expired ? policies::ConsentState::kExpired : policies::ConsentState::kLive;
}

Consent decode(ByteView bytes) {
  ByteReader in(bytes);
  Consent c;
  const std::uint8_t form = in.u8();
  auto collector = AgencyId::parse(in.str8());
  c.withdrawn = in.u8() == 1;
  c.version = in.u32();
  c.uses = in.u32();
  c.withdrawal = in.u64();
  for (std::size_t i = 0, n = in.u8(); i < n; ++i) c.replaced.push_back(in.array<32>());
  bool sound = collector.has_value();
  for (std::size_t i = 0, n = in.u8(); i < n && !in.failed(); ++i) {
    ConsentHead head;
    head.position = in.u64();
    head.hash = in.array<32>();
    head.taken_back = in.u32();
    auto record = wire::decode_consent(in.blob(kRecordBytesMax));
    sound = sound && record.has_value();
    if (record) head.record = std::move(*record);
    c.heads.push_back(std::move(head));
  }
  SC_CHECK(form == kForm && sound && in.finish("consent state").has_value());
  c.collector = *collector;
  return c;
}

Status check_next(const Consent& consent, const wire::ConsentRecord& record) {
  if (consent.withdrawn) {
    return Error{ErrorCode::kConflict,
                 "this consent was withdrawn; record a new one on the person's word"};
  }
  if (record.recorded_by != consent.collector) {
    return Error{ErrorCode::kForbidden,
                 "only the agency that collected a consent may record a new version; withdraw "
                 "what the person takes back instead"};
  }
  if (record.previous.empty()) {
    return Error{ErrorCode::kConflict,
                 "a consent with this id exists; name the version that the new one replaces"};
  }
  const auto known = [&](const Digest& hash) { return consent.knows(hash); };
  if (!std::all_of(record.previous.begin(), record.previous.end(), known)) {
    return Error{ErrorCode::kConflict,
                 "the new version names one that is not known here; read the consent again"};
  }
  if (record.version <= consent.version) {
    return Error{ErrorCode::kConflict,
                 "the new version's number is not above the last; read the consent again"};
  }
  return {};
}

}  // namespace

bool Consent::knows(const Digest& hash) const {
  if (contains_value(replaced, hash)) return true;
  return std::any_of(heads.begin(), heads.end(),
                     [&](const ConsentHead& head) { return head.hash == hash; });
}

std::optional<Consent> find_consent(const StateView& state, const ConsentId& id) {
  const auto bytes = state.get(keys::consent(id));
  if (!bytes) return std::nullopt;
  return decode(*bytes);
}

void put_consent(Overlay& tick, const ConsentId& id, const Consent& c) {
  ByteWriter out;
  out.u8(kForm).str8(c.collector.text()).u8(c.withdrawn ? 1 : 0);
  out.u32(c.version).u32(c.uses).u64(c.withdrawal);
  out.u8(static_cast<std::uint8_t>(c.replaced.size()));
  for (const Digest& hash : c.replaced) out.raw(hash);
  out.u8(static_cast<std::uint8_t>(c.heads.size()));
  for (const ConsentHead& head : c.heads) {
    out.u64(head.position).raw(head.hash).u32(head.taken_back).blob(wire::encode(head.record));
  }
  tick.put(keys::consent(id), out.take());
}

Status add_version(Consent& consent, const wire::ConsentRecord& record, const Digest& hash,
                   std::uint64_t position) {
  const bool first = consent.heads.empty();
  if (first) {
    if (!record.previous.empty() || record.version != 1) {
      return Error{ErrorCode::kConflict,
                   "the first version of a consent has number 1 and names no earlier one"};
    }
    consent.collector = record.recorded_by;
  } else {
    TRY_OK(check_next(consent, record));
  }
  const auto replaced = [&](const ConsentHead& head) {
    return contains_value(record.previous, head.hash);
  };
  for (const ConsentHead& head : consent.heads) {
    if (replaced(head)) consent.replaced.push_back(head.hash);
  }
  std::erase_if(consent.heads, replaced);
  if (consent.heads.size() >= limits::kConsentHeadsMax) {
    return Error{ErrorCode::kOverloaded,
                 "too many concurrent versions of this consent; record one that names them all"};
  }
  if (consent.replaced.size() > kReplacedKept) {
    consent.replaced.erase(consent.replaced.begin(), consent.replaced.end() - kReplacedKept);
  }
  consent.version = record.version;
  consent.heads.push_back({position, hash, 0, record});
  return {};
}

std::vector<std::uint64_t> positions(const Consent& consent) {
  std::vector<std::uint64_t> out;
  for (const ConsentHead& head : consent.heads) out.push_back(head.position);
  if (consent.withdrawal != 0) out.push_back(consent.withdrawal);
  std::sort(out.begin(), out.end());
  return out;
}

policies::ConsentView view(const Consent& consent, const wire::Header& header, bool onward,
                           Instant now) {
  policies::ConsentView all;
  all.state = state_of(consent, now);
  all.purpose_named = all.recipient_named = all.person_initiated = all.fresh_in_reflection = true;
  all.full = all.named = policies::kAllCategories;
  for (const ConsentHead& head : consent.heads) narrow_by(all, head, header, onward);
  return all;
}

bool excludes(const Consent& consent, const AgencyId& agency) {
  return std::any_of(consent.heads.begin(), consent.heads.end(), [&](const ConsentHead& head) {
    return contains_value(head.record.never_agencies, agency);
  });
}

policies::CategorySet never(const Consent& consent) {
  policies::CategorySet all = 0;
  for (const ConsentHead& head : consent.heads) all |= head.record.never_categories;
  return all;
}

}  // namespace safeconduct::core
