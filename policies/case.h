// One case to decide: everything that a decision may depend on, as closed values. What is left at
// its default is refused, so that a forgotten fact can only withhold.
#pragma once

#include <cstdint>

#include "policies/levels.h"
#include "policies/vocabulary.h"

namespace safeconduct::policies {

enum class ConsentState : std::uint8_t { kNone = 0, kLive = 1, kExpired = 2, kWithdrawn = 3 };

enum class Grantor : std::uint8_t { kSelf = 0, kGuardian = 1, kCourt = 2, kAllegedAbuser = 3 };

// The consent as it stands for this very case: its scope for the case's purpose and recipient, at
// the deciding instant. Of concurrent versions the caller passes the minimum.
struct ConsentView {
  ConsentState state = ConsentState::kNone;
  Grantor grantor = Grantor::kSelf;
  bool purpose_named = false;        // the consent names the case's purpose
  bool recipient_named = false;      // and the receiving agency (or allows onward for this purpose)
  bool person_initiated = false;     // the person started it
  bool fresh_in_reflection = false;  // given inside the running reflection period
  bool written = false;              // on paper, signed
  CategorySet full = 0;              // granted in full
  CategorySet generalised = 0;       // granted in generalised form only
  CategorySet named = 0;             // named one by one, not by a blanket tick

  friend bool operator==(const ConsentView&, const ConsentView&) = default;
};

struct Case {
  Role from{};  // the sender's acting role
  Role to{};    // the recipient's acting role
  Purpose purpose{};
  Stage stage{};
  Basis basis{};
  Urgency urgency{};
  std::uint16_t circumstances = 0;  // Circumstance bits
  std::uint8_t hop = 1;             // 1 is the first hop
  bool agreement_in_force = false;  // the recipient's agreement and training are in date
  bool conflict = false;            // the recipient is excluded for this person
  ConsentView consent;
  CategorySet never = 0;                     // the person's never-list; holds on every basis
  Levels prior = Levels::all(Level::kFull);  // what the sender itself received; all full at hop 1
  std::uint32_t notices = 0;  // notices that came with it (Duty bits); they travel on

  friend bool operator==(const Case&, const Case&) = default;
};

// Adds or removes one circumstance.
constexpr void set_circumstance(Case& subject, Circumstance which, bool holds) {
  const auto mask = static_cast<std::uint16_t>(which);
  subject.circumstances = static_cast<std::uint16_t>(holds ? subject.circumstances | mask
                                                           : subject.circumstances & ~mask);
}

}  // namespace safeconduct::policies
