// What agencies say on the test bench of the core: withdrawals, exceptions, records.
#include <catch2/catch.hpp>

#include "broker/core/consents.h"
#include "tests/broker_core/bench_top.h"

namespace safeconduct::core {

Withdraw BenchTop::withdraw(std::uint64_t consent, std::string_view words) const {
  const auto known = find_consent(state_, consent_id(consent));
  Withdraw out;
  out.agency = out.withdrawal.recorded_by = known ? known->collector : agency("ngo");
  out.withdrawal.consent = consent_id(consent);
  out.withdrawal.categories = categories(words);
  out.withdrawal.at = now;
  out.record.kind = wire::RecordKind::kWithdrawal;
  out.record.body = wire::encode(out.withdrawal);
  out.record.key = out.key = signing_key_of(out.agency.text());
  return out;
}

TakeRecord BenchTop::word(std::string_view by, wire::ReferralRecord record) const {
  TakeRecord out;
  out.agency = agency(by);
  out.record.kind = wire::kind_of(record);
  out.record.body = wire::encode(record);
  out.record.key = out.key = signing_key_of(by);
  out.what = std::move(record);
  return out;
}

wire::ExceptionRecord BenchTop::exception(const Letter& l) const {
  wire::ExceptionRecord x;
  x.id = exception_id(l.number);
  x.by = agency(l.from);
  x.basis = static_cast<std::uint8_t>(policies::basis_named(l.basis).value());
  x.purpose = purpose_code(l.purpose);
  x.to = agency(l.to);
  x.referral = referral_of(l);
  x.officer = Digest{1};
  x.evidence = Digest{2};
  x.meeting = {agency(l.to)};
  if (l.basis == "mandated_child") x.flags = 16;
  x.at = now;
  return x;
}

void BenchTop::allow(const Letter& l) {
  wire::ExceptionRecord x = exception(l);
  REQUIRE(std::holds_alternative<Recorded>(apply(word(l.from, x)).answer));
  x.action = wire::ExceptionAction::kApprove;
  x.officer = Digest{3};
  REQUIRE(std::holds_alternative<Recorded>(apply(word(l.from, x)).answer));
}

Withdraw BenchTop::withdraw_at(std::string_view recipient, std::uint64_t message,
                               std::string_view words) const {
  Withdraw out = withdraw(0, words);
  out.agency = out.withdrawal.recorded_by = agency(recipient);
  out.withdrawal.message = message_id(message);
  out.record.body = wire::encode(out.withdrawal);
  out.record.key = out.key = signing_key_of(recipient);
  return out;
}

}  // namespace safeconduct::core
