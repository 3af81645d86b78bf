#include "policies/vocabulary.h"

#include <algorithm>
#include <string>

namespace safeconduct::policies {
namespace {

constexpr std::array<std::string_view, 25> kRoleNames = {
    "survivor",       "ngo_case",    "hotline",          "shelter",     "health",
    "mental_health",  "legal",       "police",           "emergency",   "prosecution",
    "identification", "immigration", "child_protection", "social",      "labour",
    "housing",        "employment",  "education",        "interpreter", "compensation",
    "community",      "return_org",  "consular",         "coordinator", "stats",
};
constexpr std::array<std::string_view, 25> kRoleLabels = {
    "the person, or their guardian",
    "victim-support case manager",
    "helpline",
    "shelter",
    "medical provider",
    "psychosocial provider",
    "the person's lawyer",
    "police",
    "emergency dispatch",
    "prosecution",
    "identification body",
    "immigration authority",
    "child-protection authority",
    "social services",
    "labour inspectorate",
    "housing provider",
    "employment and training provider",
    "school",
    "interpreter",
    "compensation fund",
    "community network",
    "return organisation",
    "consulate",
    "referral coordinator",
    "statistics and research",
};
constexpr std::array<std::string_view, 28> kPurposeNames = {
    "emergency_rescue",    "safe_accommodation", "formal_identification", "child_identification",
    "notify_anonymous",    "child_safeguarding", "risk_conference",       "triage",
    "emergency_health",    "health_care",        "mental_health",         "substance_treatment",
    "interpretation",      "case_management",    "social_benefits",       "long_term_housing",
    "employment_training", "education",          "peer_support",          "voluntary_return",
    "travel_document",     "legal_advice",       "status_application",    "police_report",
    "intel_anonymous",     "proceedings",        "compensation_claim",    "wage_claim",
};
constexpr std::array<std::string_view, 19> kCategoryNames = {
    "needs",  "identity", "identifiers", "contact",      "location",  "demographics", "immigration",
    "health", "psych",    "sud",         "exploitation", "narrative", "legal",        "offences",
    "family", "risk",     "perpetrator", "financial",    "media",
};
constexpr std::array<std::string_view, 19> kCategoryLabels = {
    "service needs",
    "identity",
    "document and case numbers",
    "safe contact",
    "location",
    "demographics",
    "immigration status",
    "health",
    "psychological health",
    "substance-use records",
    "exploitation",
    "the account",
    "legal proceedings",
    "the person's own offences",
    "family",
    "risk and safety",
    "perpetrator",
    "financial",
    "photos, recordings and files",
};
constexpr std::array<int, 19> kSensitivity = {1, 3, 4, 3, 4, 2, 4, 4, 4, 4,
                                              3, 4, 3, 4, 3, 3, 4, 3, 4};
constexpr std::array<std::string_view, 3> kLevelNames = {
    "withheld",
    "generalised",
    "full",
};
constexpr std::array<std::string_view, 2> kStageNames = {
    "inquiry",
    "release",
};
constexpr std::array<std::string_view, 5> kBasisNames = {
    "consent", "break_glass", "mandated_child", "high_risk", "statutory_anonymous",
};
constexpr std::array<std::string_view, 5> kUrgencyNames = {
    "immediate", "tonight", "day", "soon", "routine",
};
constexpr std::array<std::string_view, 3> kCircumstanceNames = {
    "minor",
    "reflection",
    "protection_claim",
};
constexpr std::array<std::string_view, 23> kReasonNames = {
    "no_consent",
    "not_needed",
    "stage",
    "never_list",
    "consent_expired",
    "consent_withdrawn",
    "not_named",
    "police_firewall",
    "immigration_firewall",
    "reflection_period",
    "conflict",
    "onward_ceiling",
    "location_safety",
    "free_text",
    "special_category",
    "part2",
    "child_best_interest",
    "third_party",
    "privilege",
    "reidentification",
    "agreement",
    "unknown_category",
    "not_shared",
};

// Words are stored at number - 1.
template <class Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value) - 1;
  SC_CHECK(index < N);
  return names[index];
}

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto at = std::find(names.begin(), names.end(), text);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin() + 1);
}

template <class Enum>
std::optional<Enum> numbered(std::uint8_t code, std::size_t count) {
  if (code == 0 || code > count) return std::nullopt;
  return static_cast<Enum>(code);
}

template <std::size_t N>
void append_words(std::string& out, std::string_view kind,
                  const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; i < N; ++i) {
    out.append(kind)
        .append(" ")
        .append(std::to_string(i + 1))
        .append(" ")
        .append(names[i])
        .append("\n");
  }
}

