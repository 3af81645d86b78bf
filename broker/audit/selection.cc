#include "broker/audit/selection.h"

#include "broker/audit/sentences.h"

namespace safeconduct::audit {

bool Selector::takes(const ledger::Entry& entry) {
  // In order, so that each learns what it needs from every entry.
  const bool referral = !selection_.referral || is_of_referral(entry);
  const bool agency = !selection_.agency || is_of_agency(entry);
  const bool after = !selection_.from || entry.leaf.instant >= *selection_.from;
  const bool before = !selection_.until || entry.leaf.instant < *selection_.until;
  return referral && agency && after && before;
}

bool Selector::is_of_referral(const ledger::Entry& entry) {
  if (const auto action = action_of(entry)) return action->referral == *selection_.referral;
  const auto message = message_of(entry);
  if (!message) return false;
  const auto routing = routing_of(entry);
  const auto recipient = recipient_of(entry);
  const bool named = (routing && routing->referral == *selection_.referral) ||
                     (recipient && recipient->referral == *selection_.referral);
  if (named) messages_.insert(*message);
  return named || messages_.contains(*message);
}

bool Selector::is_of_agency(const ledger::Entry& entry) {
  const AgencyId& agency = *selection_.agency;
  if (const auto record = recorded_of(entry)) return record->agency == agency;
  const auto message = message_of(entry);
  if (!message) return false;
  if (const auto routing = routing_of(entry)) {
    if (routing->from == agency || routing->to == agency) {
      messages_.insert(*message);
      return true;
    }
    return false;
  }
  return messages_.contains(*message);
}

}  // namespace safeconduct::audit
