#include "tests/broker_core/walk.h"

#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "broker/core/exception.h"
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
  return outcome;
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
        REQUIRE(effect.kept != at->second);
        at->second = effect.kept;
        break;
      case BodyFate::kDrop:
        REQUIRE(at != bodies_.end());
        bodies_.erase(at);
        break;
    }
    if (effect.fate == BodyFate::kDrop) continue;
    REQUIRE(find_message(broker_.state(), effect.message)->kept == effect.kept);
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
    const wire::SenderPart told = *wire::decode_sender(part->bytes);
    if (told.verdict != 0) {
      REQUIRE(told.kept == 0);
      REQUIRE(emitted.recipient.empty());
      continue;
    }
    const auto record = find_message(broker_.state(), told.message);
    const auto header = wire::decode_header(record->header);
    REQUIRE(levels_of(told.kept).within(ceiling(broker_.core().knowledge(), *header)));
    check_excluded(emitted, *record, *header);
    if (header->hop == 2) {
      const auto prior = find_message(broker_.state(), header->prior);
      REQUIRE(levels_of(told.kept).within(levels_of(prior->kept)));
    }
  }
}

// Invariants 7, 8 and 13 at the moment at which something goes.
void Walk::check_excluded(const Emitted& emitted, const MessageRecord& record,
                          const wire::Header& header) {
  if (emitted.entry.leaf.kind != ledger::EntryKind::kDelivery) return;
  const auto consent = find_consent(broker_.state(), record.consent);
  if (consent) REQUIRE_FALSE(excludes(broker_.state(), record.consent, *consent, header.to));
  if (policies::basis_from(header.basis) == policies::Basis::kConsent) {
    REQUIRE(consent.has_value());
    REQUIRE_FALSE(consent->withdrawn);
    for (const ConsentHead& head : consent->heads) {
      REQUIRE(head.record.expires > emitted.entry.leaf.instant);
    }
    return;
  }
  const auto id = exception_for(broker_.state(), header.referral_id);
  REQUIRE(id.has_value());
  const auto x = find_exception(broker_.state(), *id);
  REQUIRE_FALSE(x->closed);
  REQUIRE((x->approved || x->life_at_risk()));
}

void Walk::check_mailboxes() {
  std::size_t waiting = 0;
  for (const std::string_view name : kMailboxes) {
    const auto box = waiting_for(broker_.state(), agency(name), 0, 1'000'000);
    REQUIRE(box.size() == waiting_count(broker_.state(), agency(name)));
    for (const Waiting& one : box) waiting += bodies_.count(one.message);
  }
  REQUIRE(waiting == bodies_.size());
}

void Walk::submit() {
  if (one_in(12) && !sent_.empty()) {  // the same again, or other bytes under its id
    const auto at = sent_.find(recent());
    if (at == sent_.end()) return;
    Submit again = at->second;
    if (one_in(3)) again.digest[0] ^= 1;
    apply(again);
    return;
  }
  static const Letter kShapes[] = {
      {.from = "ngo", .to = "haven"},
      {.from = "ngo", .to = "homes", .to_role = "housing", .purpose = "long_term_housing"},
      {.from = "ngo", .to = "stmary", .to_role = "health", .purpose = "health_care"},
      {.from = "ngo", .to = "pd_unit", .to_role = "police", .purpose = "police_report"},
      {.from = "ngo", .to = "haven", .stage = "inquiry"},
      {.from = "haven",
       .to = "stmary",
       .from_role = "shelter",
       .to_role = "health",
       .purpose = "health_care",
       .hop = 2},
      {.from = "helpline",
       .to = "stmary",
       .from_role = "hotline",
       .to_role = "health",
       .purpose = "emergency_health",
       .basis = "break_glass"},
  };
  Letter letter = kShapes[below(std::size(kShapes))];
  letter.number = next_letter_++;
  letter.consent = letter.hop == 2 || one_in(10)
                       ? 0
                       : consents_ - below(std::min<std::uint64_t>(consents_ + 1, 6));
  if (letter.hop == 2) letter.prior = recent();
  if (one_in(10)) letter.supersedes = recent() + below(3);
  if (one_in(12)) letter.referral = recent();
  if (one_in(3)) letter.offered = random_() & kEverySlot;
  letter.life = hours(static_cast<std::int64_t>(1 + below(72)));
  letter.content_life = hours(static_cast<std::int64_t>(1 + below(24 * 20)));
  letter.circumstances = one_in(8) ? static_cast<std::uint16_t>(below(8)) : std::uint16_t{0};
  if (letter.basis != "consent" && !one_in(10)) allow(letter);
  const Submit command = broker_.letter(letter);
  const Outcome outcome = apply(command);
  const auto* decided = std::get_if<Decided>(&outcome.answer);
  if (decided != nullptr && decided->admitted) ++admitted_;
  letters_[letter.number] = letter;
  sent_[letter.number] = command;
  keep_newest(letters_);
  keep_newest(sent_);
}

