// One filled value of everything that travels, and what is tried on each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "schemas/wire/messages.h"
#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"

namespace safeconduct::wire {

// Bytes that differ at every place and from one seed to the next.
template <std::size_t N>
ByteArray<N> filled(std::uint8_t seed) {
  ByteArray<N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(seed + 7 * i);
  return out;
}
inline AgencyId agency(std::string_view name) {
  return AgencyId::parse(name).value();
}

[[nodiscard]] Header example_header();
[[nodiscard]] ConsentRecord example_consent();
[[nodiscard]] Withdrawal example_withdrawal();
[[nodiscard]] SealingCard example_card();
[[nodiscard]] ReceiptRecord example_receipt();
[[nodiscard]] OperatorAction example_action();
[[nodiscard]] Sealed example_sealed();

// One of each record of a referral's life, and their part.
[[nodiscard]] std::vector<ReferralRecord> example_referral_records();
[[nodiscard]] ReferralPart example_referral_part();

// Every kind of frame.
[[nodiscard]] std::vector<ToBroker> frames_to_broker();
[[nodiscard]] std::vector<ToAgent> frames_to_agent();

// One form of bytes: a valid one, and decoding followed by encoding.
struct Form {
  std::string name;
  Bytes valid;
  std::function<Result<Bytes>(ByteView)> again;
};
// Header, records and parts: each value has one encoding.
[[nodiscard]] std::vector<Form> canonical_forms();
// Those and every frame.
[[nodiscard]] std::vector<Form> all_forms();

}  // namespace safeconduct::wire
