// The walk's steps in the lives of referrals: words of agencies, requests, deletions, exceptions.
#include <algorithm>
#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "broker/core/message.h"
#include "broker/core/referral.h"
#include "tests/broker_core/walk.h"

namespace safeconduct::core {
namespace {

// In what coordinators and agencies read; the record that was signed is auditors'.
bool names(const Emitted& emitted, const AgencyId& agency) {
  const ByteView word = view_of(agency.text());
  for (const auto kind : {ledger::PartKind::kNetwork, ledger::PartKind::kRouting,
                          ledger::PartKind::kSender, ledger::PartKind::kRecipient}) {
    const auto& part = emitted.entry.part(kind);
    if (!part) continue;
    const auto at = std::search(part->bytes.begin(), part->bytes.end(), word.begin(), word.end());
    if (at != part->bytes.end()) return true;
  }
  return false;
}

}  // namespace

// "Is she with you?" Invariant 5: one answer, of one size, whoever asks about whom.
void Walk::ask_where() {
  const std::string_view about = kMailboxes[below(std::size(kMailboxes))];
  const wire::QuestionRecord question{agency("pd_unit"), agency(about), Digest{1}, broker_.now};
  const Outcome outcome = apply(broker_.word("pd_unit", question));
  if (!broker_.core().knowledge().active(agency("pd_unit"))) return;
  REQUIRE(std::holds_alternative<Recorded>(outcome.answer));
  REQUIRE(outcome.entries.size() == 1);
  REQUIRE(outcome.bodies.empty());
  const Emitted& told = outcome.entries[0];
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    REQUIRE(told.entry.has(kind) == (kind == ledger::PartKind::kRestricted));
  }
}

// An agency says something of a referral: legal or not, its own or not.
void Walk::say_move() {
  const auto at = letters_.find(
      one_in(2) || holders_.empty()
          ? recent()
          : std::next(holders_.begin(), static_cast<long>(below(holders_.size())))->first);
  if (at == letters_.end()) return;
  const Letter& letter = at->second;
  wire::MoveRecord record;
  record.referral = referral_of(letter);
  record.move = static_cast<wire::Move>(1 + below(15));
  const auto known = find_referral(broker_.state(), record.referral);
  for (int tries = 0; known && tries < 8; ++tries) {  // mostly a legal one
    if (wire::after(known->state, record.move)) break;
    record.move = static_cast<wire::Move>(1 + below(15));
  }
  const bool sender = one_in(8) ? one_in(2) : wire::made_by_sender(record.move);
  const std::string by = one_in(20) ? "embassy" : sender ? letter.from : letter.to;
  record.by = agency(by);
  if (record.move == wire::Move::kDecline) record.reason = wire::DeclineReason::kNoCapacity;
  if (record.move == wire::Move::kAskMore) {
    record.reason = wire::DeclineReason::kMoreInformationNeeded;
    record.categories = 1;
  }
  record.at = broker_.now;
  const auto before = find_referral(broker_.state(), record.referral);
  const Outcome outcome = apply(broker_.word(by, record));
  if (!std::holds_alternative<Recorded>(outcome.answer) || outcome.entries.empty()) return;
  REQUIRE(before.has_value());
  REQUIRE(wire::after(before->state, record.move).has_value());
  REQUIRE((record.by == before->from || record.by == before->to));
  ++moves_;
}

