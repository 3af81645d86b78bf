// The end of the demo: an auditor, with a copy of the store and a trust file, and no trust in the
// broker.
#pragma once

#include <iosfwd>

#include "examples/demo_stage.h"

namespace safeconduct::demo {

struct AuditResult {
  bool verified = false;
  bool replayed = false;
  bool tamper_found = false;
  std::uint64_t entries = 0;
};

// Copies the store of the stopped broker to `folder`/audit-copy, verifies and replays it, exports
// it, flips one bit of an entry in a second copy of the export and has that found.
[[nodiscard]] AuditResult audit(std::ostream& out, const Stage& stage);

}  // namespace safeconduct::demo
