// A referral in the core's state: where it is in its life and which clock runs; and the request
// that it may be one candidate of. Both outlive their messages by the retention of routing data.
#pragma once

#include <optional>

#include "broker/core/state_view.h"
#include "schemas/wire/header.h"
#include "schemas/wire/referral_parts.h"

namespace safeconduct::core {

// Which clock of a referral rings next.
enum class Clock : std::uint8_t {
  kNone = 0,
  kHalf = 1,    // half of the time to answer
  kLimit = 2,   // all of it
  kEnd = 3,     // its content, or its inquiry, ends
  kClose = 4,   // final for long enough
  kForget = 5,  // nothing more is known of it
};

struct Referral {
  wire::State state = wire::State::kDraft;
  AgencyId from;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t basis = 0;
  std::uint8_t hop = 1;
  MessageId message;  // the last that carried it; zero: none yet
  wire::DeclineReason reason = wire::DeclineReason::kNone;
  std::uint32_t categories = 0;
  RequestId request;
  ReferralId parent;
  std::uint8_t place = 0;  // in its request, from 1
  Instant deadline;        // clinical; 0: none
  Instant due;             // when the answer is due
  Instant ends;            // content end, or end of the inquiry
  Clock clock = Clock::kNone;
  Instant clock_at;
  std::uint64_t record = 0;  // position of the entry that said the last move; 0: none
  bool silent = false;       // it goes nowhere: its recipient is excluded, its sender not told
  Digest record_hash{};      // of the last move's bytes: the same again is answered alike

  // INVARIANT: as MessageRecord::forgotten.
  [[nodiscard]] bool forgotten(Instant now) const {
    return clock == Clock::kForget && clock_at <= now;
  }
};

struct Asked {
  wire::Candidate candidate;
  bool excluded = false;  // by the person: nobody is told, it is as if it were not there
};

struct Request {
  AgencyId by;
  std::uint64_t position = 0;
  Digest record_hash{};
  bool closed = false;     // accepted, withdrawn, or nobody is left
  std::uint8_t asked = 0;  // how many of the candidates may be asked so far
  ConsentId consent;
  Instant forget;
  std::vector<Asked> candidates;
};

[[nodiscard]] std::optional<Referral> find_referral(const StateView& state, const ReferralId& id);
// What decisions may read.
[[nodiscard]] std::optional<Referral> remembered_referral(const StateView& state,
                                                          const ReferralId& id, Instant now);
void put_referral(Overlay& tick, const ReferralId& id, const Referral& referral);
// Sets the clock that rings next and keeps the index by time; the referral is stored with it.
void set_clock(Overlay& tick, const ReferralId& id, Referral& referral, Clock clock, Instant at);
// With its clock; nothing when there is none.
void erase_referral(Overlay& tick, const ReferralId& id);
// Starts the time to answer anew: half, then all of it; a clinical deadline beats the class.
void start_answer_clock(Overlay& tick, const ReferralId& id, Referral& referral, Instant now);
// For one that needs no answer now: work goes on, or it is over.
void rest_clock(Overlay& tick, const ReferralId& id, Referral& referral, Instant now);

[[nodiscard]] std::optional<Request> find_request(const StateView& state, const RequestId& id);
void put_request(Overlay& tick, const RequestId& id, const Request& request);

[[nodiscard]] wire::ReferralPart part_of(const ReferralId& id, const Referral& referral,
                                         wire::Event event);

}  // namespace safeconduct::core
