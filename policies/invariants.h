// The invariants of DOMAIN §5 that a policy could break, each as what it closes in a situation. The
// others are held by mechanisms elsewhere; policies/README.md lists them.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "policies/table.h"

namespace safeconduct::policies {

// Cases that must be refused: all of them, or those where one of `holding` holds or one of
// `failing` fails.
struct Closed {
  bool all = false;
  WordSet holding = 0;
  WordSet failing = 0;

  friend bool operator==(const Closed&, const Closed&) = default;
};

// A duty, at least as strict as this, wherever one of the categories goes (0: in any case).
struct Owed {
  Requirement what;
  CategorySet with = 0;
};

struct Invariant {
  int number;             // of DOMAIN §5
  std::string_view says;  // one clause for messages
  // The highest levels it leaves; null when it closes no category.
  Levels (*ceiling)(const Situation&);
  // What must be refused; null when it closes no case.
  Closed (*closed)(const Situation&, const Cell&);
  // True when no rule may even list what it forbids, whether or not a never-rule takes it out
  // again: an officer who reads the rules must not read what cannot happen.
  bool binds_rules;
  // A duty that must come with what goes; null when it asks for none.
  std::optional<Owed> (*owed)(const Situation&, const Cell&) = nullptr;
};

[[nodiscard]] std::span<const Invariant> breakable_invariants();

}  // namespace safeconduct::policies
