// Entries in sentences, for people who audit. No content is in the log, so none is in these.
#pragma once

#include "schemas/ledger/entry.h"
#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"

namespace safeconduct::audit {

// What the entry says, as far as its parts are here.
[[nodiscard]] std::string sentence(const ledger::Entry& entry);

// The message that the entry is about, from whichever part is here.
[[nodiscard]] std::optional<MessageId> message_of(const ledger::Entry& entry);

// A decoded part; nothing when it is not here or not in form.
[[nodiscard]] std::optional<wire::RoutingPart> routing_of(const ledger::Entry& entry);
[[nodiscard]] std::optional<wire::SenderPart> sender_of(const ledger::Entry& entry);
[[nodiscard]] std::optional<wire::RecipientPart> recipient_of(const ledger::Entry& entry);
// The signed record of a sealing card, consent, withdrawal or access entry.
[[nodiscard]] std::optional<wire::RecordedRecord> recorded_of(const ledger::Entry& entry);
// Of an access entry.
[[nodiscard]] std::optional<wire::OperatorAction> action_of(const ledger::Entry& entry);
// Of the entries of a referral's life: whichever of its parts is here.
[[nodiscard]] std::optional<wire::ReferralPart> referral_of(const ledger::Entry& entry);

}  // namespace safeconduct::audit
