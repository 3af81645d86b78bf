// The ledger at the size of years.
#pragma once

#include "tests/bench/report.h"

namespace safeconduct::bench {

// Appends, restarts and proves over a log of `entries`; verifies and replays one of real decisions.
void ledger_scale(Report& report, std::uint64_t entries, bool quick);

}  // namespace safeconduct::bench
