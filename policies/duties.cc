#include "policies/duties.h"

#include <algorithm>
#include <array>

#include "schemas/base/check.h"
#include "schemas/base/limits.h"

namespace safeconduct::policies {
namespace {

struct DutyWords {
  std::string_view plain;
  DutyOf of;
  DutyTime time;
};

constexpr std::array<std::string_view, kDutyCount> kDutyNames = {
    "do_not_pass_on", "redisclosure_notice", "second_officer",  "review",          "tell_person",
    "tell_guardian",  "record_child_view",   "tell_originator", "access_ends",     "answer",
    "stop_use",       "deletion_receipt",    "erase",           "notify_authority"};

constexpr std::array<DutyWords, kDutyCount> kDuties = {{
    {"do not pass this on", DutyOf::kRecipient, DutyTime::kNone},
    {"keep the notice with it: federal rules (42 CFR part 2) forbid to disclose it further without "
     "the person's written consent",
     DutyOf::kRecipient, DutyTime::kNone},
    {"have a second officer approve it", DutyOf::kSender, DutyTime::kOptional},
    {"review the decision", DutyOf::kSender, DutyTime::kNeeded},
    {"tell the person as soon as that is safe", DutyOf::kSender, DutyTime::kOptional},
    {"tell the guardian, unless implicated", DutyOf::kSender, DutyTime::kOptional},
    {"tell the child and record its view", DutyOf::kSender, DutyTime::kOptional},
    {"tell whoever referred the person to you", DutyOf::kSender, DutyTime::kOptional},
    {"use it no longer than that", DutyOf::kRecipient, DutyTime::kNeeded},
    {"accept or decline", DutyOf::kRecipient, DutyTime::kNeeded},
    {"stop using it when the person takes it back", DutyOf::kRecipient, DutyTime::kNeeded},
    {"prove what was deleted when the person takes it back", DutyOf::kRecipient, DutyTime::kNeeded},
    {"delete it after the case is closed", DutyOf::kRecipient, DutyTime::kNeeded},
    {"notify the authority that the law names", DutyOf::kSender, DutyTime::kOptional},
}};

constexpr std::array<std::string_view, kTermCount> kTermNames = {
    "consent_default", "consent_life", "inquiry_life", "body_life",
    "content_life",    "majority",     "reflection",   "quasi_identifiers"};

std::uint32_t hours_of(Duration d) {
  return static_cast<std::uint32_t>(d.ms / hours(1).ms);
}

const DutyWords& of(Duty duty) {
  const auto index = static_cast<std::size_t>(duty) - 1;
  SC_CHECK(index < kDuties.size());
  return kDuties[index];
}

template <class Word>
std::optional<Word> named(std::span<const std::string_view> names, std::string_view word) {
  const auto at = std::find(names.begin(), names.end(), word);
  if (at == names.end()) return std::nullopt;
  return static_cast<Word>(at - names.begin() + 1);
}

}  // namespace

std::string_view name(Duty duty) {
  const auto index = static_cast<std::size_t>(duty) - 1;
  SC_CHECK(index < kDutyNames.size());
  return kDutyNames[index];
}
std::optional<Duty> duty_named(std::string_view word) {
  return named<Duty>(kDutyNames, word);
}
std::optional<Duty> duty_from(std::uint8_t code) {
  if (code == 0 || code > kDutyCount) return std::nullopt;
  return static_cast<Duty>(code);
}
std::span<const std::string_view> duty_names() {
  return kDutyNames;
}
std::string_view plain(Duty duty) {
  return of(duty).plain;
}
DutyOf duty_of(Duty duty) {
  return of(duty).of;
}
DutyTime time_of(Duty duty) {
  return of(duty).time;
}

std::string_view name(Term term) {
  const auto index = static_cast<std::size_t>(term) - 1;
  SC_CHECK(index < kTermNames.size());
  return kTermNames[index];
}
std::optional<Term> term_named(std::string_view word) {
  return named<Term>(kTermNames, word);
}
std::span<const std::string_view> term_names() {
  return kTermNames;
}

std::uint32_t bound_of(Term term) {
  constexpr std::uint32_t kMajorityYears = 18;   // UN Convention on the Rights of the Child, art. 1
  constexpr Duration kReflectionMin = days(30);  // DOMAIN §4.3, as are four quasi-identifiers
  constexpr std::uint32_t kQuasiIdentifiersMax = 4;
  switch (term) {
    case Term::kConsentDefault:
      return hours_of(limits::kConsentDefault);
    case Term::kConsentLife:
      return hours_of(limits::kConsentMax);
    case Term::kInquiryLife:
      return hours_of(limits::kInquiryLifetimeMax);
    case Term::kBodyLife:
      return hours_of(limits::kBodyLifetimeMax);
    case Term::kContentLife:
      return hours_of(limits::kContentLifeMax);
    case Term::kMajority:
      return kMajorityYears;
    case Term::kReflection:
      return hours_of(kReflectionMin);
    case Term::kQuasiIdentifiers:
      return kQuasiIdentifiersMax;
  }
  return 0;
}

std::string hours_words(std::uint32_t count) {
  constexpr std::uint32_t kDaysFrom = 96;  // three days are 72 hours, as the law says it
  if (count >= kDaysFrom && count % 24 == 0) return std::to_string(count / 24) + " days";
  return std::to_string(count) + (count == 1 ? " hour" : " hours");
}

std::string words(const Requirement& requirement) {
  std::string out(name(requirement.duty));
  if (requirement.hours != 0) out += " within " + hours_words(requirement.hours);
  return out;
}

std::string words(const Setting& setting) {
  const std::string number = std::to_string(setting.value);
  const std::string head = std::string(name(setting.term)) + " ";
  switch (unit_of(setting.term)) {
    case TermUnit::kYears:
      return head + number + " years";
    case TermUnit::kPieces:
      return head + number;
    case TermUnit::kHours:
      break;
  }
  return head + hours_words(setting.value);
}

}  // namespace safeconduct::policies
