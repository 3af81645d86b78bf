#include "tests/broker_core/walk.h"

#include <catch2/catch.hpp>

#include "broker/core/judgement.h"
#include "broker/core/message.h"
#include "broker/core/referral.h"

namespace safeconduct::core {
namespace {

// What the rules let pass at most: a consent that grants and names everything.
policies::Levels ceiling(const Knowledge& knowledge, const wire::Header& h) {
  policies::Case c;
  c.from = static_cast<policies::Role>(h.from_role);
  c.to = static_cast<policies::Role>(h.to_role);
  c.purpose = static_cast<policies::Purpose>(h.purpose);
  c.stage = static_cast<policies::Stage>(h.stage);
  c.basis = static_cast<policies::Basis>(h.basis);
  c.urgency = static_cast<policies::Urgency>(h.urgency);
  c.circumstances = h.circumstances;
  c.hop = h.hop;
  c.agreement_in_force = true;
  c.consent.state = policies::ConsentState::kLive;
  c.consent.purpose_named = c.consent.recipient_named = c.consent.person_initiated = true;
  c.consent.fresh_in_reflection = true;
  c.consent.full = c.consent.named = policies::kAllCategories;
  return policies::decide(*knowledge.policy, c).levels;
}

}  // namespace

std::uint64_t Walk::recent() {
  const std::uint64_t back = below(30) + 1;
  return next_letter_ > back ? next_letter_ - back : 1;
}

Outcome Walk::apply(const Command& command) {
  const std::size_t before = broker_.entries();
  const bool withdraws = std::holds_alternative<Withdraw>(command);
  std::optional<Referrals> watched;
  if (one_in(withdraws ? 4 : 200)) watched = referrals();
  Outcome outcome = broker_.apply(command);
  twin_.now = broker_.now;
  const Outcome again = twin_.apply(command);
  REQUIRE(again.entries.size() == outcome.entries.size());
  bool derived = false;
  for (std::size_t i = 0; i < outcome.entries.size(); ++i) {
    const ledger::Entry& entry = outcome.entries[i].entry;
    REQUIRE(again.entries[i].entry == entry);
    derived = entry.leaf.kind != ledger::EntryKind::kRefusedFrame &&
              entry.leaf.kind != ledger::EntryKind::kHeartbeat;
    if (!derived) replay_.pass(entry);
  }
  if (derived) {
    replay_.now = outcome.entries[0].entry.leaf.instant;
    replay_.apply(command);
    REQUIRE(replay_.entries() == broker_.entries());
    for (std::size_t at = before; at < broker_.entries(); ++at) {
      REQUIRE(replay_.log()[at] == broker_.log()[at]);
    }
  }
  check_bodies(outcome);
  check_entries(outcome, before);
  check_kept(outcome);
  check_readers(outcome);
  check_recorded(outcome);
  if (watched) check_referrals(*watched, command, outcome);
  return outcome;
}

Outcome Walk::say(const Command& command) {
  if (one_in(12)) {
    held_.push_back(command);
    return {};
  }
  if (one_in(8)) said_.push_back(command);
  return apply(command);
}

void Walk::late_or_again() {
  for (std::vector<Command>* from : {&held_, &said_}) {
    if (from->empty()) continue;
    const auto at = from->begin() + static_cast<long>(below(from->size()));
    const Command command = std::move(*at);
    from->erase(at);
    apply(command);
  }
}

void Walk::check_bodies(const Outcome& outcome) {
  for (const BodyEffect& effect : outcome.bodies) {
    const auto at = bodies_.find(effect.message);
    switch (effect.fate) {
      case BodyFate::kStore:
        REQUIRE(at == bodies_.end());
        bodies_[effect.message] = effect.kept;
        break;
      case BodyFate::kNarrow:
        REQUIRE(at != bodies_.end());
        REQUIRE((effect.kept & ~at->second) == 0);
        REQUIRE((effect.decoy || effect.kept != at->second));
        at->second = effect.kept;
        break;
      case BodyFate::kDrop:
        REQUIRE(at != bodies_.end());
        bodies_.erase(at);
        break;
    }
    if (effect.fate == BodyFate::kDrop) continue;
    const auto record = find_message(broker_.state(), effect.message);
    REQUIRE(record->kept == effect.kept);
    // Invariant 7: what goes nowhere is not kept either; other bytes lie in its place.
    REQUIRE(effect.decoy == (record->phase == Phase::kSilent));
  }
}

void Walk::check_entries(const Outcome& outcome, std::size_t before) {
  for (std::size_t i = 0; i < outcome.entries.size(); ++i) {
    const Emitted& emitted = outcome.entries[i];
    REQUIRE(emitted.entry.leaf.position.value == before + i);
    const Instant last = broker_.log()[before + i - 1].leaf.instant;
    REQUIRE(emitted.entry.leaf.instant >= last);
    REQUIRE(ledger::check_parts(emitted.entry).has_value());
    REQUIRE(emitted.entry.has(ledger::PartKind::kSender) == !emitted.sender.empty());
    REQUIRE(emitted.entry.has(ledger::PartKind::kRecipient) == !emitted.recipient.empty());
  }
}

void Walk::check_kept(const Outcome& outcome) {
  if (const auto* given = std::get_if<Given>(&outcome.answer)) {
    const auto body = bodies_.find(given->message);
    REQUIRE(body != bodies_.end());
    REQUIRE((given->kept & ~body->second) == 0);
    ++given_;
  }
  for (const Emitted& emitted : outcome.entries) {
    const auto kind = emitted.entry.leaf.kind;
    if (kind != ledger::EntryKind::kSubmission && kind != ledger::EntryKind::kDelivery) continue;
    const auto& part = emitted.entry.part(ledger::PartKind::kSender);
    if (!part) {  // it falls silent while it waits: nobody is told
      REQUIRE(emitted.recipient.empty());
      ++silenced_;
      continue;
    }
    const wire::SenderPart told = *wire::decode_sender(part->bytes);
    if (told.verdict != 0) {
      REQUIRE(told.kept == 0);
      REQUIRE(emitted.recipient.empty());
      continue;
    }
    const auto record = find_message(broker_.state(), told.message);
    const auto header = wire::decode_header(record->header);
    REQUIRE(levels_of(told.kept).within(ceiling(broker_.core().knowledge(), *header)));
    Passage passage = passage_of(broker_.state(), *header, *record);
    passage.given = kind == ledger::EntryKind::kDelivery;
    passage.at = emitted.entry.leaf.instant;
    passage.position = emitted.entry.leaf.position.value;
    passage.kept = told.kept;
    passage.offered = offered_of(told.message);
    REQUIRE(broken(passage) == "");
    if (passage.silent) ++silenced_;
    if (!passage.given) continue;
    went_[std::string(policies::name(static_cast<policies::Purpose>(header->purpose))) + " by " +
          std::string(policies::name(static_cast<policies::Basis>(header->basis))) +
          (header->stage == 1 ? ", inquiry"
           : header->hop == 2 ? ", hop 2"
                              : "")] += 1;
  }
}

// Invariants 7, 15 and 17: who reads what.
void Walk::check_readers(const Outcome& outcome) {
  static const AgencyId kFund = agency("fund");
  for (const Emitted& emitted : outcome.entries) {
    REQUIRE(emitted.sender != kFund);
    REQUIRE(emitted.recipient != kFund);
    const auto& part = emitted.entry.part(ledger::PartKind::kRecipient);
    if (!part) continue;
    const auto of_message = wire::decode_recipient(part->bytes);
    const auto of_referral = wire::decode_referral_part(part->bytes);
    REQUIRE((of_message.has_value() || of_referral.has_value()));
    const ReferralId id = of_message ? of_message->referral : of_referral->referral;
    const auto referral = find_referral(broker_.state(), id);
    if (referral) REQUIRE_FALSE(referral->silent);
    if (of_message) {
      const auto record = find_message(broker_.state(), of_message->message);
      if (record) REQUIRE(record->phase != Phase::kSilent);
    } else {
      // What ties candidates together, and an exception's id, are not the recipient's.
      REQUIRE(of_referral->request.is_zero());
      REQUIRE(of_referral->parent.is_zero());
    }
  }
}

// Invariant 16: what is released is on record, and so is what was denied. Push-back and what was
// decided before are no decisions (DESIGN §1.4).
void Walk::check_recorded(const Outcome& outcome) {
  if (const auto* given = std::get_if<Given>(&outcome.answer)) {
    const auto says = [&](const Emitted& emitted) {
      return emitted.entry.leaf.position.value == given->position &&
             emitted.entry.leaf.kind == ledger::EntryKind::kDelivery &&
             emitted.entry.has(ledger::PartKind::kSender) &&
             emitted.entry.has(ledger::PartKind::kRecipient);
    };
    REQUIRE(std::any_of(outcome.entries.begin(), outcome.entries.end(), says));
  }
  const auto* error = std::get_if<Error>(&outcome.answer);
  if (error == nullptr || error->code == ErrorCode::kOverloaded || !outcome.entries.empty()) return;
  bool counted = false;
  broker_.state().range(keys::single('r'), keys::single('s'), [&](ByteView, ByteView) {
    counted = true;
    return false;
  });
  REQUIRE(counted);
}

std::uint64_t Walk::offered_of(const MessageId& id) const {
  const std::uint64_t at = find_message(broker_.state(), id)->submission;
  const auto& part = broker_.log().at(at).part(ledger::PartKind::kRestricted);
  return wire::decode_restricted_submission(part->bytes)->facts.offered;
}

// Invariant 12: what ended has no body, and what has one waits in a mailbox.
void Walk::check_mailboxes() {
  std::size_t count = 0;
  for (const std::string_view name : kMailboxes) {
    count += waiting_count(broker_.state(), agency(name));
    const auto nowhere = broker_.state().get(keys::nowhere_count(agency(name)));
    if (nowhere) count += ByteReader(*nowhere).u32();
  }
  REQUIRE(count == bodies_.size());
  if (!one_in(16)) return;
  std::size_t waiting = 0;
  for (const auto& [id, kept] : bodies_) {
    const auto record = find_message(broker_.state(), id);
    REQUIRE(record->seems_waiting());
    if (record->phase == Phase::kSilent) ++waiting;
  }
  for (const std::string_view name : kMailboxes) {
    const auto box = waiting_for(broker_.state(), agency(name), 0, 1'000'000);
    REQUIRE(box.size() == waiting_count(broker_.state(), agency(name)));
    for (const Waiting& one : box) waiting += bodies_.count(one.message);
  }
  REQUIRE(waiting == bodies_.size());
}

void Walk::step() {
  const std::uint64_t die = below(1000);
  if (die < 230) {
    submit();
  } else if (die < 270) {
    say_move();
  } else if (die < 275) {
    ask_several();
  } else if (die < 285) {
    say_deletion();
  } else if (die < 287) {
    exclude();
  } else if (die < 295) {
    review();
  } else if (die < 560) {
    deliver();
  } else if (die < 760) {
    take_receipt();
  } else if (die < 800) {
    record_consent();
  } else if (die < 815) {
    withdraw();
  } else if (die < 818) {
    change_directory();
  } else if (die == 818 && one_in(20)) {
    change_policy();
  } else if (die < 870) {
    housekeeping();
  } else if (die < 895) {
    late_or_again();
  } else if (die < 900) {
    ask_where();
  } else if (die < 910) {
    apply(RefuseFrame{agency("ngo"), wire::Verdict::kMalformed, "the frame is cut short"});
  } else {
    pass_time();
  }
  check_mailboxes();
}

void Walk::end() {
  REQUIRE(twin_.state() == broker_.state());
  broker_.now = broker_.now + days(2000);
  for (auto over = due(broker_.state(), broker_.now, 100); !over.empty();
       over = due(broker_.state(), broker_.now, 100)) {
    for (const MessageId& id : over) apply(Expire{id});
  }
  // A closed referral is forgotten later than it was closed.
  for (int round = 0; round < 8; ++round) {
    broker_.now = broker_.now + days(500);
    for (auto over = due_bells(broker_.state(), broker_.now, 100); !over.empty();
         over = due_bells(broker_.state(), broker_.now, 100)) {
      for (const Due& bell : over) apply(Ring{bell.bell, bell.id});
    }
  }
  for (auto over = due(broker_.state(), broker_.now, 100); !over.empty();
       over = due(broker_.state(), broker_.now, 100)) {
    for (const MessageId& id : over) apply(Expire{id});
  }
  for (int i = 0; i < 2000; ++i) apply(CountRefusals{});
  REQUIRE(bodies_.empty());
  REQUIRE(twin_.state() == broker_.state());
  std::string left;
  broker_.state().range(keys::single('\0'), keys::single('\x7f'), [&](ByteView key, ByteView) {
    left += static_cast<char>(key[0]);
    return true;
  });
  left.erase(std::unique(left.begin(), left.end()), left.end());
  REQUIRE(left == "DGKLPo");
  REQUIRE(due_bells(broker_.state(), broker_.now, 1).empty());
}

}  // namespace safeconduct::core
