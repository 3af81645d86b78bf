// A policy as it was written: statements, and the selectors that say which cases they speak about.
// Order carries no meaning; canonical order is by kind and number.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/duties.h"
#include "policies/levels.h"
#include "policies/vocabulary.h"

namespace safeconduct::policies {

// What a `when` may ask about a case.
enum class Fact : std::uint8_t {
  kMinor = 1,
  kReflection = 2,
  kProtectionClaim = 3,
  kConflict = 4,          // the recipient is excluded
  kAgreement = 5,         // the recipient's agreement and training are in date
  kConsentGiven = 6,      // there is a consent, in whatever state
  kConsentWithdrawn = 7,  //
  kConsentExpired = 8,    //
  kFromAbuser = 9,        // the alleged abuser granted it
  kPurposeNamed = 10,     // the consent names the purpose
  kRecipientNamed = 11,   // and the recipient
  kPersonInitiated = 12,  // the person started it
  kFreshConsent = 13,     // given inside the reflection period
  kRuleExists = 14,       // some rule speaks of this role and purpose
  kGroundAccepted = 15,   // and one of those accepts the basis
  kConsentWritten = 16,   // the consent is on paper, signed
  kFromSelf = 17,         // the person granted it, not a guardian or a court
};
inline constexpr std::size_t kFactCount = 17;

// Sets as bits, bit = number of the word; bit 0 is never set, so that an unknown value is in none.
using WordSet = std::uint32_t;
template <class Enum>
[[nodiscard]] constexpr WordSet word_bit(Enum word) {
  return 1u << static_cast<unsigned>(word);
}

// All parts must hold. An empty set asks nothing.
struct Selector {
  WordSet from = 0;
  WordSet to = 0;
  WordSet purposes = 0;
  WordSet stages = 0;
  WordSet bases = 0;
  WordSet urgencies = 0;
  WordSet facts = 0;      // all of these hold
  WordSet facts_not = 0;  // none of these
  std::uint8_t hop_min = 1;
  std::uint8_t hop_max = 255;

  friend bool operator==(const Selector&, const Selector&) = default;
};

enum class StatementKind : std::uint8_t {
  kRefuse = 1,    // F: the whole message, tried in the order of their numbers
  kNever = 2,     // N: categories, on every basis
  kLimit = 3,     // L: nothing above this at a stage
  kOverride = 4,  // O: what a basis replaces consent for
  kRule = 5,      // R: what a role learns for a purpose
  kDuty = 6,      // D: what is to be done with it, or because of it
  kTerm = 7,      // T: numbers and the way of transport, for the whole network
  kAssert = 8,    // A: what must come out; decides nothing
};

enum class Claim : std::uint8_t {
  kAtMost = 1,
  kAtLeast = 2,
  kRefused = 3,
  kRequires = 4,  // a duty comes with it
  kTerm = 5,      // a term is at least as strict
  kDirect = 6,    // content goes from agency to agency
};

struct Statement {
  StatementKind kind{};
  std::uint16_t number = 0;
  std::string title;
  Selector where;
  std::vector<Selector> unless;  // where none of these holds
  // rule: allowed; never: what is left at most (full where it does not speak); limit: kept;
  // override: replaced; assert: the bound, for the categories of `about`.
  Levels levels;
  // duty, and assertion of one: only where one of these goes; 0: in any case.
  CategorySet about = 0;
  std::vector<Requirement> requires_of;  // duty; assertion: the one claimed. Ascending
  std::vector<Setting> settings;         // term; assertion: the one claimed. Ascending
  bool direct = false;                   // term: content goes from agency to agency
  Reason reason{};                       // refuse, never, limit; assert: of the refusal, or 0
  bool service_consent = false;          // limit: consent to the service suffices below it
  Claim claim = Claim::kAtMost;          // assert
  std::uint32_t line = 0;                // where it was written; 0 after formatting

  [[nodiscard]] std::string name() const;  // `R7`
  // The same in meaning, wherever it was written.
  [[nodiscard]] bool same_as(const Statement& other) const;
};

struct Policy {
  std::string name;   // a-z, 0-9, `_`
  std::string title;  // one line
  std::vector<Statement> statements;
};

// The letter of a kind: F, N, L, O, R, D, T, A.
[[nodiscard]] char letter(StatementKind kind);
[[nodiscard]] std::string_view keyword(StatementKind kind);
[[nodiscard]] std::string_view name(Fact fact);
[[nodiscard]] std::span<const std::string_view> fact_names();

// What the policy's terms come to: the strictest of all, or the bound when none speaks of it.
[[nodiscard]] std::uint32_t term(const Policy& policy, Term term);
// Content goes from agency to agency; the broker sees header and decision alone.
[[nodiscard]] bool is_direct(const Policy& policy);

// Sorts statements by kind and number.
void canonicalise(Policy& policy);

}  // namespace safeconduct::policies
