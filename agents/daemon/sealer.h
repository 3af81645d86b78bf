// From a document in the outbox to a sealed, signed submission: decides what may be offered at
// most, generalises, seals. Pure but for the randomness that is handed in.
#pragma once

#include <optional>

#include "agents/daemon/consents.h"
#include "agents/daemon/desk.h"
#include "agents/daemon/items.h"
#include "agents/document/document.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/wire/header.h"

namespace safeconduct::agent {

// What the sender knows of the referral's ground when it seals.
struct Ground {
  std::optional<Consent> consent;  // one of ours
  policies::Levels prior = policies::Levels::all(policies::Level::kFull);
};

// The case as this agent knows it. An onward referral rests on a consent that only its collector
// and the broker know: here it counts as granted, and the broker decides.
[[nodiscard]] policies::Case case_of(const Book& book, const Sent& sent, const Ground& ground,
                                     Instant at);

// The consent of somebody who can see none: live, and everything in it.
[[nodiscard]] policies::ConsentView everything_granted();

struct SealedItem {
  wire::Submission submission;  // its batch signature still empty
  Digest digest{};
};

// Seals under `card`; fills `sent` with what the message now is. Needs the policy in `desk.book`.
// Errors: kInvalid (the content does not fit a message), kUnauthentic (the card's key).
[[nodiscard]] Result<SealedItem> seal_referral(Desk& desk, Sent& sent,
                                               const document::ReferralDocument& document,
                                               const Ground& ground, const wire::SealingCard& card);

[[nodiscard]] wire::BatchSignature to_wire(const seal::BatchSignature& signature);
[[nodiscard]] seal::BatchSignature from_wire(const wire::BatchSignature& signature);

}  // namespace safeconduct::agent
