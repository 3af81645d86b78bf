// What the projection is told of the ledger: one entry, verified and read (read_entry.h). Plain
// values without a reason, a scope or a name.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "broker/dashboard/projection/words.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/referral_records.h"

namespace safeconduct::dashboard {

// Something that happened to one referral.
struct ReferralFact {
  EventKind kind = EventKind::kSubmitted;
  std::optional<State> state;  // after it; nothing: as it was
  ReferralId referral;
  AgencyId from;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t basis = 0;
  std::uint8_t hop = 1;
  wire::DeclineReason reason = wire::DeclineReason::kNone;
  Instant due;  // of the next answer or duty; 0: none, or as it was
  RequestId request;
  ReferralId parent;
  // When consent ends, where the part says it; 0: it does not.
  Instant consent_until;
};

struct DirectoryFact {
  wire::Directory directory;
};

struct SealingCardFact {
  AgencyId agency;
  Instant not_after;
  Instant accepted_until;
};

struct CapacityFact {
  wire::CapacityRecord record;
};

struct UnmetNeedFact {
  wire::UnmetNeedRecord record;
};

// A coordinator took note of an entry.
struct AcknowledgedFact {
  std::uint64_t position = 0;
  std::string who;
};

using Fact = std::variant<std::monostate, ReferralFact, DirectoryFact, SealingCardFact,
                          CapacityFact, UnmetNeedFact, AcknowledgedFact>;

struct EntryFacts {
  std::uint64_t position = 0;
  Instant at;
  Fact fact;  // monostate: nothing that a coordinator looks at
};

}  // namespace safeconduct::dashboard
