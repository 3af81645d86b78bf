// What a decision asks of people besides withholding: obligations with their times, and the terms
// that a policy sets for the whole network (DOMAIN §4.3). The numbers of duties travel on the wire
// and lie in the ledger: never renumber, only append.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/instant.h"

namespace safeconduct::policies {

enum class Duty : std::uint8_t {
  kDoNotPassOn = 1,         // the general notice
  kRedisclosureNotice = 2,  // 42 CFR 2.32: the notice that substance-use records carry
  kSecondOfficer = 3,       // a second person approves, at the latest so long afterwards
  kReview = 4,              // the sender reviews what it did
  kTellPerson = 5,          // the person is told, as soon as that is safe
  kTellGuardian = 6,        // the guardian is told, unless implicated
  kRecordChildView = 7,     // the child is told, and its view recorded
  kTellOriginator = 8,      // whoever sent it here is told that it went on
  kAccessEnds = 9,          // the recipient may use it no longer
  kAnswer = 10,             // the recipient accepts or declines
  kStopUse = 11,            // after a withdrawal: the recipient stops
  kDeletionReceipt = 12,    // after a withdrawal: it proves what it deleted
  kErase = 13,              // after the case is closed: it deletes
  kNotifyAuthority = 14,    // the sender notifies the authority that the law names
};
inline constexpr std::size_t kDutyCount = 14;

// By whom it is to be done.
enum class DutyOf : std::uint8_t { kSender, kRecipient };
// Whether it comes with a time.
enum class DutyTime : std::uint8_t { kNone, kOptional, kNeeded };

// A duty and within how many hours it is to be done; 0 where it has no time.
struct Requirement {
  Duty duty{};
  std::uint32_t hours = 0;
  friend auto operator<=>(const Requirement&, const Requirement&) = default;
};
inline constexpr std::uint32_t kDutyHoursMax = 9999 * 24;

[[nodiscard]] std::string_view name(Duty duty);
[[nodiscard]] std::optional<Duty> duty_named(std::string_view word);
[[nodiscard]] std::optional<Duty> duty_from(std::uint8_t code);
[[nodiscard]] std::span<const std::string_view> duty_names();
// As a sentence that begins with a verb, `do not pass this on`.
[[nodiscard]] std::string_view plain(Duty duty);
[[nodiscard]] DutyOf duty_of(Duty duty);
[[nodiscard]] DutyTime time_of(Duty duty);
// A notice: what travelled with it takes it along on every further hop (DOMAIN §5, 11).
[[nodiscard]] constexpr bool travels(Duty duty) {
  return duty == Duty::kDoNotPassOn || duty == Duty::kRedisclosureNotice;
}
// True when `a` asks at least what `b` asks: the same duty, and no more time for it.
[[nodiscard]] constexpr bool as_strict(const Requirement& a, const Requirement& b) {
  return a.duty == b.duty && (b.hours == 0 || (a.hours != 0 && a.hours <= b.hours));
}

// Numbers that hold for the whole network.
enum class Term : std::uint8_t {
  kConsentDefault = 1,    // hours: how long a consent lives that names no end
  kConsentLife = 2,       // hours: how long a consent counts at most
  kInquiryLife = 3,       // hours: how long an inquiry may wait
  kBodyLife = 4,          // hours: how long a sealed body may wait at the broker
  kContentLife = 5,       // hours: how long a recipient may hold the content
  kMajority = 6,          // years: who is younger is a minor
  kReflection = 7,        // hours: how long a reflection period lasts at least
  kQuasiIdentifiers = 8,  // a number: how many an inquiry or an anonymous notice may state
};
inline constexpr std::size_t kTermCount = 8;

struct Setting {
  Term term{};
  std::uint32_t value = 0;
  friend auto operator<=>(const Setting&, const Setting&) = default;
};

[[nodiscard]] std::string_view name(Term term);
[[nodiscard]] std::optional<Term> term_named(std::string_view word);
[[nodiscard]] std::span<const std::string_view> term_names();
// What no policy goes beyond, and what holds when it says nothing.
[[nodiscard]] std::uint32_t bound_of(Term term);
// True when `a` lets less happen than `b`, or the same.
[[nodiscard]] constexpr bool as_strict(Term term, std::uint32_t a, std::uint32_t b) {
  return term == Term::kMajority || term == Term::kReflection ? a >= b : a <= b;
}
// What its number counts.
enum class TermUnit : std::uint8_t { kHours, kYears, kPieces };
[[nodiscard]] constexpr TermUnit unit_of(Term term) {
  if (term == Term::kMajority) return TermUnit::kYears;
  return term == Term::kQuasiIdentifiers ? TermUnit::kPieces : TermUnit::kHours;
}

// `72 hours`, `7 days`: whole days as days, from four of them on.
[[nodiscard]] std::string hours_words(std::uint32_t count);
// `review within 72 hours`, the language's words.
[[nodiscard]] std::string words(const Requirement& requirement);
// `consent_life 90 days`, the language's words.
[[nodiscard]] std::string words(const Setting& setting);

}  // namespace safeconduct::policies
