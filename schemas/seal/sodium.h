// Starts libsodium once, before its first use, whichever thread comes first. For the seal room's
// own sources.
#pragma once

namespace safeconduct::seal {

void start_sodium();

}  // namespace safeconduct::seal
