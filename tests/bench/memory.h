// What the broker holds in memory with many referrals queued.
#pragma once

#include "tests/bench/load.h"

namespace safeconduct::bench {

void broker_memory(Report& report, rig::Network& network, const Traffic& traffic,
                   std::size_t queued);

}  // namespace safeconduct::bench
