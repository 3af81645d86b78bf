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

struct Consent {
  AgencyId collector;
  bool withdrawn = false;          // wholly; final
  std::uint32_t version = 0;       // the highest
  std::uint32_t uses = 0;          // messages that rest on it
  std::uint64_t withdrawal = 0;    // position of the last withdrawal entry, 0 for none
  std::vector<Digest> replaced{};  // hashes of versions that are heads no more, newest last
  std::vector<ConsentHead> heads;

  [[nodiscard]] bool knows(const Digest& hash) const;
};

[[nodiscard]] std::optional<Consent> find_consent(const StateView& state, const ConsentId& id);
void put_consent(Overlay& tick, const ConsentId& id, const Consent& consent);

// Adds a version: the first by its collector; a later one by its collector only, naming versions
// that are known. Named heads are replaced. Errors: kForbidden, kConflict, kOverloaded, kInvalid.
[[nodiscard]] Status add_version(Consent& consent, const wire::ConsentRecord& record,
                                 const Digest& hash, std::uint64_t position);

// The positions of the heads, ascending: what a decision rested on.
[[nodiscard]] std::vector<std::uint64_t> positions(const Consent& consent);

// What the consent says for one message: for its purpose and recipient, at `now`. `onward`: the
// message is a further hop that rests on the consent of the one before.
[[nodiscard]] policies::ConsentView view(const Consent& consent, const wire::Header& header,
                                         bool onward, Instant now);
[[nodiscard]] bool excludes(const Consent& consent, const AgencyId& agency);
[[nodiscard]] policies::CategorySet never(const Consent& consent);

}  // namespace safeconduct::core
