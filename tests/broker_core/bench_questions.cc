// What a test asks of the bench top.
#include <catch2/catch.hpp>

#include "tests/broker_core/bench_top.h"

namespace safeconduct::core {

wire::SenderPart BenchTop::told_sender(std::size_t position) const {
  const auto& part = log_.at(position).part(ledger::PartKind::kSender);
  REQUIRE(part.has_value());
  return *wire::decode_sender(part->bytes);
}

std::optional<wire::RecipientPart> BenchTop::told_recipient(std::size_t position) const {
  const auto& part = log_.at(position).part(ledger::PartKind::kRecipient);
  if (!part) return std::nullopt;
  return *wire::decode_recipient(part->bytes);
}

Phase BenchTop::phase(std::uint64_t message) const {
  const auto record = find_message(state_, message_id(message));
  REQUIRE(record.has_value());
  return record->phase;
}

Decided BenchTop::admitted(const Letter& l) {
  const Outcome outcome = apply(letter(l));
  REQUIRE(std::holds_alternative<Decided>(outcome.answer));
  const Decided decided = std::get<Decided>(outcome.answer);
  CHECK(unsigned{told_sender(decided.position).verdict} == 0);
  REQUIRE(decided.admitted);
  return decided;
}

std::uint8_t BenchTop::refused(const Letter& l) {
  const Outcome outcome = apply(letter(l));
  REQUIRE(std::holds_alternative<Decided>(outcome.answer));
  const Decided decided = std::get<Decided>(outcome.answer);
  REQUIRE_FALSE(decided.admitted);
  CHECK(outcome.bodies.empty());
  const wire::SenderPart told = told_sender(decided.position);
  CHECK(told.kept == 0);
  CHECK(told.outcome.level == wire::CategoryOutcome{}.level);
  return told.verdict;
}

Given BenchTop::given(std::uint64_t message) {
  const Outcome outcome = apply(Deliver{message_id(message)});
  REQUIRE(std::holds_alternative<Given>(outcome.answer));
  return std::get<Given>(outcome.answer);
}

std::uint8_t BenchTop::withheld(std::uint64_t message) {
  const Outcome outcome = apply(Deliver{message_id(message)});
  REQUIRE(std::holds_alternative<Done>(outcome.answer));
  REQUIRE(outcome.entries.size() == 1);
  REQUIRE(outcome.bodies.size() == 1);
  CHECK(outcome.bodies[0].fate == BodyFate::kDrop);
  CHECK(outcome.entries[0].recipient.empty());
  CHECK_FALSE(told_recipient(entries() - 1).has_value());
  return told_sender(entries() - 1).verdict;
}

Digest BenchTop::recorded(const Word& word) {
  const PutConsent command = consent(word);
  const Outcome outcome = apply(command);
  REQUIRE(std::holds_alternative<Recorded>(outcome.answer));
  return command.version_hash;
}

Given BenchTop::received(const Letter& l) {
  admitted(l);
  const Given out = given(l.number);
  const Outcome outcome = apply(receipt(l, out));
  REQUIRE(std::holds_alternative<Recorded>(outcome.answer));
  return out;
}

std::uint8_t code(policies::Reason reason) {
  return static_cast<std::uint8_t>(reason);
}
std::uint8_t code(wire::Verdict verdict) {
  return static_cast<std::uint8_t>(verdict);
}
bool is_error(const Outcome& outcome, ErrorCode code) {
  const auto* error = std::get_if<Error>(&outcome.answer);
  return error != nullptr && error->code == code;
}

}  // namespace safeconduct::core
