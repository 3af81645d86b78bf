#include "broker/core/consents.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "policies/grant.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

constexpr std::uint8_t kForm = 1;
constexpr std::size_t kReplacedKept = 64;  // versions that a late one may still name
constexpr std::size_t kRecordBytesMax = 64 * 1024;
// How long it is told that a consent has expired, before it is as if it had never been.
constexpr Duration kToldExpired = limits::kConsentDefault;

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

policies::Grant grant_of(const ConsentHead& head, const wire::Header& header, bool onward) {
  policies::Grant grant;
  grant.grantor = static_cast<std::uint8_t>(head.record.grantor);
  grant.fresh_in_reflection = head.record.fresh_in_reflection;
  grant.written = head.record.written;
  grant.taken_back = head.taken_back;
  const wire::ConsentScope* scope = scope_for(head.record, header.purpose);
  if (scope == nullptr) return grant;
  grant.scope = {scope->full, scope->generalised, scope->named,
                 names_recipient(head, *scope, header, onward), scope->person_initiated};
  return grant;
}

policies::ConsentState state_of(const Consent& consent, Duration life, Instant now) {
  if (consent.withdrawn) return policies::ConsentState::kWithdrawn;
  const auto over = [&](const ConsentHead& head) {
    return std::min(head.record.expires, head.record.given + life) <= now;
  };
  const bool expired = std::any_of(consent.heads.begin(), consent.heads.end(), over);
  return expired ? policies::ConsentState::kExpired : policies::ConsentState::kLive;
}

Consent decode(ByteView bytes) {
  ByteReader in(bytes);
  Consent c;
  const std::uint8_t form = in.u8();
  auto collector = AgencyId::parse(in.str8());
  c.withdrawn = in.u8() == 1;
  c.uses = in.u32();
  c.withdrawal = in.u64();
  c.narrowed = in.u32();
  c.narrowed_at.ms = in.i64();
  c.forget.ms = in.i64();
  for (std::size_t i = 0, n = in.u8(); i < n && !in.failed(); ++i) {
    c.replaced.push_back({in.array<32>(), in.u64(), in.u32()});
  }
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
  for (const Digest& hash : record.previous) {
    const auto named = consent.find(hash);
    if (!named) {
      return Error{ErrorCode::kConflict,
                   "the new version names one that is not known here; read the consent again"};
    }
    if (record.version <= named->version) {
      return Error{ErrorCode::kConflict,
                   "the new version's number is not above the one that it names; number it anew"};
    }
  }
  return {};
}

void replace_heads(Consent& consent, const std::vector<Digest>& named) {
  const auto replaced = [&](const ConsentHead& head) { return contains_value(named, head.hash); };
  for (const ConsentHead& head : consent.heads) {
    if (!replaced(head)) continue;
    consent.replaced.push_back({head.hash, head.position, head.record.version});
  }
  std::erase_if(consent.heads, replaced);
  if (consent.replaced.size() > kReplacedKept) {
    consent.replaced.erase(consent.replaced.begin(), consent.replaced.end() - kReplacedKept);
  }
}

}  // namespace

std::optional<OldVersion> Consent::find(const Digest& hash) const {
  for (const ConsentHead& head : heads) {
    if (head.hash == hash) return OldVersion{head.hash, head.position, head.record.version};
  }
  for (const OldVersion& old : replaced) {
    if (old.hash == hash) return old;
  }
  return std::nullopt;
}

std::optional<Consent> find_consent(const StateView& state, const ConsentId& id) {
  const auto bytes = state.get(keys::consent(id));
  if (!bytes) return std::nullopt;
  return decode(*bytes);
}

std::optional<Consent> remembered_consent(const StateView& state, const ConsentId& id,
                                          Instant now) {
  if (id.is_zero()) return std::nullopt;
  auto consent = find_consent(state, id);
  if (consent && consent->forget <= now) consent.reset();
  return consent;
}

void forget_consents(Overlay& tick, Instant now, std::size_t count) {
  std::vector<Bytes> due;
  const auto end = keys::forgetting_consent(now + milliseconds(1), {});
  tick.range(keys::forgetting_consent({0}, {}), end, [&](ByteView key, ByteView) {
    due.push_back(to_bytes(key));
    return due.size() < count;
  });
  for (const Bytes& key : due) {
    tick.erase(keys::consent(keys::id_of<ConsentId>(key)));
    tick.erase(keys::exclusions(keys::id_of<ConsentId>(key)));
    tick.erase(key);
  }
}

