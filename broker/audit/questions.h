// What auditors, officers and persons ask of a log, answered from the entries alone. Each line
// names its entry and the hash of its leaf, so that it can be proved.
#pragma once

#include "broker/audit/entry_source.h"
#include "broker/audit/selection.h"

namespace safeconduct::audit {

struct Line {
  std::uint64_t position = 0;
  Instant instant;
  Digest leaf_hash{};
  std::string kind;
  std::string sentence;
  // Name and value, in order; names are the same in every language of output.
  std::vector<std::pair<std::string, std::string>> fields;
};

struct Total {
  std::vector<std::string> of;  // one word for each heading
  std::uint64_t count = 0;
};

struct Told {
  std::vector<std::string> headings;  // of the totals
  std::vector<Total> totals;
  std::vector<Line> lines;
};

// Everything about one referral, in order.
[[nodiscard]] Result<Told> timeline(const EntrySource& source, const ReferralId& referral);
// What the agency was given, by purpose and category and level.
[[nodiscard]] Result<Told> received_by(const EntrySource& source, const AgencyId& agency);
// What was given on another ground than the person's consent, by ground and recipient.
[[nodiscard]] Result<Told> without_consent(const EntrySource& source);
// What was asked for, given or refused as break-glass.
[[nodiscard]] Result<Told> break_glass(const EntrySource& source);
// What was refused or withheld whole, by step and reason; refused frames with their counts.
[[nodiscard]] Result<Told> refusals(const EntrySource& source);
// Who looked and who acted, by operator and action.
[[nodiscard]] Result<Told> who_looked(const EntrySource& source);
// To whom what kinds of information went, why and when, in plain words; nothing older than three
// years before `now` (42 CFR 2.24).
[[nodiscard]] Result<Told> disclosures(const EntrySource& source, const ReferralId& referral,
                                       Instant now);
// Directory, policy, sealing cards and consents of the log as they were at an instant.
[[nodiscard]] Result<Told> in_force_at(const EntrySource& source, Instant at);

// One entry as a line.
[[nodiscard]] Line line_of(const ledger::Entry& entry, const Digest& leaf_hash);

}  // namespace safeconduct::audit
