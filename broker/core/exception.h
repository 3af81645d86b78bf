// An exception in the core's state: what was recorded before something may go on another ground
// than consent, and the duties that come with it (DOMAIN §4.3).
#pragma once

#include <optional>

#include "broker/core/state_view.h"
#include "schemas/wire/referral_records.h"

namespace safeconduct::core {

struct Exception {
  AgencyId by;
  AgencyId to;
  ReferralId referral;
  std::uint8_t basis = 0;
  std::uint8_t purpose = 0;
  std::uint16_t flags = 0;
  Digest officer{};
  wire::ExceptionReason reason = wire::ExceptionReason::kDangerToLife;
  std::vector<AgencyId> meeting;
  std::uint64_t position = 0;
  Digest record_hash{};
  bool approved = false;
  bool closed = false;  // refused, or its access has ended: nothing more goes
  MessageId message;    // the last that it let go; zero: none yet
  // When each duty is due; 0: none, done, or its alarm has rung.
  Instant second_due;
  Instant review_due;
  Instant telling_due;
  Instant access_end;
  Instant forget;
  Instant rings;  // the earliest of these

  [[nodiscard]] bool life_at_risk() const {
    return (flags & static_cast<std::uint16_t>(wire::ExceptionFlag::kLifeAtRisk)) != 0;
  }
};

[[nodiscard]] std::optional<Exception> find_exception(const StateView& state,
                                                      const ExceptionId& id);
// Keeps the index by time too.
void put_exception(Overlay& tick, const ExceptionId& id, Exception& exception);
void erase_exception(Overlay& tick, const ExceptionId& id, const Exception& exception);
// The exception that lets this referral go.
[[nodiscard]] std::optional<ExceptionId> exception_for(const StateView& state,
                                                       const ReferralId& referral);

}  // namespace safeconduct::core