void put_consent(Overlay& tick, const ConsentId& id, const Consent& c) {
  const auto before = find_consent(tick, id);
  put_consent(tick, id, c, before ? std::optional(before->forget) : std::nullopt);
}

void put_consent(Overlay& tick, const ConsentId& id, const Consent& c,
                 std::optional<Instant> forget_before) {
  if (forget_before != c.forget) {
    if (forget_before) tick.erase(keys::forgetting_consent(*forget_before, id));
    tick.put(keys::forgetting_consent(c.forget, id), {});
  }
  ByteWriter out;
  out.u8(kForm).str8(c.collector.text()).u8(c.withdrawn ? 1 : 0);
  out.u32(c.uses).u64(c.withdrawal).u32(c.narrowed).i64(c.narrowed_at.ms).i64(c.forget.ms);
  out.u8(static_cast<std::uint8_t>(c.replaced.size()));
  for (const OldVersion& old : c.replaced) out.raw(old.hash).u64(old.position).u32(old.version);
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
  replace_heads(consent, record.previous);
  if (consent.heads.size() >= limits::kConsentHeadsMax) {
    return Error{ErrorCode::kOverloaded,
                 "too many concurrent versions of this consent; record one that names them all"};
  }
  // What the person took back after this version was given stays taken back.
  const std::uint32_t taken_back = record.given > consent.narrowed_at ? 0 : consent.narrowed;
  consent.heads.push_back({position, hash, taken_back, record});
  consent.forget = std::max(consent.forget, record.expires + kToldExpired);
  return {};
}

Instant last_day(const std::optional<Consent>& consent) {
  if (!consent || consent->heads.empty()) return {};
  Instant first = consent->heads.front().record.expires;
  for (const ConsentHead& head : consent->heads) first = std::min(first, head.record.expires);
  return start_of(date_of(first));
}

std::vector<std::uint64_t> positions(const Consent& consent) {
  std::vector<std::uint64_t> out;
  for (const ConsentHead& head : consent.heads) out.push_back(head.position);
  if (consent.withdrawal != 0) out.push_back(consent.withdrawal);
  std::sort(out.begin(), out.end());
  return out;
}

policies::ConsentView view(const Consent& consent, const wire::Header& header, bool onward,
                           Duration life, Instant now) {
  std::vector<policies::Grant> grants;
  for (const ConsentHead& head : consent.heads) grants.push_back(grant_of(head, header, onward));
  return policies::view_of(grants, state_of(consent, life, now));
}

bool excludes(const Consent& consent, const AgencyId& agency) {
  return std::any_of(consent.heads.begin(), consent.heads.end(), [&](const ConsentHead& head) {
    return contains_value(head.record.never_agencies, agency);
  });
}

std::vector<AgencyId> excluded_beside(const StateView& state, const ConsentId& id) {
  const auto bytes = state.get(keys::exclusions(id));
  std::vector<AgencyId> out;
  if (!bytes) return out;
  ByteReader in(*bytes);
  for (std::size_t i = 0, n = in.u8(); i < n; ++i) {
    auto agency = AgencyId::parse(in.str8());
    SC_CHECK(agency.has_value());
    out.push_back(std::move(*agency));
  }
  return out;
}

void put_excluded_beside(Overlay& tick, const ConsentId& id,
                         const std::vector<AgencyId>& agencies) {
  ByteWriter out(512);
  out.u8(static_cast<std::uint8_t>(agencies.size()));
  for (const AgencyId& agency : agencies) out.str8(agency.text());
  tick.put(keys::exclusions(id), out.take());
}

// Both are always read, so that the time does not tell which of them says so.
bool excludes(const StateView& state, const ConsentId& id, const Consent& consent,
              const AgencyId& agency) {
  const bool later = contains_value(excluded_beside(state, id), agency);
  return excludes(consent, agency) || later;
}

policies::CategorySet never(const Consent& consent) {
  policies::CategorySet all = 0;
  for (const ConsentHead& head : consent.heads) all |= head.record.never_categories;
  return all;
}

}  // namespace safeconduct::core
