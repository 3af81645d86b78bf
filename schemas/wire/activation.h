// A policy on its way into force: its text, from when it decides, which policy it replaces, and
// whether it opens something. This text is what two officers sign (schemas/ledger/note.h).
//
//   safeconduct activation 1
//   network demo.example
//   after 7                                        ledger position of the policy before it
//   from 2026-11-25T08:00:00.000Z                  or `once`: at its entry
//   opens something                                or `opens nothing`; the core checks it
//   policy national_referral "..."                 the policy's canonical text, to the end
//
// The first policy of a network is signed as it is, without these lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/base/instant.h"
#include "schemas/base/result.h"

namespace safeconduct::wire {

struct Activation {
  std::string network;
  std::uint64_t after = 0;
  std::optional<Instant> from;  // nothing: at once
  bool opens = false;
  std::string policy;
  friend bool operator==(const Activation&, const Activation&) = default;
};

// What a policy note says: the text of a first policy, or an activation.
struct PolicyNoteText {
  std::string policy;
  std::optional<Activation> activation;
};

[[nodiscard]] std::string to_text(const Activation& activation);
// Only the canonical text is accepted. Errors: kInvalid, kUnsupported (a later version).
[[nodiscard]] Result<PolicyNoteText> parse_policy_note_text(std::string_view text);

}  // namespace safeconduct::wire
