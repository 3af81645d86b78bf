// Consents as the core holds them: scope codes of the versions that count, who collected it, and
// what the person has taken back since (DOMAIN §3.7, DESIGN §6).
#pragma once

#include <optional>

#include "broker/core/state_view.h"
#include "policies/case.h"
#include "schemas/wire/header.h"
#include "schemas/wire/records.h"

namespace safeconduct::core {

// A version that no other replaces. Several at once: concurrent versions, the minimum counts.
struct ConsentHead {
  std::uint64_t position = 0;  // of its entry
  Digest hash{};
  std::uint32_t taken_back = 0;  // categories withdrawn from it since
  wire::ConsentRecord record;
};

// A version that was replaced: late ones may still name it.
struct OldVersion {
  Digest hash{};
  std::uint64_t position = 0;
  std::uint32_t version = 0;
};

struct Consent {
  AgencyId collector;
  bool withdrawn = false;        // wholly; final
  std::uint32_t uses = 0;        // messages that rest on it
  std::uint64_t withdrawal = 0;  // position of the last withdrawal entry, 0 for none
  std::uint32_t narrowed = 0;    // categories that withdrawals took back
  Instant narrowed_at;           // when the last of them did
  Instant forget;                // when the core may forget it: after its last version and use
  std::vector<OldVersion> replaced{};  // newest last
  std::vector<ConsentHead> heads;

  // The version with this hash, head or replaced.
  [[nodiscard]] std::optional<OldVersion> find(const Digest& hash) const;
};

// As it lies in the state, forgotten or not.
[[nodiscard]] std::optional<Consent> find_consent(const StateView& state, const ConsentId& id);
// What decisions may read (see MessageRecord::forgotten).
[[nodiscard]] std::optional<Consent> remembered_consent(const StateView& state, const ConsentId& id,
                                                        Instant now);
void put_consent(Overlay& tick, const ConsentId& id, const Consent& consent);
// Likewise, for whoever knows when the one in the state could be forgotten (nothing: none is).
void put_consent(Overlay& tick, const ConsentId& id, const Consent& consent,
                 std::optional<Instant> forget_before);

// Erases consents that may be forgotten at `now`, at most `count`.
void forget_consents(Overlay& tick, Instant now, std::size_t count);

// Adds a version: the first by its collector; a later one by its collector only, naming versions
// that are known. Named heads are replaced; what the person took back after it was given stays
// taken back. Errors: kForbidden, kConflict, kOverloaded, kInvalid.
[[nodiscard]] Status add_version(Consent& consent, const wire::ConsentRecord& record,
                                 const Digest& hash, std::uint64_t position);

// The start of the day (UTC) on which the first of the versions that count ends; 0 when there is
// no such consent.
[[nodiscard]] Instant last_day(const std::optional<Consent>& consent);

// The positions of the heads, ascending: what a decision rested on.
[[nodiscard]] std::vector<std::uint64_t> positions(const Consent& consent);

// What the consent says for one message: for its purpose and recipient, at `now`. `onward`: the
// message is a further hop that rests on the consent of the one before.
// `life`: how long a consent counts at most, by the policy in force.
[[nodiscard]] policies::ConsentView view(const Consent& consent, const wire::Header& header,
                                         bool onward, Duration life, Instant now);
[[nodiscard]] bool excludes(const Consent& consent, const AgencyId& agency);
// The same, with whom the person excluded later.
[[nodiscard]] bool excludes(const StateView& state, const ConsentId& id, const Consent& consent,
                            const AgencyId& agency);
inline constexpr std::size_t kExcludedBesideMax = 128;
[[nodiscard]] std::vector<AgencyId> excluded_beside(const StateView& state, const ConsentId& id);
void put_excluded_beside(Overlay& tick, const ConsentId& id, const std::vector<AgencyId>& agencies);
[[nodiscard]] policies::CategorySet never(const Consent& consent);

}  // namespace safeconduct::core
