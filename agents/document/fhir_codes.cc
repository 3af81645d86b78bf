#include "agents/document/fhir_codes.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace safeconduct::document {
namespace {

using policies::Category;
using policies::Purpose;
using policies::Urgency;
using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::size_t kCodeBytesMax = 32;

constexpr Pair kSystems[] = {
    {"http://snomed.info/sct", "sct"},
    {"http://hl7.org/fhir/sid/icd-10-cm", "icd-10-cm"},
    {"http://hl7.org/fhir/sid/icd-10", "icd-10"},
    {"http://loinc.org", "loinc"},
    {"http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes",
     "gravity"},
};

struct Meaning {
  std::string_view code;
  Purpose purpose;
  std::string_view service;
};
// Gravity SDOHCC categories, and SNOMED CT procedures that ask for a service.
constexpr Meaning kMeanings[] = {
    {"gravity|food-insecurity", Purpose::kSocialBenefits, "food"},
    {"gravity|material-hardship", Purpose::kSocialBenefits, "clothing"},
    {"gravity|financial-insecurity", Purpose::kSocialBenefits, "money"},
    {"gravity|medical-cost-burden", Purpose::kSocialBenefits, "money"},
    {"gravity|transportation-insecurity", Purpose::kSocialBenefits, "transport"},
    {"gravity|health-insurance-coverage-status", Purpose::kSocialBenefits, "money"},
    {"gravity|homelessness", Purpose::kLongTermHousing, "housing"},
    {"gravity|housing-instability", Purpose::kLongTermHousing, "housing"},
    {"gravity|inadequate-housing", Purpose::kLongTermHousing, "housing"},
    {"gravity|employment-status", Purpose::kEmploymentTraining, "employment"},
    {"gravity|educational-attainment", Purpose::kEducation, "education"},
    {"gravity|intimate-partner-violence", Purpose::kSafeAccommodation, "bed"},
    {"gravity|elder-abuse", Purpose::kCaseManagement, "safety_planning"},
    {"gravity|stress", Purpose::kMentalHealth, "counselling"},
    {"gravity|social-connection", Purpose::kPeerSupport, "other"},
    {"sct|306206005", Purpose::kCaseManagement, "other"},
    {"sct|306226009", Purpose::kMentalHealth, "counselling"},
    {"sct|710824005", Purpose::kLongTermHousing, "housing"},
    {"sct|710925007", Purpose::kSocialBenefits, "food"},
};

template <std::size_t N>
std::string_view second_of(const Pair (&pairs)[N], std::string_view first) {
  for (const auto& [key, value] : pairs) {
    if (key == first) return value;
  }
  return {};
}

const Meaning* meaning_of(std::string_view code) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code == code) return &meaning;
  }
  return nullptr;
}

bool is_code(std::string_view code) {
  return !code.empty() && code.size() <= kCodeBytesMax &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
         });
}

// The ICD-10 part of a short code, or nothing.
std::string_view icd(std::string_view code) {
  return code.starts_with("icd-10") ? code.substr(code.find('|') + 1) : std::string_view();
}

}  // namespace

std::string short_code(std::string_view system, std::string_view code) {
  const std::string_view known = second_of(kSystems, system);
  if (known.empty() || !is_code(code)) return {};
  return std::string(known) + "|" + std::string(code);
}

std::optional<Purpose> purpose_of_code(std::string_view code) {
  const Meaning* meaning = meaning_of(code);
  return meaning == nullptr ? std::nullopt : std::optional(meaning->purpose);
}

std::string_view service_of_code(std::string_view code) {
  const Meaning* meaning = meaning_of(code);
  return meaning == nullptr ? std::string_view() : meaning->service;
}

std::optional<Urgency> urgency_of(std::string_view priority) {
  if (priority == "stat") return Urgency::kImmediate;
  if (priority == "asap") return Urgency::kTonight;
  if (priority == "urgent") return Urgency::kDay;
  if (priority == "routine") return Urgency::kRoutine;
  return std::nullopt;
}

Category category_of_diagnosis(std::string_view code) {
  const std::string_view chapter = icd(code);
  if (!chapter.starts_with('F')) return Category::kHealth;
  return chapter.starts_with("F1") ? Category::kSud : Category::kPsych;
}

bool says_pregnant(std::string_view code) {
  const std::string_view chapter = icd(code);
  return code == "sct|77386006" || chapter.starts_with("Z33") || chapter.starts_with("Z34") ||
         chapter.starts_with("Z3A");
}

std::string_view gender_word(std::string_view administrative_gender) {
  constexpr Pair words[] = {{"female", "feminine"},
                            {"male", "masculine"},
                            {"other", "non_conforming"},
                            {"unknown", "unknown"}};
  return second_of(words, administrative_gender);
}

std::string_view marital_word(std::string_view code) {
  constexpr Pair words[] = {{"M", "married"},  {"S", "single"},   {"U", "single"},
                            {"D", "divorced"}, {"W", "widowed"},  {"T", "partnered"},
                            {"L", "married"},  {"UNK", "unknown"}};
  return second_of(words, code);
}

std::string_view document_word(std::string_view identifier_type) {
  constexpr Pair words[] = {
      {"PPN", "passport"},      {"NI", "national_id"},       {"SS", "national_id"},
      {"NNxxx", "national_id"}, {"TAX", "tax_number"},       {"MR", "health_number"},
      {"JHN", "health_number"}, {"HC", "health_number"},     {"MA", "benefit_number"},
      {"MC", "benefit_number"}, {"PRC", "residence_permit"}, {"ACSN", "case_number"}};
  const std::string_view word = second_of(words, identifier_type);
  return word.empty() ? "other" : word;
}

std::string_view relation_word(std::string_view role_code) {
  constexpr Pair words[] = {
      {"MTH", "mother"},        {"NMTH", "mother"},       {"FTH", "father"},
      {"NFTH", "father"},       {"SIB", "sibling"},       {"SIS", "sibling"},
      {"BRO", "sibling"},       {"GRPRN", "grandparent"}, {"GRMTH", "grandparent"},
      {"GRFTH", "grandparent"}, {"AUNT", "aunt_uncle"},   {"UNCLE", "aunt_uncle"},
      {"DOMPART", "partner"},   {"SIGOTHR", "partner"},   {"SPS", "spouse"},
      {"WIFE", "spouse"},       {"HUSB", "spouse"},       {"GUARD", "guardian"},
      {"CHILD", "adult_child"}};
  const std::string_view word = second_of(words, role_code);
  return word.empty() ? "other" : word;
}

bool is_closed(std::string_view status) {
  constexpr std::array<std::string_view, 6> closed = {"completed", "cancelled",        "rejected",
                                                      "failed",    "entered-in-error", "revoked"};
  return std::find(closed.begin(), closed.end(), status) != closed.end();
}

}  // namespace safeconduct::document
