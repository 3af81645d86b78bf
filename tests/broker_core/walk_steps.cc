// The walk's steps: messages, consents, the directory, policies, time.
#include <algorithm>
#include <catch2/catch.hpp>

#include "broker/core/message.h"
#include "schemas/seal/hash.h"
#include "tests/broker_core/walk.h"

namespace safeconduct::core {
namespace {

const std::string kEverything =
    "needs identity identifiers contact location demographics immigration health psych sud "
    "exploitation narrative legal offences family risk perpetrator financial media";

// Who sends what to whom: what the shipped policy has rows for, and what it must refuse.
const Letter kShapes[] = {
    {.from = "ngo", .to = "haven"},
    {.from = "ngo", .to = "haven"},
    {.from = "ngo", .to = "homes", .to_role = "housing", .purpose = "long_term_housing"},
    {.from = "ngo", .to = "stmary", .to_role = "health", .purpose = "health_care"},
    {.from = "ngo", .to = "stmary", .to_role = "health", .purpose = "substance_treatment"},
    {.from = "ngo", .to = "pd_unit", .to_role = "police", .purpose = "police_report"},
    {.from = "ngo", .to = "pd_unit", .to_role = "police", .purpose = "intel_anonymous"},
    {.from = "ngo", .to = "lawaid", .to_role = "legal", .purpose = "legal_advice"},
    {.from = "ngo", .to = "dispatch", .to_role = "emergency", .purpose = "emergency_rescue"},
    {.from = "ngo", .to = "sca", .to_role = "identification", .purpose = "formal_identification"},
    {.from = "ngo", .to = "embassy", .to_role = "consular", .purpose = "travel_document"},
    {.from = "ngo", .to = "immig", .to_role = "immigration", .purpose = "status_application"},
    {.from = "ngo", .to = "fund", .to_role = "stats", .purpose = "case_management"},
    {.from = "ngo", .to = "haven", .to_role = "nobody"},
    {.from = "ngo", .to = "haven", .purpose = "locating"},
    {.from = "ngo", .to = "haven", .stage = "inquiry"},
    {.from = "ngo",
     .to = "stmary",
     .to_role = "health",
     .purpose = "health_care",
     .stage = "inquiry"},
    {.from = "lawaid",
     .to = "immig",
     .from_role = "legal",
     .to_role = "immigration",
     .purpose = "status_application"},
    {.from = "lawaid",
     .to = "immig",
     .from_role = "legal",
     .to_role = "immigration",
     .purpose = "status_application"},
    {.from = "haven",
     .to = "stmary",
     .from_role = "shelter",
     .to_role = "health",
     .purpose = "health_care",
     .hop = 2},
    {.from = "haven",
     .to = "stmary",
     .from_role = "shelter",
     .to_role = "health",
     .purpose = "health_care",
     .hop = 2},
    {.from = "haven",
     .to = "pd_unit",
     .from_role = "shelter",
     .to_role = "police",
     .purpose = "police_report",
     .hop = 2},
    {.from = "stmary",
     .to = "haven",
     .from_role = "health",
     .to_role = "shelter",
     .purpose = "safe_accommodation",
     .hop = 2},
    {.from = "stmary",
     .to = "mindwell",
     .from_role = "health",
     .to_role = "mental_health",
     .purpose = "mental_health",
     .hop = 2},
    {.from = "pd_unit",
     .to = "immig",
     .from_role = "police",
     .to_role = "immigration",
     .purpose = "status_application",
     .hop = 2},
    {.from = "lawaid",
     .to = "immig",
     .from_role = "legal",
     .to_role = "immigration",
     .purpose = "status_application",
     .hop = 2},
    {.from = "helpline",
     .to = "stmary",
     .from_role = "hotline",
     .to_role = "health",
     .purpose = "emergency_health",
     .basis = "break_glass"},
    {.from = "helpline",
     .to = "dispatch",
     .from_role = "hotline",
     .to_role = "emergency",
     .purpose = "emergency_rescue",
     .basis = "break_glass"},
    {.from = "ngo",
     .to = "cps",
     .to_role = "child_protection",
     .purpose = "child_safeguarding",
     .basis = "mandated_child",
     .circumstances = 1},
    {.from = "ngo",
     .to = "sca",
     .to_role = "identification",
     .purpose = "notify_anonymous",
     .basis = "statutory_anonymous"},
    {.from = "ngo",
     .to = "pd_unit",
     .to_role = "police",
     .purpose = "risk_conference",
     .basis = "high_risk"},
};

}  // namespace

void Walk::submit() {
  if (one_in(12) && !sent_.empty()) {  // the same again, or other bytes under its id
    const auto at = sent_.find(recent());
    if (at == sent_.end()) return;
    Submit again = at->second;
    if (one_in(3)) again.digest[0] ^= 1;
    say(again);
    return;
  }
  Letter letter = kShapes[below(std::size(kShapes))];
  letter.number = next_letter_++;
  const bool named = letter.basis == "consent" && letter.hop == 1 && !one_in(10);
  if (named) letter.consent = consent_of(letter.from);
  if (letter.hop == 2) letter.prior = held_by(letter.from);
  if (one_in(10)) letter.supersedes = recent() + below(3);
  if (one_in(12)) letter.referral = recent();
  if (one_in(3)) letter.offered = random_() & kEverySlot;
  letter.life = hours(static_cast<std::int64_t>(1 + below(72)));
  letter.content_life = hours(static_cast<std::int64_t>(1 + below(24 * 20)));
  if (one_in(8)) letter.circumstances = static_cast<std::uint16_t>(below(one_in(9) ? 16 : 8));
  if (letter.basis != "consent" && !one_in(10)) allow(letter);
  const Submit command = broker_.letter(letter);
  if (one_in(20)) compare_with_less(letter);
  const Outcome outcome = say(command);
  const auto* decided = std::get_if<Decided>(&outcome.answer);
  if (decided != nullptr && decided->admitted) ++admitted_;
  letters_[letter.number] = letter;
  sent_[letter.number] = command;
  keep_newest(letters_);
  keep_newest(sent_);
}

void Walk::deliver() {
  const auto box =
      waiting_for(broker_.state(), agency(kMailboxes[below(std::size(kMailboxes))]), 0, 20);
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
  if (!std::holds_alternative<Recorded>(say(receipt).answer)) return;
  ++received_;
  holders_[letter->first] = letter->second.to;
  keep_newest(holders_);
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
  word.by = versions.empty() ? one_in(5) ? "lawaid" : "ngo" : collectors_[word.number];
  word.scopes.clear();
  for (const Letter& shape : kShapes) {
    const bool known = std::any_of(word.scopes.begin(), word.scopes.end(),
                                   [&](const Scope& s) { return s.purpose == shape.purpose; });
    if (known || shape.purpose == "locating" || one_in(6)) continue;
    word.scopes.push_back({.purpose = shape.purpose,
                           .recipients = {one_in(9) ? "skills" : shape.to},
                           .full = one_in(4) ? "needs identity" : kEverything,
                           .generalised = one_in(2) ? kEverything : "",
                           .person_initiated = !one_in(4)});
  }
  word.fresh_in_reflection = one_in(2);
  if (one_in(15)) word.grantor = wire::Grantor::kAllegedAbuser;
  word.onward_depth = one_in(2) ? 2 : 1;
  word.onward_purposes = {"safe_accommodation", "health_care", "mental_health"};
  if (one_in(2)) word.onward_purposes = {"health_care", "police_report", "status_application"};
  if (one_in(6)) word.excluded = {std::string(kMailboxes[below(std::size(kMailboxes))])};
  if (one_in(6)) word.never = one_in(2) ? "contact" : "health sud needs";
  PutConsent command = broker_.consent(word);
  if (one_in(8)) {  // a blanket tick names nothing by itself
    for (auto& scope : command.consent.scopes) scope.named &= ~policies::must_be_named();
    command.record.body = wire::encode(command.consent);
    command.version_hash = seal::sha256(command.record.body);
  }
  collectors_[word.number] = word.by;
  if (std::holds_alternative<Recorded>(say(command).answer)) {
    versions.emplace_back(command.version_hash, word.version);
  }
  keep_newest(versions_);
  keep_newest(collectors_);
}

// A message that the agency received; mostly: any other sometimes.
std::uint64_t Walk::held_by(std::string_view agency) {
  std::vector<std::uint64_t> held;
  for (const auto& [number, holder] : holders_) {
    if (holder == agency) held.push_back(number);
  }
  return held.empty() || one_in(12) ? recent() : held[below(held.size())];
}

// One of the newest consents of an agency; 0 when it has none.
std::uint64_t Walk::consent_of(std::string_view collector) {
  std::vector<std::uint64_t> of;
  for (auto at = collectors_.rbegin(); at != collectors_.rend() && of.size() < 5; ++at) {
    if (at->second == collector) of.push_back(at->first);
  }
  return of.empty() ? 0 : of[below(of.size())];
}

void Walk::withdraw() {
  const std::string some = one_in(2) ? "" : one_in(2) ? "identity" : "needs health";
  if (one_in(2) && consents_ > 0) {
    say(broker_.withdraw(consents_ - below(std::min<std::uint64_t>(consents_, 4)), some));
    return;
  }
  const auto at = letters_.find(recent());
  if (at != letters_.end()) say(broker_.withdraw_at(at->second.to, at->first, some));
}

void Walk::change_directory() {
  wire::Directory directory = bench_directory();
  directory.version = ++directory_version_;
  for (auto& member : directory.agencies) {
    member.agreement = member.training = {{2025, 1, 1}, {2125, 12, 31}};
    if (one_in(25)) member.standing = wire::Standing::kSuspended;
    if (one_in(40)) member.training.until = {2025, 6, 1};
  }
  apply(broker_.directory(directory));
}

void Walk::change_policy() {
  if (policies_ == policies_most_) return;
  ++policies_;
  std::string text = national_policy();
  if (policies_ % 3 == 0) {  // one that breaks an invariant comes into force for nobody
    const std::string row = "allow needs";
    const auto at = text.find("to police");
    text.insert(text.rfind(row, at) + 6, "immigration, ");
    const std::uint64_t before = broker_.core().knowledge().latest_policy_position();
    PutPolicy command = broker_.policy(text);
    command.by = agency("ngo");
    const Outcome outcome = apply(command);
    REQUIRE(std::holds_alternative<Error>(outcome.answer));
    REQUIRE(broker_.core().knowledge().latest_policy_position() == before);
    return;
  }
  if (policies_ % 2 == 1) {
    const std::string row = "location, demographics, health, psych, exploitation, perpetrator";
    text.replace(text.find(row), row.size(), "location, demographics");
  }
  // At once, or while the walk goes on.
  const auto from = one_in(2) ? std::optional(broker_.now + minutes(20)) : std::nullopt;
  PutPolicy command = broker_.activation(text, from);
  command.by = agency("ngo");  // what an agency hands in and is refused is on record
  apply(command);
}

void Walk::housekeeping() {
  const auto over = due(broker_.state(), broker_.now, 20);
  for (const MessageId& id : over) apply(Expire{id});
  const auto bells = due_bells(broker_.state(), broker_.now, 20);
  for (const Due& bell : bells) apply(Ring{bell.bell, bell.id});
  // What waits for whom the directory suspended ends.
  for (const MessageId& id : undeliverable(broker_.state(), broker_.core().knowledge(), 100)) {
    REQUIRE_FALSE(std::holds_alternative<Given>(apply(Deliver{id}).answer));
  }
  if (one_in(4)) apply(CountRefusals{});
  if (one_in(30)) apply(Heartbeat{});
  if (one_in(20)) twin_.restart();
}

void Walk::pass_time() {
  const std::int64_t hours_on = one_in(400) ? 24 * 9 : one_in(40) ? 40 : one_in(6) ? 3 : 0;
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

}  // namespace safeconduct::core
