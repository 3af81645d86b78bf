// Parts whose time is over are destroyed by an entry; proofs stay, replay names the entry, a hold
// keeps what it names, and two persons lift it.
#include <catch2/catch.hpp>

#include "broker/audit/replay.h"
#include "broker/audit/sentences.h"
#include "broker/audit/verify.h"
#include "broker/core/retention.h"
#include "tests/audit/signed_log.h"

using namespace safeconduct;
using namespace safeconduct::audit;
using ledger::PartKind;

namespace {

const std::string kShort =
    wire::to_text(wire::Retention{"test", {/*routing*/ 1, /*sender*/ 0, 0, /*restricted*/ 2}});

core::Prune pruning(const SignedLog& log, PartKind part, std::uint64_t from, std::uint64_t to) {
  return {part, from, to, log.source.entry(to - 1).leaf.instant, {}};
}

ErrorCode refused(const core::Outcome& outcome) {
  REQUIRE(std::holds_alternative<Error>(outcome.answer));
  return std::get<Error>(outcome.answer).code;
}

std::uint64_t done(const core::Outcome& outcome) {
  if (const auto* error = std::get_if<Error>(&outcome.answer)) FAIL(error->message);
  return std::get<core::Recorded>(outcome.answer).position;
}

}  // namespace

TEST_CASE("Retention, holds and prunings have one form each") {
  CHECK(wire::parse_retention(kShort)->days == std::array<std::uint32_t, 4>{1, 0, 0, 2});
  CHECK_FALSE(wire::parse_retention(kShort + "x"));
  CHECK_FALSE(wire::parse_retention("safeconduct retention 1\nprofile test\n"));
  wire::Hold hold{"inquest-7", {}, *AgencyId::parse("haven"), "court_order"};
  CHECK(wire::parse_hold(wire::to_text(hold)).value() == hold);
  hold.agency = {};
  CHECK(wire::parse_hold(wire::to_text(hold)).value() == hold);
  hold.reason = "a story about Anna";
  CHECK_FALSE(wire::parse_hold(wire::to_text(hold)));
  CHECK(wire::parse_hold_lifted(wire::hold_lifted_text("inquest-7")).value() == "inquest-7");
  const wire::Pruning pruned{2, 5, 9, {77}, 4, {6, 7}};
  CHECK(wire::decode_pruning(wire::encode(pruned)).value() == pruned);
  CHECK_FALSE(wire::decode_pruning(Bytes(20, 255)));
}

TEST_CASE("Pruned parts leave every proof whole, and replay names the entry that took them") {
  SignedLog log;
  const std::uint64_t before = log.source.records.size();
  CHECK(refused(log.apply(pruning(log, PartKind::kRouting, 0, before))) == ErrorCode::kForbidden);
  CHECK(refused(log.rule(wire::RecordKind::kRetention, kShort, 1)) == ErrorCode::kForbidden);
  done(log.rule(wire::RecordKind::kRetention, kShort, 2));
  CHECK(refused(log.apply(pruning(log, PartKind::kRouting, 0, before))) == ErrorCode::kForbidden);
  log.wait(hours(25));
  CHECK(refused(log.apply(pruning(log, PartKind::kSender, 0, before))) == ErrorCode::kForbidden);
  CHECK(refused(log.apply(pruning(log, PartKind::kNetwork, 0, before))) == ErrorCode::kForbidden);
  CHECK(refused(log.apply(pruning(log, PartKind::kRouting, 1, before))) == ErrorCode::kInvalid);
  const std::uint64_t first = done(log.apply(pruning(log, PartKind::kRouting, 0, before)));
  log.wait(days(1));
  const std::uint64_t second = done(log.apply(pruning(log, PartKind::kRestricted, 0, before)));
  CHECK(sentence(log.source.entry(first)).find("the routing parts of entries 0 to") == 0);
  log.resign();
  const auto report = verify(log.source, log.trust());
  REQUIRE(report.has_value());
  for (const Finding& finding : report->findings) FAIL(finding.sentence);
  CHECK(report->absent_parts > 0);
  CHECK(report->pruned_parts == report->absent_parts);
  CHECK(report->pruned_by == std::vector<std::uint64_t>{first, second});
  const auto replayed = replay(log.source);
  REQUIRE(replayed.has_value());
  if (replayed->divergence) FAIL(replayed->divergence->sentence);
  CHECK(replayed->pruned > 0);
  CHECK_FALSE(replayed->pruned_by.empty());
}

TEST_CASE("A hold keeps what it names until two persons lift it") {
  SignedLog log;
  const std::uint64_t before = log.source.records.size();
  done(log.rule(wire::RecordKind::kRetention, kShort, 2));
  log.wait(days(3));
  const std::string everything = wire::to_text(wire::Hold{"inquest-7", {}, {}, "court_order"});
  CHECK(refused(log.rule(wire::RecordKind::kHold, everything, 0)) == ErrorCode::kInvalid);
  const std::uint64_t held = done(log.rule(wire::RecordKind::kHold, everything, 1));
  CHECK(done(log.rule(wire::RecordKind::kHold, everything, 1)) == held);
  CHECK(refused(log.apply(pruning(log, PartKind::kRouting, 0, before))) == ErrorCode::kConflict);
  const std::string lifted = wire::hold_lifted_text("inquest-7");
  CHECK(refused(log.rule(wire::RecordKind::kHoldLifted, lifted, 1)) == ErrorCode::kForbidden);
  done(log.rule(wire::RecordKind::kHoldLifted, lifted, 2));
  CHECK(refused(log.rule(wire::RecordKind::kHoldLifted, lifted, 2)) == ErrorCode::kNotFound);
  core::Prune spares = pruning(log, PartKind::kRouting, 0, before);
  spares.spared = {log.submission};
  CHECK(refused(log.apply(spares)) == ErrorCode::kInvalid);  // no hold to spare it for
  const ReferralId referral = routing_of(log.source.entry(log.submission))->referral;
  done(log.rule(wire::RecordKind::kHold,
                wire::to_text(wire::Hold{"case-9", referral, {}, "complaint"}), 1));
  done(log.apply(spares));
  CHECK(log.source.entry(log.submission).part(PartKind::kRouting).has_value());
  CHECK_FALSE(log.source.entry(log.refused).part(PartKind::kRouting).has_value());
  log.resign();
  CHECK(verify(log.source, log.trust())->good());
  CHECK(replay(log.source)->good());
}

TEST_CASE("A pruning of what is younger than it says is found") {
  SignedLog log;
  const std::uint64_t before = log.source.records.size();
  done(log.rule(wire::RecordKind::kRetention, kShort, 2));
  log.wait(hours(23));
  core::Prune lies = pruning(log, PartKind::kRouting, 0, before);
  lies.newest = lies.newest - hours(2);
  const std::uint64_t at = done(log.apply(lies));
  log.resign();
  const auto replayed = replay(log.source);
  REQUIRE(replayed->divergence.has_value());
  CHECK(replayed->divergence->position == at);
}