std::string build_canonical() {
  std::string out = "safeconduct vocabulary 1\n";
  append_words(out, "role", kRoleNames);
  append_words(out, "purpose", kPurposeNames);
  append_words(out, "category", kCategoryNames);
  append_words(out, "stage", kStageNames);
  append_words(out, "basis", kBasisNames);
  append_words(out, "urgency", kUrgencyNames);
  append_words(out, "reason", kReasonNames);
  return out;
}

}  // namespace

std::string_view name(Role role) {
  return word(kRoleNames, role);
}
std::optional<Role> role_named(std::string_view text) {
  return named<Role>(kRoleNames, text);
}
std::optional<Role> role_from(std::uint8_t code) {
  return numbered<Role>(code, kRoleNames.size());
}
std::span<const std::string_view> role_names() {
  return kRoleNames;
}

std::string_view name(Purpose purpose) {
  return word(kPurposeNames, purpose);
}
std::optional<Purpose> purpose_named(std::string_view text) {
  return named<Purpose>(kPurposeNames, text);
}
std::optional<Purpose> purpose_from(std::uint8_t code) {
  return numbered<Purpose>(code, kPurposeNames.size());
}
std::span<const std::string_view> purpose_names() {
  return kPurposeNames;
}

std::string_view name(Category category) {
  return word(kCategoryNames, category);
}
std::optional<Category> category_named(std::string_view text) {
  return named<Category>(kCategoryNames, text);
}
std::optional<Category> category_from(std::uint8_t code) {
  return numbered<Category>(code, kCategoryNames.size());
}
std::span<const std::string_view> category_names() {
  return kCategoryNames;
}

std::string_view name(Stage stage) {
  return word(kStageNames, stage);
}
std::optional<Stage> stage_named(std::string_view text) {
  return named<Stage>(kStageNames, text);
}
std::optional<Stage> stage_from(std::uint8_t code) {
  return numbered<Stage>(code, kStageNames.size());
}
std::span<const std::string_view> stage_names() {
  return kStageNames;
}

std::string_view name(Basis basis) {
  return word(kBasisNames, basis);
}
std::optional<Basis> basis_named(std::string_view text) {
  return named<Basis>(kBasisNames, text);
}
std::optional<Basis> basis_from(std::uint8_t code) {
  return numbered<Basis>(code, kBasisNames.size());
}
std::span<const std::string_view> basis_names() {
  return kBasisNames;
}

std::string_view name(Urgency urgency) {
  return word(kUrgencyNames, urgency);
}
std::optional<Urgency> urgency_named(std::string_view text) {
  return named<Urgency>(kUrgencyNames, text);
}
std::optional<Urgency> urgency_from(std::uint8_t code) {
  return numbered<Urgency>(code, kUrgencyNames.size());
}
std::span<const std::string_view> urgency_names() {
  return kUrgencyNames;
}

std::string_view name(Reason reason) {
  return word(kReasonNames, reason);
}
std::optional<Reason> reason_named(std::string_view text) {
  return named<Reason>(kReasonNames, text);
}
std::optional<Reason> reason_from(std::uint8_t code) {
  return numbered<Reason>(code, kReasonNames.size());
}
std::span<const std::string_view> reason_names() {
  return kReasonNames;
}

std::string_view name(Level level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

std::optional<Level> level_named(std::string_view text) {
  const auto at = std::find(kLevelNames.begin(), kLevelNames.end(), text);
  if (at == kLevelNames.end()) return std::nullopt;
  return static_cast<Level>(at - kLevelNames.begin());
}

std::string_view name(Circumstance circumstance) {
  switch (circumstance) {
    case Circumstance::kMinor:
      return kCircumstanceNames[0];
    case Circumstance::kReflection:
      return kCircumstanceNames[1];
    case Circumstance::kProtectionClaim:
      return kCircumstanceNames[2];
  }
  return {};
}

std::optional<Circumstance> circumstance_named(std::string_view text) {
  for (std::size_t i = 0; i < kCircumstanceNames.size(); ++i) {
    if (kCircumstanceNames[i] == text) return static_cast<Circumstance>(1u << i);
  }
  return std::nullopt;
}

std::string_view label(Role role) {
  return word(kRoleLabels, role);
}
std::string_view label(Category category) {
  return word(kCategoryLabels, category);
}
int sensitivity(Category category) {
  return kSensitivity[index_of(category)];
}

std::string_view canonical_vocabulary() {
  static const std::string text = build_canonical();
  return text;
}

}  // namespace safeconduct::policies
