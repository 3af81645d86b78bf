#include "broker/audit/replay.h"

#include <catch2/catch.hpp>

#include "broker/audit/sentences.h"
#include "broker/audit/verify.h"
#include "tests/audit/signed_log.h"

using namespace safeconduct;
using namespace safeconduct::audit;
using ledger::PartKind;

namespace {

// Changes one part as a broker could that decides otherwise, and signs it.
template <class Change>
void decide_otherwise(SignedLog& log, std::uint64_t place, PartKind kind, const Change& change) {
  ledger::Entry entry = log.source.entry(place);
  entry.part(kind)->bytes = change(entry.part(kind)->bytes);
  log.source.put(place, ledger::make_entry(entry.leaf.kind, entry.leaf.position, entry.leaf.instant,
                                           entry.parts));
  log.resign();
  REQUIRE(verify(log.source, log.trust())->good());
}

ReplayReport replayed(const SignedLog& log) {
  const auto report = replay(log.source);
  REQUIRE(report.has_value());
  return *report;
}

bool says(const ReplayReport& report, std::string_view words) {
  return report.divergence->sentence.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("Replay comes to the same entries, and checks every signature again") {
  const SignedLog log;
  const ReplayReport report = replayed(log);
  if (report.divergence) FAIL(report.divergence->sentence);
  CHECK(report.entries == log.source.records.size());
  CHECK(report.observed == 2);
  CHECK(report.recomputed + report.observed == report.entries);
  CHECK(report.pruned == 0);
  CHECK(report.signatures == 12);
}

TEST_CASE("An operator action that its recorder did not sign is found") {
  SignedLog log;
  CHECK(sentence(log.source.entry(log.action)) == "operator op-17 at haven: list viewed");
  decide_otherwise(log, log.action, PartKind::kRestricted, [](const Bytes& bytes) {
    auto part = wire::decode_recorded(bytes).value();
    auto action = wire::decode_operator_action(part.record.body).value();
    action.who = "op-18";
    part.record.body = wire::encode(action);
    return wire::encode(part);
  });
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == log.action);
}

TEST_CASE("A broker that let a message pass is found, with what the rules say") {
  SignedLog log;
  decide_otherwise(log, log.refused, PartKind::kSender, [](const Bytes& bytes) {
    wire::SenderPart part = *wire::decode_sender(bytes);
    part.verdict = 0;
    part.kept = 3;
    return wire::encode(part);
  });
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == log.refused);
  CHECK(says(report, "admitted, keeps needs full"));
  CHECK(says(report, "refused, no_consent"));
}

TEST_CASE("A broker that gave more than the rules allow is found") {
  SignedLog log;
  decide_otherwise(log, log.delivery, PartKind::kRecipient, [](const Bytes& bytes) {
    wire::RecipientPart part = *wire::decode_recipient(bytes);
    part.kept |= std::uint64_t{1} << 22;
    return wire::encode(part);
  });
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == log.delivery);
  CHECK(says(report, "recipient part"));
}

TEST_CASE("A broker that made up a submission is found: nobody signed it") {
  SignedLog log;
  decide_otherwise(log, log.submission, PartKind::kRestricted, [](const Bytes& bytes) {
    wire::RestrictedSubmission part = *wire::decode_restricted_submission(bytes);
    part.facts.leaves[0][0] ^= 1;
    return wire::encode(part);
  });
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == log.submission);
  CHECK(says(report, "does not hold"));
}

TEST_CASE("A broker that changed what a sender offered is found") {
  SignedLog log;
  decide_otherwise(log, log.submission, PartKind::kRestricted, [](const Bytes& bytes) {
    wire::RestrictedSubmission part = *wire::decode_restricted_submission(bytes);
    part.facts.offered &= ~std::uint64_t{1};
    return wire::encode(part);
  });
  CHECK(says(replayed(log), "offered list"));
}

TEST_CASE("A broker that made up a receipt is found") {
  SignedLog log;
  decide_otherwise(log, log.receipt, PartKind::kSender, [](const Bytes& bytes) {
    wire::SenderPart part = *wire::decode_sender(bytes);
    wire::Receipt receipt = *wire::decode_receipt_frame(part.receipt);
    receipt.signature.signature[0] ^= 1;
    part.receipt = wire::encode_receipt(receipt);
    return wire::encode(part);
  });
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == log.receipt);
}

TEST_CASE("A broker that left out what followed from a withdrawal is found") {
  SignedLog log;
  const std::uint64_t dropped = log.withdrawal + 2;
  auto& records = log.source.records;
  records.erase(records.begin() + static_cast<long>(dropped), records.end());
  log.resign();
  const ReplayReport report = replayed(log);
  REQUIRE(report.divergence.has_value());
  CHECK(report.divergence->position == dropped);
  CHECK(says(report, "deletion owed"));
}

TEST_CASE("What was pruned is counted, and what does not rest on it is still recomputed") {
  SignedLog log;
  const auto prune = [&](std::uint64_t place) {
    log.source.put(place, ledger::for_reader(log.source.entry(place), ledger::kNoParts));
  };
  prune(log.refused);
  ReplayReport report = replayed(log);
  CHECK(report.good());
  CHECK(report.pruned == 1);
  prune(log.submission);
  prune(log.delivery);
  prune(log.receipt);
  report = replayed(log);
  if (report.divergence) FAIL(report.divergence->sentence);
  CHECK(report.pruned == 6);  // also what the withdrawal told the recipient of that message
}
