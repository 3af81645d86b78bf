// The pieces of the path by themselves.
#pragma once

#include "tests/bench/report.h"

namespace safeconduct::bench {

void decisions(Report& report, bool quick);
void sealing(Report& report, bool quick);
void ledger_steps(Report& report, bool quick);
void store_tick(Report& report, bool quick);
void clocks(Report& report, bool quick);

}  // namespace safeconduct::bench
