// FHIR R4 intake: Task and ServiceRequest resources become referral documents. What is mapped is
// taken; everything else (text, display, contained, extension, note, attachment, narrative, ids) is
// left behind and reported by element path and count, never by value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agents/document/document.h"

namespace safeconduct::document {

inline constexpr std::size_t kFhirFileBytesMax = 4 * 1024 * 1024;  // a bundle with an attachment
inline constexpr int kFhirNestingMax = 64;                         // questionnaires nest
inline constexpr std::size_t kFhirResourcesMax = 10'000;           // of one intake

// Where referrals for one purpose go.
struct FhirRoute {
  AgencyId to;
  policies::Role to_role{};
  std::optional<ConsentId> consent;  // needed on consent
};

struct FhirSettings {
  policies::Role as{};
  policies::Basis basis = policies::Basis::kConsent;
  policies::Purpose purpose{};  // of a referral whose code has no route of its own
  FhirRoute route;              // for that purpose
  // Purposes that a code may ask for (fhir_codes.cc) and where each goes.
  std::map<policies::Purpose, FhirRoute> routes;
  policies::Urgency urgency = policies::Urgency::kRoutine;  // where no priority is given
  Instant now;                                              // decides whether the person is a minor
  bool include_closed = false;  // also referrals that are completed, cancelled or rejected
};

enum class FhirUse : std::uint8_t {
  kReferral,    // became a referral document
  kClosed,      // a referral that is over; read, not sent
  kReferenced,  // not a referral, used by reference
  kUnused,      // not a referral, not used
  kRefused,     // `problem` says why
};

struct FhirInput {
  std::string name;  // file, or file#entry[i] of a bundle
  std::string type;  // resourceType, or empty
  FhirUse use = FhirUse::kUnused;
  std::string problem;                     // of a refused input; no value
  std::map<std::string, int> taken;        // element path without type: `name.family` -> 2
  std::map<std::string, int> left_behind;  // the same for what was stripped
};

struct FhirReferral {
  std::string name;  // of the input it came from
  ReferralDocument document;
};

struct FhirIntake {
  std::vector<FhirReferral> referrals;  // in the order of names
  std::vector<FhirInput> inputs;        // every file and every entry of a bundle
};

// `files`: name to text. References are followed among the files given; nothing is fetched. A file
// that is no FHIR resource is reported and the others are read.
// Errors: kInvalid: settings without a consent on the basis of consent, or too many resources.
[[nodiscard]] Result<FhirIntake> read_fhir(const std::map<std::string, std::string>& files,
                                           const FhirSettings& settings);

// "referral", "closed referral", "not a referral, used by reference", "not a referral, not used",
// "refused".
[[nodiscard]] std::string_view label(FhirUse use);

}  // namespace safeconduct::document
