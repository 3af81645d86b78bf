// What the steps of messages, consents and clocks tell each other about referrals. For the core's
// own sources.
#pragma once

#include "broker/core/clocks.h"
#include "broker/core/referral.h"
#include "broker/core/step.h"

namespace safeconduct::core {

// --- referral_steps.cc

// Whether a message of this header may go in the state that its referral is in: one that never was,
// that is its sender's and recipient's, not over, and past acceptance when identity goes.
[[nodiscard]] wire::Verdict referral_verdict(const StateView& state, const wire::Header& header,
                                             Instant now);
// A message was admitted: opens its referral, or moves it to `sent`; tells the origin of a further
// hop. `silent`: it goes nowhere, and its sender sees what silence looks like.
void referral_submitted(Step& step, const wire::Header& header, bool silent);
void referral_received(Step& step, const wire::Header& header);
// It ended by another's word; nothing when it was over already.
void referral_ended(Step& step, const ReferralId& id, wire::State state);
void ring_referral(Step& step, const ReferralId& id);

// Who is told of an entry about a referral.
struct Told {
  bool sender = true;
  bool recipient = true;
};
std::uint64_t emit_referral(Step& step, ledger::EntryKind kind, const wire::ReferralPart& part,
                            Told told, std::optional<Bytes> restricted = {});

// --- request_steps.cc

// The first acceptance, or release, wins: every other candidate reads `withdrawn`.
void settle_request(Step& step, const RequestId& id, const ReferralId& winner);
// A candidate has no place, or is silent: the next one may be asked; when nobody is left, the need
// is counted as unmet.
void ask_next(Step& step, const RequestId& id, wire::UnmetReason reason);
// Whether the candidate's turn has come.
[[nodiscard]] bool is_asked(const StateView& state, const Referral& referral, Instant now);
void ring_request(Step& step, const RequestId& id);

// --- deletion_steps.cc

// The recipient was told to stop, or to delete these slots: it owes a receipt.
void owe_deletion(Step& step, const wire::Header& header, std::uint64_t slots);
void ring_deletion(Step& step, const MessageId& id);

// --- exception_steps.cc

// On another ground than consent a message goes only when the exception is on record and stands.
[[nodiscard]] wire::Verdict exception_verdict(const StateView& state, const wire::Header& header,
                                              Instant now);
void exception_released(Step& step, const wire::Header& header);
void ring_exception(Step& step, const ExceptionId& id);

// --- consent_steps.cc

// Ends what waits of a message, and tells its recipient, if it has or may have it, to stop.
void end_message(Step& step, const MessageId& id, ledger::EntryKind kind, std::uint8_t verdict);

// --- one record each; the author and the signature were checked

void take(Step& step, const TakeRecord& command, const wire::MoveRecord& record);
void take(Step& step, const TakeRecord& command, const wire::RequestRecord& record);
void take(Step& step, const TakeRecord& command, const wire::DeletionRecord& record);
void take(Step& step, const TakeRecord& command, const wire::ExceptionRecord& record);
void take(Step& step, const TakeRecord& command, const wire::ExclusionRecord& record);
void take(Step& step, const TakeRecord& command, const wire::CapacityRecord& record);
void take(Step& step, const TakeRecord& command, const wire::ServiceProfileRecord& record);
void take(Step& step, const TakeRecord& command, const wire::UnmetNeedRecord& record);
void take(Step& step, const TakeRecord& command, const wire::QuestionRecord& record);

// The record as it goes into a restricted or network part.
[[nodiscard]] Bytes recorded(const TakeRecord& command);
// Names a record by its bytes.
[[nodiscard]] Digest hash_of(const TakeRecord& command);
// Refuses it in a sentence, and records that.
void refuse(Step& step, const TakeRecord& command, ErrorCode code, std::string sentence);

}  // namespace safeconduct::core
