// The same path with nothing made before: real agents seal, send, open and answer.
#pragma once

#include "tests/bench/report.h"
#include "tests/rig/network.h"

namespace safeconduct::bench {

// One line: referrals per second from the application's request to the receipt that the sender's
// agent holds. `seconds`: how long applications hand in.
void whole_agents(Report& report, rig::Network& network, std::size_t pairs, double seconds);

}  // namespace safeconduct::bench
