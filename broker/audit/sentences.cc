#include "broker/audit/sentences.h"

#include <algorithm>

#include "broker/core/words.h"
#include "schemas/wire/retention.h"

namespace safeconduct::audit {
namespace {

using ledger::EntryKind;
using ledger::PartKind;

template <class Decode>
auto decoded(const ledger::Entry& entry, PartKind kind, Decode decode)
    -> std::optional<typename decltype(decode(ByteView()))::value_type> {
  const auto& part = entry.part(kind);
  if (!part) return std::nullopt;
  auto value = decode(part->bytes);
  if (!value) return std::nullopt;
  return std::move(*value);
}

std::string about_message(const ledger::Entry& entry) {
  const auto message = message_of(entry);
  if (!message) return "a message that is not shown";
  std::string out = "message " + message->text();
  if (const auto r = routing_of(entry)) {
    out += " from " + r->from.text() + " (" + std::string(core::role_word(r->from_role)) + ") to " +
           r->to.text() + " (" + std::string(core::role_word(r->to_role)) + ") for " +
           std::string(core::purpose_word(r->purpose)) + ", " +
           std::string(core::stage_word(r->stage)) + ", on " +
           std::string(core::basis_word(r->basis)) + ", hop " + std::to_string(r->hop);
  }
  return out;
}

// What became of it, as the sender is told.
std::string fate(const ledger::Entry& entry, std::string_view passed) {
  const auto sender = sender_of(entry);
  if (!sender) return "";
  if (sender->verdict != 0) return ": refused, " + core::verdict_words(sender->verdict);
  std::string out = ": " + std::string(passed) + " " + core::slot_words(sender->kept);
  for (std::size_t i = 0; i < sender->rules.size(); ++i) {
    out += (i == 0 ? ", by " : " ") + sender->rules[i];
  }
  return out;
}

std::string recorded_words(const ledger::Entry& entry, PartKind kind) {
  const auto record = decoded(entry, kind, wire::decode_recorded);
  if (!record) return "";
  std::string out = ", recorded by " + record->agency.text();
  if (!record->touched.empty()) {
    out += ", touching " + std::to_string(record->touched.size()) + " messages";
  }
  return out;
}

std::string withdrawal_words(const ledger::Entry& entry) {
  if (!message_of(entry)) {
    return "a consent was withdrawn or narrowed" + recorded_words(entry, PartKind::kRestricted);
  }
  const auto told = recipient_of(entry);
  const std::string who = !told        ? "it had not been given"
                          : told->stop ? "its recipient is told to stop"
                                       : "its recipient may keep " + core::slot_words(told->kept);
  return "because of the withdrawal, " + about_message(entry) + ": " + who;
}

std::string referral_words(const ledger::Entry& entry) {
  const auto part = referral_of(entry);
  if (!part) return std::string(ledger::name(entry.leaf.kind));
  std::string out(wire::name(part->event));
  std::replace(out.begin(), out.end(), '_', ' ');
  out += ": referral " + part->referral.text() + " from " + part->from.text() + " to " +
         part->to.text() + " for " + std::string(core::purpose_word(part->purpose)) + ", " +
         std::string(wire::name(part->state));
  if (part->reason != wire::DeclineReason::kNone) {
    out.append(", ").append(wire::name(part->reason));
  }
  if (part->due.ms != 0) out += ", due " + to_rfc3339(part->due);
  return out;
}

std::string refusal_words(const ledger::Entry& entry) {
  const auto part = decoded(entry, PartKind::kRestricted, wire::decode_restricted_refusal);
  if (!part) return "a frame was refused";
  return std::to_string(part->count) + " refused frame" + (part->count == 1 ? "" : "s") + " of " +
         part->agency.text() + ": " + part->what;
}

std::string pruning_words(const ledger::Entry& entry) {
  const auto pruning = decoded(entry, PartKind::kNetwork, wire::decode_pruning);
  if (!pruning) return "parts were destroyed";
  return "the " + std::string(ledger::name(static_cast<PartKind>(pruning->part))) +
         " parts of entries " + std::to_string(pruning->from) + " to " +
         std::to_string(pruning->to - 1) + " were destroyed, by the retention of entry " +
         std::to_string(pruning->retention) +
         (pruning->spared.empty()
              ? std::string()
              : ", but for " + std::to_string(pruning->spared.size()) + " under a hold");
}

std::string recovery_words(const ledger::Entry& entry) {
  const auto& part = entry.part(PartKind::kNetwork);
  std::string out = "the log was opened after a loss";
  if (!part) return out;
  std::string text(text_of(part->bytes));
  const std::size_t from = text.find("\nrecovery of ");
  if (from == std::string::npos) return out;
  text = text.substr(from + 1, text.size() - from - 2);
  std::replace(text.begin(), text.end(), '\n', ',');
  return out + ": " + text;
}

std::string action_words(const ledger::Entry& entry) {
  const auto action = action_of(entry);
  if (!action) return "somebody looked or acted";
  std::string out = "operator " + action->who + " at " + action->recorded_by.text() + ": " +
                    std::string(wire::name(action->what));
  if (!action->referral.is_zero()) out += ", referral " + action->referral.text();
  if (action->position != wire::OperatorAction::kNoPosition) {
    out += ", entry " + std::to_string(action->position);
  }
  return out;
}

}  // namespace

std::optional<wire::RecordedRecord> recorded_of(const ledger::Entry& entry) {
  switch (entry.leaf.kind) {
    case EntryKind::kSealingCard:
      return decoded(entry, PartKind::kNetwork, wire::decode_recorded);
    case EntryKind::kConsent:
    case EntryKind::kWithdrawal:
    case EntryKind::kAccess:
      return decoded(entry, PartKind::kRestricted, wire::decode_recorded);
    default:
      return std::nullopt;
  }
}

std::optional<wire::OperatorAction> action_of(const ledger::Entry& entry) {
  const auto record = decoded(entry, PartKind::kRestricted, wire::decode_recorded);
  if (!record || record->record.kind != wire::RecordKind::kOperatorAction) return std::nullopt;
  auto action = wire::decode_operator_action(record->record.body);
  return action ? std::optional(std::move(*action)) : std::nullopt;
}

std::optional<wire::RoutingPart> routing_of(const ledger::Entry& entry) {
  return decoded(entry, PartKind::kRouting, wire::decode_routing);
}
std::optional<wire::SenderPart> sender_of(const ledger::Entry& entry) {
  return decoded(entry, PartKind::kSender, wire::decode_sender);
}
std::optional<wire::RecipientPart> recipient_of(const ledger::Entry& entry) {
  return decoded(entry, PartKind::kRecipient, wire::decode_recipient);
}

std::optional<wire::ReferralPart> referral_of(const ledger::Entry& entry) {
  if (!ledger::has_referral_part(entry.leaf.kind)) return std::nullopt;
  for (const PartKind kind : {PartKind::kRouting, PartKind::kSender, PartKind::kRecipient}) {
    if (auto part = decoded(entry, kind, wire::decode_referral_part)) return part;
  }
  return std::nullopt;
}

std::optional<MessageId> message_of(const ledger::Entry& entry) {
  if (const auto part = referral_of(entry)) return part->message;
  if (const auto part = routing_of(entry)) return part->message;
  if (const auto part = sender_of(entry)) return part->message;
  if (const auto part = recipient_of(entry)) return part->message;
  return std::nullopt;
}

std::string sentence(const ledger::Entry& entry) {
  switch (entry.leaf.kind) {
    case EntryKind::kGenesis:
      return "the log was opened";
    case EntryKind::kRecovery:
      return recovery_words(entry);
    case EntryKind::kDirectory:
      return "a directory came into force";
    case EntryKind::kPolicy:
      return "a policy came into force";
    case EntryKind::kSealingCard:
      return "a sealing card was published" + recorded_words(entry, PartKind::kNetwork);
    case EntryKind::kConsent:
      return "a version of a consent" + recorded_words(entry, PartKind::kRestricted);
    case EntryKind::kWithdrawal:
      return withdrawal_words(entry);
    case EntryKind::kSubmission:
      return "submission of " + about_message(entry) + fate(entry, "admitted, keeps");
    case EntryKind::kDelivery:
      return "delivery of " + about_message(entry) + fate(entry, "given");
    case EntryKind::kReceipt:
      return "receipt for " + about_message(entry) + fate(entry, "the recipient holds");
    case EntryKind::kRejection:
      return about_message(entry) + ": the recipient signed that it could not accept it";
    case EntryKind::kExpiry:
      return about_message(entry) + ": its transport ended";
    case EntryKind::kRefusedFrame:
      return refusal_words(entry);
    case EntryKind::kAccess:
      return action_words(entry);
    case EntryKind::kHeartbeat:
      return "nothing happened";
    case EntryKind::kRecall:
      break;
    case EntryKind::kRequest:
    case EntryKind::kReferral:
    case EntryKind::kClock:
    case EntryKind::kOnward:
    case EntryKind::kDeletion:
    case EntryKind::kException:
    case EntryKind::kAlarm:
      return referral_words(entry);
    case EntryKind::kExclusion:
      return "somebody is kept from learning of a person" +
             recorded_words(entry, PartKind::kRestricted);
    case EntryKind::kCapacity:
      return "what an agency has now" + recorded_words(entry, PartKind::kNetwork);
    case EntryKind::kServiceProfile:
      return "what an agency offers" + recorded_words(entry, PartKind::kNetwork);
    case EntryKind::kUnmetNeed:
      return "a need that nobody met";
    case EntryKind::kQuestion:
      return "somebody asked where a person is, and was told nothing" +
             recorded_words(entry, PartKind::kRestricted);
    case EntryKind::kRetention:
      return "retention times came into force";
    case EntryKind::kPruning:
      return pruning_words(entry);
    case EntryKind::kHold:
      return "a legal hold came into force";
    case EntryKind::kHoldLifted:
      return "a legal hold was lifted";
  }
  return std::string(ledger::name(entry.leaf.kind));
}

}  // namespace safeconduct::audit