// Three housing providers are asked before identity; later letters go under their case codes.
void Walk::ask_several() {
  wire::RequestRecord r;
  r.id.bytes = {static_cast<std::uint8_t>(below(256)), static_cast<std::uint8_t>(below(256))};
  r.by = agency("ngo");
  r.by_role = role_code("ngo_case");
  r.purpose = purpose_code("safe_accommodation");
  r.urgency = static_cast<std::uint8_t>(1 + below(5));
  r.stage = 1;
  r.quasi = one_in(8) ? std::uint16_t{31} : std::uint16_t{3};
  if (one_in(4)) r.deadline = broker_.now + hours(static_cast<std::int64_t>(below(30)));
  if (consents_ > 0 && one_in(2)) r.consent = consent_id(consents_);
  r.together = static_cast<std::uint8_t>(1 + below(2));
  for (const std::string_view name : {"haven", "homes"}) {
    Letter letter{.from = "ngo", .to = std::string(name), .stage = "inquiry"};
    letter.number = next_letter_++;
    letter.consent = consents_;
    letter.content_life = days(6);
    r.candidates.push_back({agency(name), role_code("shelter"), referral_of(letter)});
    letters_[letter.number] = letter;
  }
  if (one_in(10)) std::swap(r.candidates[0].referral, r.candidates[1].referral);
  if (one_in(10)) r.candidates[0].referral = referral_id(recent());
  r.at = broker_.now;
  const Outcome asked = apply(broker_.word("ngo", r));
  const auto consent = find_consent(broker_.state(), r.consent);
  for (const wire::Candidate& c : r.candidates) {
    if (!consent || !excludes(broker_.state(), r.consent, *consent, c.agency)) continue;
    // Invariant 7: of an excluded candidate there is no trace in what anybody reads.
    for (const Emitted& emitted : asked.entries) {
      REQUIRE_FALSE(names(emitted, c.agency));
    }
  }
  for (auto at = std::prev(letters_.end(), 2); at != letters_.end(); ++at) {
    apply(broker_.letter(at->second));
  }
  keep_newest(letters_);
}

void Walk::say_deletion() {
  MessageId message = message_id(recent());
  broker_.state().range(keys::single('d'), keys::single('e'), [&](ByteView key, ByteView) {
    message = keys::id_of<MessageId>(key);
    return !one_in(3);
  });
  const auto record = find_message(broker_.state(), message);
  if (!record || record->header.empty()) return;
  wire::DeletionRecord deletion;
  deletion.message = message;
  deletion.by = wire::decode_header(record->header)->to;
  deletion.deleted = one_in(10) ? 1 : one_in(3) ? 0 : policies::kAllCategories;
  deletion.at = broker_.now;
  if (std::holds_alternative<Recorded>(apply(broker_.word(deletion.by.text(), deletion)).answer)) {
    ++deletions_;
  }
}

void Walk::exclude() {
  if (consents_ == 0) return;
  const std::uint64_t number = consents_ - below(std::min<std::uint64_t>(consents_, 4));
  apply(broker_.word(
      one_in(6) ? "haven" : "ngo",
      wire::ExclusionRecord{consent_id(number),
                            agency(one_in(6) ? "haven" : "ngo"),
                            {{wire::ExcludedKind::kAgency, agency(kMailboxes[below(10)]), {}}},
                            broker_.now}));
}

void Walk::review() {
  const auto at = letters_.find(recent());
  if (at == letters_.end() || at->second.basis == "consent") return;
  wire::ExceptionRecord x = broker_.exception(at->second);
  x.action = static_cast<wire::ExceptionAction>(2 + below(5));
  x.officer = Digest{static_cast<std::uint8_t>(1 + below(3))};
  if (x.action == wire::ExceptionAction::kReview) x.outcome = wire::ReviewOutcome::kPartly;
  apply(broker_.word(at->second.from, x));
}

void Walk::allow(const Letter& letter) {
  wire::ExceptionRecord x = broker_.exception(letter);
  if (one_in(2)) x.flags |= 1;
  apply(broker_.word(letter.from, x));
  if (one_in(3)) return;
  x.action = one_in(6) ? wire::ExceptionAction::kRefuse : wire::ExceptionAction::kApprove;
  x.officer = Digest{one_in(6) ? std::uint8_t{1} : std::uint8_t{3}};
  apply(broker_.word(letter.from, x));
}

}  // namespace safeconduct::core
