// What a consent grants for one case, from its codes: the one place where versions of a consent are
// made into a ConsentView, for the broker and for agents alike.
#pragma once

#include <optional>
#include <span>

#include "policies/case.h"

namespace safeconduct::policies {

// One version that counts, as codes. Without a scope for the case's purpose it grants nothing.
struct Grant {
  struct Scope {
    CategorySet full = 0;
    CategorySet generalised = 0;
    CategorySet named = 0;
    bool recipient_named = false;  // the receiving agency, or onward for this purpose
    bool person_initiated = false;
  };
  std::uint8_t grantor = 0;  // as recorded: 1 self, 2 guardian, 3 court; else the alleged abuser
  bool fresh_in_reflection = false;
  bool written = false;
  CategorySet taken_back = 0;  // by the person, since this version was given
  std::optional<Scope> scope;
};

// The minimum of all versions that count: each can only take away (DESIGN §6). No version: nothing.
[[nodiscard]] ConsentView view_of(std::span<const Grant> grants, ConsentState state);

}  // namespace safeconduct::policies
