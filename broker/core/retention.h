// What the core knows of retention: the times in force, the holds, and how far parts are destroyed.
#pragma once

#include <optional>

#include "broker/core/state_view.h"
#include "schemas/ledger/kinds.h"
#include "schemas/wire/retention.h"

namespace safeconduct::core {

inline constexpr std::size_t kPrunedAtOnce = 4096;  // entries of one pruning

struct RetentionInForce {
  std::uint64_t position = 0;
  wire::Retention retention;
};
[[nodiscard]] std::optional<RetentionInForce> retention_in_force(const StateView& state);
// How long a part of this kind is kept; nothing: for ever.
[[nodiscard]] std::optional<Duration> kept_for(const wire::Retention& retention,
                                               ledger::PartKind part);
[[nodiscard]] std::vector<wire::Hold> holds_in_force(const StateView& state);
// The first entry whose part of this kind was not destroyed yet.
[[nodiscard]] std::uint64_t pruned_up_to(const StateView& state, ledger::PartKind part);

}  // namespace safeconduct::core
