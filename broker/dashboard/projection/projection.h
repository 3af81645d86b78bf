// The ledger as coordinators look at it: every referral's state and clock, agencies, capacity and
// duties. Pure and deterministic: the same entries give the same projection. 100,000 referrals take
// about 30 MB; a question that no index answers walks over them, which takes milliseconds.
#pragma once

#include <map>
#include <set>
#include <span>

#include "broker/dashboard/projection/facts.h"

namespace safeconduct::dashboard {

using AgencyIndex = std::uint16_t;
using RowIndex = std::uint32_t;
inline constexpr RowIndex kNoRow = UINT32_MAX;

struct ReferralRow {
  ReferralId id;
  ReferralId parent;
  RequestId request;
  Instant opened;
  Instant changed;
  Instant due;       // when the answer is due; 0: nobody waits for one
  Instant answered;  // first acceptance or decline; 0: none yet
  Instant accepted;  // 0: not
  Instant ended;     // into its final state; 0: open
  Instant consent_until;
  std::uint32_t last_event = UINT32_MAX;
  std::uint32_t events = 0;
  AgencyIndex from = 0;
  AgencyIndex to = 0;
  State state = State::kAnnounced;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t basis = 0;
  std::uint8_t hop = 1;
  wire::DeclineReason reason = wire::DeclineReason::kNone;
  bool escalated = false;
  bool delivered = false;
  bool helped = false;  // the service was done
};

struct EventRow {
  std::uint64_t position = 0;
  Instant at;
  Instant due;
  std::uint32_t earlier = UINT32_MAX;  // of the same referral
  RowIndex referral = kNoRow;
  EventKind kind = EventKind::kSubmitted;
  std::uint8_t state = 0;  // State after it; 0: as it was
  wire::DeclineReason reason = wire::DeclineReason::kNone;
};

struct AgencyRow {
  AgencyId id;
  std::vector<std::string> roles;
  wire::Standing standing = wire::Standing::kActive;
  wire::DatedProof agreement;
  wire::DatedProof training;
  Instant card_published_until;  // 0: no sealing key published
  Instant card_accepted_until;
  Instant last_seen;  // the last entry that it caused; 0: never
  std::vector<wire::ServiceCapacity> capacity;
  Instant capacity_at;
  bool listed = false;  // in the directory now
};

struct UnmetRow {
  Instant at;
  AgencyIndex by = 0;
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::string district;
  wire::UnmetReason reason = wire::UnmetReason::kNoCapacity;
};

// An exception or a missed duty that somebody must look at.
struct ReviewRow {
  std::uint64_t position = 0;
  Instant at;
  Instant due;
  RowIndex referral = kNoRow;
  EventKind kind = EventKind::kSubmitted;
  std::string acknowledged_by;  // operator id; empty: not yet
  Instant acknowledged_at;
};

class Projection {
 public:
  // Entries in order, each once; a position that was applied already changes nothing.
  void apply(const EntryFacts& entry);

  // Entries applied; the next position.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Instant last_at() const { return last_at_; }
  [[nodiscard]] const std::vector<ReferralRow>& referrals() const { return rows_; }
  [[nodiscard]] const std::vector<EventRow>& events() const { return events_; }
  [[nodiscard]] const std::vector<AgencyRow>& agencies() const { return agencies_; }
  [[nodiscard]] const std::vector<UnmetRow>& unmet() const { return unmet_; }
  [[nodiscard]] const std::map<std::uint64_t, ReviewRow>& reviews() const { return reviews_; }
  [[nodiscard]] const std::string& network() const { return network_; }

  [[nodiscard]] RowIndex find(const ReferralId& id) const;
  [[nodiscard]] std::optional<AgencyIndex> agency(std::string_view id) const;
  // Of one referral, oldest first.
  [[nodiscard]] std::vector<EventRow> timeline(RowIndex row) const;
  // Deletion receipts that are owed, by their referral: when each is due.
  [[nodiscard]] const std::map<RowIndex, Instant>& deletions() const { return deletions_; }

 private:
  friend struct SnapshotAccess;
  void take(const ReferralFact& fact);
  void take(const DirectoryFact& fact);
  void take(const SealingCardFact& fact);
  void take(const CapacityFact& fact);
  void take(const UnmetNeedFact& fact);
  void take(const AcknowledgedFact& fact);
  void take(const std::monostate&) {}
  void move(ReferralRow& row, State state);
  void note_duty(RowIndex index, const ReferralFact& fact);
  AgencyIndex agency_of(const AgencyId& id);
  void seen(AgencyIndex agency);

  std::uint64_t size_ = 0;
  std::uint64_t position_ = 0;  // of the entry that is being applied
  Instant last_at_{};
  std::string network_;
  std::vector<ReferralRow> rows_;
  std::map<ReferralId, RowIndex> by_id_;
  std::vector<EventRow> events_;
  std::vector<AgencyRow> agencies_;
  std::map<AgencyId, AgencyIndex> by_agency_;
  std::vector<UnmetRow> unmet_;
  std::map<std::uint64_t, ReviewRow> reviews_;
  std::map<RowIndex, Instant> deletions_;
};

}  // namespace safeconduct::dashboard
