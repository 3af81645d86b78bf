#include "schemas/ledger/kinds.h"

namespace safeconduct::ledger {

std::string_view name(EntryKind kind) {
  switch (kind) {
    case EntryKind::kGenesis:
      return "genesis";
    case EntryKind::kDirectory:
      return "directory";
    case EntryKind::kPolicy:
      return "policy";
    case EntryKind::kSealingCard:
      return "sealing card";
    case EntryKind::kConsent:
      return "consent";
    case EntryKind::kWithdrawal:
      return "withdrawal";
    case EntryKind::kSubmission:
      return "submission";
    case EntryKind::kDelivery:
      return "delivery";
    case EntryKind::kReceipt:
      return "receipt";
    case EntryKind::kRejection:
      return "rejection";
    case EntryKind::kExpiry:
      return "expiry";
    case EntryKind::kRecall:
      return "recall";
    case EntryKind::kRefusedFrame:
      return "refused frame";
    case EntryKind::kHeartbeat:
      return "heartbeat";
    case EntryKind::kRecovery:
      return "recovery";
    case EntryKind::kAccess:
      return "access";
    case EntryKind::kRetention:
      return "retention";
    case EntryKind::kPruning:
      return "pruning";
    case EntryKind::kHold:
      return "hold";
    case EntryKind::kHoldLifted:
      return "hold lifted";
    case EntryKind::kRequest:
      return "request";
    case EntryKind::kReferral:
      return "referral";
    case EntryKind::kClock:
      return "clock";
    case EntryKind::kOnward:
      return "onward";
    case EntryKind::kDeletion:
      return "deletion";
    case EntryKind::kException:
      return "exception";
    case EntryKind::kExclusion:
      return "exclusion";
    case EntryKind::kCapacity:
      return "capacity";
    case EntryKind::kUnmetNeed:
      return "unmet need";
    case EntryKind::kAlarm:
      return "alarm";
    case EntryKind::kServiceProfile:
      return "service profile";
    case EntryKind::kQuestion:
      return "question";
  }
  return "unknown";
}

std::string_view name(PartKind kind) {
  switch (kind) {
    case PartKind::kNetwork:
      return "network";
    case PartKind::kRouting:
      return "routing";
    case PartKind::kSender:
      return "sender";
    case PartKind::kRecipient:
      return "recipient";
    case PartKind::kRestricted:
      return "restricted";
  }
  return "unknown";
}

std::optional<EntryKind> entry_kind(std::uint8_t number) {
  for (const EntryKind kind : kEntryKinds) {
    if (static_cast<std::uint8_t>(kind) == number) return kind;
  }
  return std::nullopt;
}

std::optional<EntryKind> entry_kind_named(std::string_view word) {
  for (const EntryKind kind : kEntryKinds) {
    if (name(kind) == word) return kind;
  }
  return std::nullopt;
}

}  // namespace safeconduct::ledger
