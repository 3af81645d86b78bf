// A consent as a case worker records it. Only its codes go to the broker (wire::ConsentRecord); the
// document itself and what proves it stay with the agency.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/limits.h"
#include "schemas/wire/records.h"

namespace safeconduct::document {

inline constexpr std::string_view kConsentForm = "consent/1";

enum class ConsentMedium : std::uint8_t { kWritten = 1, kRecorded = 2, kWitnessedOral = 3 };
enum class Capacity : std::uint8_t { kYes = 1, kSupported = 2 };

struct ConsentDocument {
  wire::Grantor grantor = wire::Grantor::kSelf;
  Instant given;
  Instant expires;  // after given, at most limits::kConsentMax later
  bool fresh_in_reflection = false;
  std::vector<wire::ConsentScope> scopes;  // ascending purpose, each once, sorted recipients
  std::uint32_t never_categories = 0;
  std::vector<AgencyId> never_agencies;  // sorted
  std::uint8_t onward_depth = 1;
  std::vector<std::uint8_t> onward_purposes;  // sorted
  ConsentMedium medium = ConsentMedium::kWritten;
  Capacity capacity = Capacity::kYes;
  std::string language;  // in which it was explained
  std::string evidence;  // free text or a reference; stays with the agency
};

// How long a consent lives that names no end, and how long one may live: the policy's terms.
struct ConsentTimes {
  Duration usual = limits::kConsentDefault;
  Duration longest = limits::kConsentMax;
};

// `now` is used where `given` is left out. Errors: kInvalid, in words for the case worker: the form
// (as parse_document), a doubtful capacity, rights or the freedom to refuse not told, longer than
// the longest, a scope that grants nothing or a category twice.
[[nodiscard]] Result<ConsentDocument> parse_consent(std::string_view json, Instant now,
                                                    const ConsentTimes& times = {});

// The codes for the broker; the caller adds id, version, previous, recorded_by and evidence.
[[nodiscard]] wire::ConsentRecord record_of(const ConsentDocument& document);

}  // namespace safeconduct::document
