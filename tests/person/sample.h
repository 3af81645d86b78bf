// Invented facts for pages: an everyday case, and the most that one agency can have to tell.
#pragma once

#include "agents/person/page.h"

namespace safeconduct::person {

[[nodiscard]] Facts everyday_facts();
// Every purpose granted, every category, every reason, every fate, many times over.
[[nodiscard]] Facts crowded_facts();
[[nodiscard]] inline Instant sample_time() {
  return parse_rfc3339("2026-11-24T22:30:00Z").value();
}

}  // namespace safeconduct::person
