// Codes of FHIR and what they mean here. A code that is not listed is carried as a code where its
// system is known, and left behind otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policies/vocabulary.h"

namespace safeconduct::document {

// `system|code` with the system's short name (`sct`, `icd-10-cm`, `loinc`, `gravity`, ...); empty
// when the system is not known or the code is no code but words.
[[nodiscard]] std::string short_code(std::string_view system, std::string_view code);

// What a short code asks for; nothing when it says nothing about it.
[[nodiscard]] std::optional<policies::Purpose> purpose_of_code(std::string_view short_code);
// A word of words::kServices; empty when it says nothing about it.
[[nodiscard]] std::string_view service_of_code(std::string_view short_code);

// Request priority (stat, asap, urgent, routine).
[[nodiscard]] std::optional<policies::Urgency> urgency_of(std::string_view priority);

// The category that a diagnosis belongs to: sud, psych or health.
[[nodiscard]] policies::Category category_of_diagnosis(std::string_view short_code);
[[nodiscard]] bool says_pregnant(std::string_view short_code);

// Words of the table of fields; empty when there is none.
[[nodiscard]] std::string_view gender_word(std::string_view administrative_gender);
[[nodiscard]] std::string_view marital_word(std::string_view code);
[[nodiscard]] std::string_view document_word(std::string_view identifier_type);
[[nodiscard]] std::string_view relation_word(std::string_view role_code);

// Request states that are over.
[[nodiscard]] bool is_closed(std::string_view status);

}  // namespace safeconduct::document
