// The closed loop: a place found before anybody is named, a withdrawal over two hops, a break-glass
// that is reviewed.
#pragma once

#include <ostream>

#include "examples/demo_stage.h"

namespace safeconduct::demo {

// Plays and tells the three scenes; whether each ended as it should.
[[nodiscard]] bool play_loop(std::ostream& out, Stage& stage);

}  // namespace safeconduct::demo
