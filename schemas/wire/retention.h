// How long the parts of entries are kept, and what must not be pruned: texts that officers sign as
// notes and that come into force through the ledger. Grammar: schemas/FORMATS.md, "Retention".
//
//   safeconduct retention 1          safeconduct hold 1              safeconduct hold lifted 1
//   profile national                 hold inquest-7                  hold inquest-7
//   keep routing 90 days             referral <id> | agency <id> | everything
//   keep sender 1096 days            reason court_order
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/wire/records.h"

namespace safeconduct::wire {

inline constexpr std::size_t kRetainedParts = 4;  // routing, sender, recipient, restricted
inline constexpr std::uint32_t kRetentionDaysMax = 36'600;

struct Retention {
  std::string profile;  // whose rules these are: one word
  // By part, in the order above; 0: for ever. What concerns everyone is kept for ever.
  std::array<std::uint32_t, kRetainedParts> days{};
  friend bool operator==(const Retention&, const Retention&) = default;
};

struct Hold {
  std::string id;       // one word
  ReferralId referral;  // zero: not of one referral
  AgencyId agency;      // empty: not of one agency; both empty: everything
  std::string reason;   // one word; never a story
  friend bool operator==(const Hold&, const Hold&) = default;
};

// Network part of a pruning entry: parts of one kind of the entries [from, to) were destroyed, but
// for those at `spared`, which a hold kept.
struct Pruning {
  std::uint8_t part = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  Instant newest;               // of the entries
  std::uint64_t retention = 0;  // position of the rule
  std::vector<std::uint64_t> spared;
  friend bool operator==(const Pruning&, const Pruning&) = default;
};
[[nodiscard]] Bytes encode(const Pruning& pruning);
[[nodiscard]] Result<Pruning> decode_pruning(ByteView bytes);

inline constexpr std::size_t kRuleBytesMax = 4096;
// Which of the three a text is, when it is in its form. Errors: kInvalid.
[[nodiscard]] Result<RecordKind> rule_kind(std::string_view text);

[[nodiscard]] std::string to_text(const Retention& retention);
[[nodiscard]] std::string to_text(const Hold& hold);
[[nodiscard]] std::string hold_lifted_text(const std::string& id);

// Only the canonical text is accepted. Errors: kInvalid.
[[nodiscard]] Result<Retention> parse_retention(std::string_view text);
[[nodiscard]] Result<Hold> parse_hold(std::string_view text);
// The hold's id.
[[nodiscard]] Result<std::string> parse_hold_lifted(std::string_view text);

}  // namespace safeconduct::wire
