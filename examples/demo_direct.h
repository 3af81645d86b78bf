// The profile of the United States: content goes from agent to agent, and the broker sees none, not
// even sealed.
#pragma once

#include <ostream>

namespace safeconduct::demo {

// Plays examples/direct, a network of its own, and tells it; whether it ended as it should.
[[nodiscard]] bool play_direct(std::ostream& out);

}  // namespace safeconduct::demo
