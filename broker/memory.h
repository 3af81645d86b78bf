// The memory that the program holds and does not use.
#pragma once

namespace safeconduct::broker {

// Back to the system with it; for when it has become quiet.
void give_memory_back();

}  // namespace safeconduct::broker
