// The words of the bus as closed enumerations with stable numbers (DOMAIN §3); their names and what
// is known of them: policies/vocabulary.h, which is what others include. The numbers are what
// travels on the wire and lies in the ledger: never renumber, only append. 0 is no word at all and
// always refused.
#pragma once

#include <cstddef>
#include <cstdint>

namespace safeconduct::policies {

// Who an agency acts as (DOMAIN §3.1).
enum class Role : std::uint8_t {
  kSurvivor = 1,
  kNgoCase = 2,
  kHotline = 3,
  kShelter = 4,
  kHealth = 5,
  kMentalHealth = 6,
  kLegal = 7,
  kPolice = 8,
  kEmergency = 9,
  kProsecution = 10,
  kIdentification = 11,
  kImmigration = 12,
  kChildProtection = 13,
  kSocial = 14,
  kLabour = 15,
  kHousing = 16,
  kEmployment = 17,
  kEducation = 18,
  kInterpreter = 19,
  kCompensation = 20,
  kCommunity = 21,
  kReturnOrg = 22,
  kConsular = 23,
  kCoordinator = 24,
  kStats = 25,
};
inline constexpr std::size_t kRoleCount = 25;

// What a referral is for (DOMAIN §3.3). No purpose exists for locating a person.
enum class Purpose : std::uint8_t {
  kEmergencyRescue = 1,
  kSafeAccommodation = 2,
  kFormalIdentification = 3,
  kChildIdentification = 4,
  kNotifyAnonymous = 5,
  kChildSafeguarding = 6,
  kRiskConference = 7,
  kTriage = 8,
  kEmergencyHealth = 9,
  kHealthCare = 10,
  kMentalHealth = 11,
  kSubstanceTreatment = 12,
  kInterpretation = 13,
  kCaseManagement = 14,
  kSocialBenefits = 15,
  kLongTermHousing = 16,
  kEmploymentTraining = 17,
  kEducation = 18,
  kPeerSupport = 19,
  kVoluntaryReturn = 20,
  kTravelDocument = 21,
  kLegalAdvice = 22,
  kStatusApplication = 23,
  kPoliceReport = 24,
  kIntelAnonymous = 25,
  kProceedings = 26,
  kCompensationClaim = 27,
  kWageClaim = 28,
};
inline constexpr std::size_t kPurposeCount = 28;

// A kind of data about the person (DOMAIN §3.2).
enum class Category : std::uint8_t {
  kNeeds = 1,
  kIdentity = 2,
  kIdentifiers = 3,
  kContact = 4,
  kLocation = 5,
  kDemographics = 6,
  kImmigration = 7,
  kHealth = 8,
  kPsych = 9,
  kSud = 10,
  kExploitation = 11,
  kNarrative = 12,
  kLegal = 13,
  kOffences = 14,
  kFamily = 15,
  kRisk = 16,
  kPerpetrator = 17,
  kFinancial = 18,
  kMedia = 19,
};
inline constexpr std::size_t kCategoryCount = 19;

// How much of a category travels. Ordered: withheld < generalised < full.
enum class Level : std::uint8_t { kWithheld = 0, kGeneralised = 1, kFull = 2 };

// Inquiry: "have you a place?", before acceptance, no person data. Release: to the agency that
// accepted.
enum class Stage : std::uint8_t { kInquiry = 1, kRelease = 2 };
inline constexpr std::size_t kStageCount = 2;

// On what ground a referral travels (DOMAIN §4.1).
enum class Basis : std::uint8_t {
  kConsent = 1,
  kBreakGlass = 2,
  kMandatedChild = 3,
  kHighRisk = 4,
  kStatutoryAnonymous = 5,
};
inline constexpr std::size_t kBasisCount = 5;

// How soon an answer is due (DOMAIN §3.4).
enum class Urgency : std::uint8_t {
  kImmediate = 1,
  kTonight = 2,
  kDay = 3,
  kSoon = 4,
  kRoutine = 5
};
inline constexpr std::size_t kUrgencyCount = 5;

// Circumstance codes that a header carries, as bits of a u16.
enum class Circumstance : std::uint16_t {
  kMinor = 1,            // a minor, or presumed one (DOMAIN §3.2)
  kReflection = 2,       // a reflection period runs (DOMAIN §4.3)
  kProtectionClaim = 4,  // an asylum or protection claim is open
};
inline constexpr std::uint16_t kCircumstanceBits = 7;

// Why a category or a referral was withheld (DOMAIN §3.8). A recipient is only ever told
// kNotShared.
enum class Reason : std::uint8_t {
  kNoConsent = 1,
  kNotNeeded = 2,
  kStage = 3,
  kNeverList = 4,
  kConsentExpired = 5,
  kConsentWithdrawn = 6,
  kNotNamed = 7,
  kPoliceFirewall = 8,
  kImmigrationFirewall = 9,
  kReflectionPeriod = 10,
  kConflict = 11,
  kOnwardCeiling = 12,
  kLocationSafety = 13,
  kFreeText = 14,
  kSpecialCategory = 15,
  kPart2 = 16,
  kChildBestInterest = 17,
  kThirdParty = 18,
  kPrivilege = 19,
  kReidentification = 20,
  kAgreement = 21,
  kUnknownCategory = 22,
  kNotShared = 23,
};
inline constexpr std::size_t kReasonCount = 23;

}  // namespace safeconduct::policies