void Walk::deliver() {
  const auto box = waiting_for(broker_.state(), agency(kMailboxes[below(4)]), 0, 20);
  if (box.empty()) return;
  const MessageId message = box[below(box.size())].message;
  const Outcome outcome = apply(Deliver{message});
  const auto* given = std::get_if<Given>(&outcome.answer);
  if (given == nullptr) return;
  for (const auto& [number, letter] : letters_) {
    if (message_id(number) == message) deliveries_[number] = *given;
  }
  keep_newest(deliveries_);
}

void Walk::take_receipt() {
  if (deliveries_.empty()) return;
  const auto at = std::next(deliveries_.begin(), static_cast<long>(below(deliveries_.size())));
  const auto letter = letters_.find(at->first);
  if (letter == letters_.end()) return;
  TakeReceipt receipt = broker_.receipt(letter->second, at->second);
  if (one_in(8)) receipt.receipt.kept &= random_();
  if (one_in(10)) {
    receipt.receipt.rejection = wire::Rejection::kBroken;
    receipt.receipt.kept = 0;
  }
  if (one_in(20)) receipt.agency = agency("ngo");
  if (std::holds_alternative<Recorded>(apply(receipt).answer)) ++received_;
}

void Walk::record_consent() {
  Word word;
  word.number = consents_ == 0 || one_in(2)
                    ? ++consents_
                    : consents_ - below(std::min<std::uint64_t>(consents_, 5));
  auto& versions = versions_[word.number];
  if (!versions.empty()) {
    const auto& named = versions[below(versions.size())];
    word.previous = {named.first};
    word.version = named.second + 1 + static_cast<std::uint32_t>(below(2));
  }
  word.life = hours(static_cast<std::int64_t>(1 + below(24 * 30)));
  const std::string all = "needs identity contact risk family demographics health location";
  word.scopes = {{.recipients = {"haven"}, .full = one_in(3) ? "needs identity" : all},
                 {.purpose = "health_care", .recipients = {"stmary"}, .full = all},
                 {.purpose = "long_term_housing",
                  .recipients = {"homes"},
                  .full = "needs",
                  .generalised = all},
                 {.purpose = "police_report",
                  .recipients = {"pd_unit"},
                  .full = all,
                  .person_initiated = one_in(2)}};
  word.onward_depth = one_in(2) ? 2 : 1;
  word.onward_purposes = {"health_care"};
  if (one_in(6)) word.excluded = {std::string(kMailboxes[below(4)])};
  if (one_in(6)) word.never = "contact";
  const PutConsent command = broker_.consent(word);
  if (std::holds_alternative<Recorded>(apply(command).answer)) {
    versions.emplace_back(command.version_hash, word.version);
  }
}

void Walk::withdraw() {
  const std::string some = one_in(2) ? "" : one_in(2) ? "identity" : "needs health";
  if (one_in(2) && consents_ > 0) {
    apply(broker_.withdraw(consents_ - below(std::min<std::uint64_t>(consents_, 4)), some));
  } else {
    apply(broker_.withdraw_at(kMailboxes[below(4)], recent(), some));
  }
}

void Walk::change_directory() {
  wire::Directory directory = bench_directory();
  directory.version = ++directory_version_;
  for (auto& member : directory.agencies) {
    if (one_in(25)) member.standing = wire::Standing::kSuspended;
    if (one_in(40)) member.training.until = {2025, 6, 1};
  }
  apply(broker_.directory(directory));
}

void Walk::change_policy() {
  if (policies_ == 3) return;
  ++policies_;
  std::string text = national_policy();
  if (policies_ % 2 == 1) {
    const std::string row = "location, demographics, health, psych, exploitation, perpetrator";
    text.replace(text.find(row), row.size(), "location, demographics");
  }
  // At once, or while the walk goes on.
  const auto from = one_in(2) ? std::optional(broker_.now + minutes(20)) : std::nullopt;
  apply(broker_.activation(text, from));
}

void Walk::housekeeping() {
  const auto over = due(broker_.state(), broker_.now, 20);
  for (const MessageId& id : over) apply(Expire{id});
  const auto bells = due_bells(broker_.state(), broker_.now, 20);
  for (const Due& bell : bells) apply(Ring{bell.bell, bell.id});
  if (one_in(4)) apply(CountRefusals{});
  if (one_in(30)) apply(Heartbeat{});
  if (one_in(20)) twin_.restart();
}

void Walk::pass_time() {
  const std::int64_t hours_on = one_in(40) ? 40 : one_in(6) ? 3 : 0;
  broker_.now = broker_.now + hours(hours_on) + minutes(static_cast<std::int64_t>(below(10)));
  if (one_in(50)) broker_.now = broker_.now - minutes(3);
  for (const std::string_view name : kMailboxes) {
    const auto& cards = broker_.core().knowledge().cards.at(agency(name));
    if (cards.back().accepted_until > broker_.now + days(1)) continue;
    PutCard card = broker_.card(name, cards.back().counter + 1);
    card.card_key = sealing_key_of(name);  // the same key goes on: letters are sealed to it
    apply(card);
  }
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
  } else if (die < 900) {
    housekeeping();
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
