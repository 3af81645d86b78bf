// What leaves the agency: of each category no more than the policy's ceiling for this referral.
#pragma once

#include <vector>

#include "agents/document/document.h"
#include "policies/levels.h"
#include "schemas/seal/slots.h"

namespace safeconduct::document {

// For a category with content: at ceiling full, the full and the generalised slot, so that a
// narrower decision still has something to keep; at generalised, that slot only; at withheld,
// none. At inquiry never a full slot, whatever the ceiling. Ascending slot number. Texts are
// canonical category objects; a category whose generalised form is empty yields no such slot.
// `created` is the referral's creation, the same as in its header; `majority` the policy's, in
// years. Errors: kInvalid: a category is too long for a slot.
[[nodiscard]] Result<std::vector<seal::SlotPlaintext>> slots_for(const ReferralDocument& document,
                                                                 policies::Levels ceiling,
                                                                 Instant created, bool inquiry,
                                                                 int majority = 18);

// For tests of the broker and of recipients: an agent that skips minimising and offers both levels
// of everything it has.
[[nodiscard]] Result<std::vector<seal::SlotPlaintext>> offer_everything(
    const ReferralDocument& document, Instant created);

}  // namespace safeconduct::document
