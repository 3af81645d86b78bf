// The walk beside the walk: what a command did to the referrals on file, and what would have come
// of a letter if less had been granted, or less offered.
#include <algorithm>
#include <catch2/catch.hpp>

#include "broker/core/judgement.h"
#include "tests/broker_core/walk.h"

namespace safeconduct::core {
namespace {

wire::SenderPart sender_of(const Outcome& outcome) {
  return *wire::decode_sender(outcome.entries.at(0).entry.part(ledger::PartKind::kSender)->bytes);
}

std::optional<wire::RecipientPart> recipient_of(const Outcome& outcome) {
  const auto& part = outcome.entries.at(0).entry.part(ledger::PartKind::kRecipient);
  if (!part) return std::nullopt;
  return *wire::decode_recipient(part->bytes);
}

}  // namespace

Walk::Referrals Walk::referrals() const {
  std::vector<ReferralId> ids;
  broker_.state().range(keys::single('R'), keys::single('S'), [&](ByteView key, ByteView) {
    ids.push_back(keys::id_of<ReferralId>(key));
    return true;
  });
  Referrals out;
  for (const ReferralId& id : ids) out[id] = *find_referral(broker_.state(), id);
  return out;
}

void Walk::check_referrals(const Referrals& before, const Command& command,
                           const Outcome& outcome) {
  const auto told_of = [&](const ReferralId& id) {
    return std::any_of(outcome.entries.begin(), outcome.entries.end(), [&](const Emitted& emitted) {
      const auto& part = emitted.entry.part(ledger::PartKind::kRouting);
      if (!part) return false;
      const auto message = wire::decode_routing(part->bytes);
      const auto referral = wire::decode_referral_part(part->bytes);
      return (message && message->referral == id) || (referral && referral->referral == id);
    });
  };
  const auto* withdraw = std::get_if<Withdraw>(&command);
  ConsentId meant = withdraw != nullptr ? withdraw->withdrawal.consent : ConsentId();
  if (withdraw != nullptr && meant.is_zero()) {
    const auto message = find_message(broker_.state(), withdraw->withdrawal.message);
    if (message) meant = message->consent;
  }
  for (const auto& [id, now] : referrals()) {
    const auto at = before.find(id);
    if (at == before.end()) continue;
    const Referral& was = at->second;
    if (wire::is_final(now.state) && !wire::is_final(was.state)) REQUIRE(told_of(id));
    if (withdraw == nullptr) continue;
    REQUIRE(now.urgency == was.urgency);
    REQUIRE(now.from == was.from);
    REQUIRE(now.to == was.to);
    const auto record = find_message(broker_.state(), now.message);
    const auto header =
        record ? wire::decode_header(record->header) : Result<wire::Header>(wire::Header());
    const auto prior = header && header->hop > 1 ? find_message(broker_.state(), header->prior)
                                                 : std::optional<MessageRecord>();
    const bool rests = (record && record->consent == meant) || (prior && prior->consent == meant);
    if (rests) continue;
    REQUIRE(now.state == was.state);
    REQUIRE(now.due == was.due);
    REQUIRE(now.clock == was.clock);
    REQUIRE(now.clock_at == was.clock_at);
  }
}

std::vector<Outcome> Walk::would(const std::vector<Command>& commands) const {
  Core core = broker_.core();
  Overlay tick(broker_.state());
  std::vector<Outcome> out;
  for (const Command& command : commands) out.push_back(core.apply(tick, command, broker_.now));
  return out;
}

void Walk::compare_with_less(const Letter& letter) {
  const Submit whole = broker_.letter(letter);
  const auto first = would({whole, Deliver{whole.header.message_id}});
  const auto* decided = std::get_if<Decided>(&first[0].answer);
  if (decided == nullptr || decided->again) return;
  const wire::SenderPart told = sender_of(first[0]);
  ++compared_;

  // Invariant 1, monotone: what the person takes back first takes away, and adds nothing.
  if (letter.consent != 0) {
    Withdraw back = broker_.withdraw(letter.consent);
    back.withdrawal.categories = static_cast<std::uint32_t>(random_()) & policies::kAllCategories;
    const auto less = would({back, whole});
    if (std::holds_alternative<Decided>(less[1].answer)) {
      const wire::SenderPart after = sender_of(less[1]);
      REQUIRE((after.kept & ~told.kept) == 0);
      if (!decided->admitted) REQUIRE(after.verdict != 0);
    }
  }
  // Invariant 15: what was withheld looks as if it had never been there.
  const auto given = recipient_of(first[1].entries.empty() ? first[0] : first[1]);
  if (!decided->admitted || !given || first[1].entries.empty()) return;
  Submit bare = whole;
  bare.facts.offered = told.kept;
  const auto second = would({bare, Deliver{bare.header.message_id}});
  REQUIRE(recipient_of(second[1]) == given);
}

}  // namespace safeconduct::core
