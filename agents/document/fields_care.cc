// What care the person needs: health, mental health, substance use.
#include "agents/document/fields.h"
#include "agents/document/words.h"

namespace safeconduct::document {
namespace {

using policies::Category;

constexpr Field kHealth[] = {
    {.name = "conditions", .kind = Kind::kTexts, .meaning = "conditions"},
    {.name = "condition_codes", .kind = Kind::kTexts, .meaning = "conditions, as system|code"},
    {.name = "injuries", .kind = Kind::kTexts, .meaning = "injuries"},
    {.name = "medication", .kind = Kind::kTexts, .meaning = "medication taken"},
    {.name = "allergies", .kind = Kind::kTexts, .meaning = "allergies"},
    {.name = "pregnant",
     .kind = Kind::kCode,
     .meaning = "pregnant",
     .rule = Rule::kPregnancy,
     .into = "care_flags",
     .words = words::kYesNoUnknown},
    {.name = "hiv_sti", .kind = Kind::kTexts, .meaning = "HIV and sexually transmitted infections"},
    {.name = "disability", .kind = Kind::kTexts, .meaning = "disability"},
    {.name = "forensic_exam",
     .kind = Kind::kCode,
     .meaning = "forensic examination",
     .words = words::kForensic},
    {.name = "assault_at",
     .kind = Kind::kInstant,
     .meaning = "time of an assault",
     .rule = Rule::kDeadline,
     .into = "clinical_deadline"},
    {.name = "clinical_deadline",
     .kind = Kind::kInstant,
     .meaning = "until when care must begin",
     .rule = Rule::kItself},
    {.name = "care_flags",
     .kind = Kind::kCodes,
     .meaning = "what care needs, without a diagnosis",
     .rule = Rule::kItself,
     .words = words::kCareFlags},
};
constexpr Field kHealthGeneral[] = {
    {.name = "care_flags",
     .kind = Kind::kCodes,
     .meaning = "what care needs, without a diagnosis",
     .words = words::kCareFlags},
    {.name = "clinical_deadline", .kind = Kind::kInstant, .meaning = "until when care must begin"},
};

constexpr Field kPsych[] = {
    {.name = "diagnoses", .kind = Kind::kTexts, .meaning = "diagnoses"},
    {.name = "condition_codes", .kind = Kind::kTexts, .meaning = "diagnoses, as system|code"},
    {.name = "symptoms", .kind = Kind::kTexts, .meaning = "symptoms"},
    {.name = "self_harm_history", .kind = Kind::kStory, .meaning = "history of self-harm"},
    {.name = "therapy_notes", .kind = Kind::kStory, .meaning = "notes of therapy"},
    {.name = "support_level",
     .kind = Kind::kCode,
     .meaning = "how much support is needed",
     .rule = Rule::kItself,
     .words = words::kLowMediumHigh},
    {.name = "self_harm_now",
     .kind = Kind::kCode,
     .meaning = "at risk of self-harm at present",
     .rule = Rule::kItself,
     .words = words::kYesNo},
};
constexpr Field kPsychGeneral[] = {
    {.name = "support_level",
     .kind = Kind::kCode,
     .meaning = "how much support is needed",
     .words = words::kLowMediumHigh},
    {.name = "self_harm_now",
     .kind = Kind::kCode,
     .meaning = "at risk of self-harm at present",
     .words = words::kYesNo},
};

constexpr Field kSud[] = {
    {.name = "substances", .kind = Kind::kTexts, .meaning = "substances"},
    {.name = "condition_codes", .kind = Kind::kTexts, .meaning = "disorders, as system|code"},
    {.name = "treatment", .kind = Kind::kStory, .meaning = "treatment so far"},
    {.name = "medication", .kind = Kind::kTexts, .meaning = "substitution and other medication"},
    {.name = "notice",
     .kind = Kind::kCode,
     .meaning = "may not be passed on (42 CFR Part 2); added by the sending agent",
     .words = words::kNotice},
};

constexpr Form kForms[] = {
    {Category::kHealth, kHealth, kHealthGeneral},
    {Category::kPsych, kPsych, kPsychGeneral},
    {Category::kSud, kSud, {}},
};

}  // namespace

std::span<const Form> care_forms() {
  return kForms;
}

}  // namespace safeconduct::document
