// What rings when: one index over all referrals and duties, in order of time, so that a tick reads
// what is due and nothing else. A clock that has rung is out of the index with the same batch that
// says so, and never rings again.
#pragma once

#include "broker/core/state_view.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::core {

// Whose clock.
enum class Bell : std::uint8_t {
  kReferral = 1,   // a ReferralId
  kRequest = 2,    // a RequestId: may be forgotten
  kDeletion = 3,   // a MessageId: its deletion receipt is due
  kException = 4,  // an ExceptionId: the next of its duties
};

using BellId = ByteArray<16>;

struct Due {
  Bell bell = Bell::kReferral;
  BellId id{};
};

void set_bell(Overlay& tick, Bell bell, const BellId& id, Instant at);
void clear_bell(Overlay& tick, Bell bell, const BellId& id, Instant at);
// What is due at `now`, earliest first; at most `count`. What the loop gives to Ring.
[[nodiscard]] std::vector<Due> due_bells(const StateView& state, Instant now, std::size_t count);

}  // namespace safeconduct::core
