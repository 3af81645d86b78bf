// Referrals per second through a real broker, from submission to recorded receipt.
#pragma once

#include "tests/bench/load.h"

namespace safeconduct::bench {

struct EndToEndPlan {
  std::size_t pairs = 4;
  std::size_t sign_batch = 1;
  int runs = 3;
  double warm_seconds = 2;
  double run_seconds = 20;
  double latency_seconds = 10;
};

// One line: the median of the runs, each over a fresh store, and latency at 100 referrals/s.
void referral_end_to_end(Report& report, rig::Network& network, const Traffic& traffic,
                         const EndToEndPlan& plan);

}  // namespace safeconduct::bench
