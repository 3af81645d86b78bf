// What happened and what follows from it: exploitation, narrative, legal, offences, risk,
// perpetrator, financial, media.
#include "agents/document/fields.h"
#include "agents/document/words.h"

namespace safeconduct::document {
namespace {

using policies::Category;

constexpr std::int64_t kMoneyMax = 1'000'000'000;

constexpr Field kExploitation[] = {
    {.name = "type_of_exploitation",
     .kind = Kind::kCodes,
     .meaning = "types of exploitation",
     .rule = Rule::kTopLevelType,
     .into = "types",
     .words = words::kExploitation,
     .htcds = "vic_TypeOfExploitation"},
    {.name = "forced_offending",
     .kind = Kind::kBoolean,
     .meaning = "the person was made to offend",
     .rule = Rule::kTopLevelType,
     .into = "types"},
    {.name = "type_of_sex_exploitation",
     .kind = Kind::kCodes,
     .meaning = "forms of sexual "
                "exploitation",
     .words = words::kSexExploitation,
     .htcds = "vic_TypeOfSexExploitation"},
    {.name = "forced_labour_industry",
     .kind = Kind::kCodes,
     .meaning = "sectors (ISIC sections)",
     .words = words::kIndustry,
     .htcds = "vic_ForcedLabourIndustry"},
    {.name = "methods_of_control",
     .kind = Kind::kCodes,
     .meaning = "means of control",
     .words = words::kControl,
     .htcds = "vic_Methods_of_Control"},
    {.name = "method_of_recruitment",
     .kind = Kind::kCodes,
     .meaning = "how it began",
     .words = words::kRecruitment,
     .htcds = "vic_MethodOfRecruitment"},
    {.name = "trafficking_status",
     .kind = Kind::kCode,
     .meaning = "identified as a victim",
     .words = words::kTraffickingStatus,
     .htcds = "vic_TraffickingStatus"},
    {.name = "duration_months",
     .kind = Kind::kInteger,
     .meaning = "how long, in months",
     .rule = Rule::kDurationBand,
     .into = "duration",
     .max = 1200},
    {.name = "exploiters_count",
     .kind = Kind::kInteger,
     .meaning = "how many exploiters",
     .max = 1000},
    {.name = "debt",
     .kind = Kind::kInteger,
     .meaning = "debt claimed, in whole units",
     .max = kMoneyMax},
};
constexpr Field kExploitationGeneral[] = {
    {.name = "types",
     .kind = Kind::kCodes,
     .meaning = "top-level types of exploitation",
     .words = words::kTopLevel},
    {.name = "duration",
     .kind = Kind::kCode,
     .meaning = "how long",
     .words = words::kDurationBands},
};

constexpr Field kNarrative[] = {
    {.name = "account", .kind = Kind::kStory, .meaning = "the account, in the person's words"},
    {.name = "interview_notes", .kind = Kind::kStory, .meaning = "notes of interviews"},
    {.name = "statements", .kind = Kind::kStory, .meaning = "statements made"},
};

constexpr Field kLegal[] = {
    {.name = "in_proceedings",
     .kind = Kind::kBoolean,
     .meaning = "legal proceedings run",
     .rule = Rule::kYesNo,
     .into = "legal_proceedings"},
    {.name = "proceedings",
     .kind = Kind::kCodes,
     .meaning = "kinds of proceedings",
     .words = words::kProceedings},
    {.name = "report_numbers", .kind = Kind::kTexts, .meaning = "numbers of reports"},
    {.name = "counsel", .meaning = "the person's counsel"},
    {.name = "special_measures",
     .kind = Kind::kCodes,
     .meaning = "special measures in court",
     .words = words::kMeasures},
    {.name = "orders", .kind = Kind::kTexts, .meaning = "protection and other orders"},
    {.name = "hearings",
     .kind = Kind::kInstants,
     .meaning = "hearings and deadlines",
     .rule = Rule::kNextDate,
     .into = "next_deadline"},
};
constexpr Field kLegalGeneral[] = {
    {.name = "legal_proceedings",
     .kind = Kind::kCode,
     .meaning = "legal proceedings run",
     .words = words::kYesNo},
    {.name = "next_deadline", .kind = Kind::kDate, .meaning = "the next deadline"},
};

constexpr Field kOffences[] = {
    {.name = "offences", .kind = Kind::kTexts, .meaning = "offences of the person themself"},
    {.name = "charges", .kind = Kind::kTexts, .meaning = "charges"},
    {.name = "detention", .meaning = "detention"},
    {.name = "fines", .kind = Kind::kTexts, .meaning = "fines"},
    {.name = "immigration_offences", .kind = Kind::kTexts, .meaning = "immigration offences"},
};

constexpr Field kRisk[] = {
    {.name = "danger_level",
     .kind = Kind::kCode,
     .meaning = "danger to the person",
     .rule = Rule::kItself,
     .words = words::kDanger},
    {.name = "handling",
     .kind = Kind::kCodes,
     .meaning = "how to handle contact safely",
     .rule = Rule::kItself,
     .words = words::kHandling},
    {.name = "threats", .kind = Kind::kTexts, .meaning = "threats made"},
    {.name = "weapons",
     .kind = Kind::kCode,
     .meaning = "weapons at hand",
     .words = words::kYesNoUnknown},
    {.name = "safety_plan", .kind = Kind::kStory, .meaning = "the safety plan"},
    {.name = "places_to_avoid", .kind = Kind::kTexts, .meaning = "places to avoid"},
    {.name = "people_to_avoid", .kind = Kind::kTexts, .meaning = "people to avoid"},
    {.name = "lethality_score",
     .kind = Kind::kInteger,
     .meaning = "score of a danger assessment",
     .max = 100},
};
constexpr Field kRiskGeneral[] = {
    {.name = "danger_level",
     .kind = Kind::kCode,
     .meaning = "danger to the person",
     .words = words::kDanger},
    {.name = "handling",
     .kind = Kind::kCodes,
     .meaning = "how to handle contact safely",
     .words = words::kHandling},
};

constexpr Field kSuspect[] = {
    {.name = "name", .meaning = "the suspect's name"},
    {.name = "relationship",
     .kind = Kind::kCode,
     .meaning = "what they are to the person",
     .words = words::kPerpetrator},
    {.name = "description", .meaning = "description"},
    {.name = "vehicle", .meaning = "vehicle"},
    {.name = "employer", .meaning = "employer or business"},
    {.name = "official_links", .meaning = "links with officials"},
};
constexpr Field kPerpetrator[] = {
    {.name = "relationships",
     .kind = Kind::kCodes,
     .meaning = "what the suspects are to the "
                "person",
     .rule = Rule::kItself,
     .words = words::kPerpetrator},
    {.name = "organised_group",
     .kind = Kind::kCode,
     .meaning = "an organised group",
     .rule = Rule::kItself,
     .words = words::kYesNoUnknown},
    {.name = "suspects", .kind = Kind::kObjects, .meaning = "suspects", .fields = kSuspect},
};
constexpr Field kPerpetratorGeneral[] = {
    {.name = "relationships",
     .kind = Kind::kCodes,
     .meaning = "what the suspects are to the "
                "person",
     .words = words::kPerpetrator},
    {.name = "organised_group",
     .kind = Kind::kCode,
     .meaning = "an organised group",
     .words = words::kYesNoUnknown},
};

constexpr Field kFinancial[] = {
    {.name = "currency", .meaning = "currency of the amounts (ISO 4217)"},
    {.name = "wages_owed",
     .kind = Kind::kInteger,
     .meaning = "wages owed, in whole units",
     .rule = Rule::kAmountBand,
     .into = "amount_owed",
     .max = kMoneyMax},
    {.name = "losses",
     .kind = Kind::kInteger,
     .meaning = "losses, in whole units",
     .max = kMoneyMax},
    {.name = "debts", .kind = Kind::kInteger, .meaning = "debts, in whole units", .max = kMoneyMax},
    {.name = "income_monthly",
     .kind = Kind::kInteger,
     .meaning = "income in a month",
     .rule = Rule::kIncomeBand,
     .into = "income_band",
     .max = kMoneyMax},
    {.name = "benefits", .kind = Kind::kTexts, .meaning = "benefits received"},
    {.name = "bank_account", .meaning = "account number"},
    {.name = "has_bank_account",
     .kind = Kind::kCode,
     .meaning = "has an account",
     .rule = Rule::kItself,
     .words = words::kYesNoUnknown},
};
constexpr Field kFinancialGeneral[] = {
    {.name = "amount_owed",
     .kind = Kind::kCode,
     .meaning = "wages owed",
     .words = words::kAmountBands},
    {.name = "income_band",
     .kind = Kind::kCode,
     .meaning = "income in a month",
     .words = words::kIncomeBands},
    {.name = "has_bank_account",
     .kind = Kind::kCode,
     .meaning = "has an account",
     .words = words::kYesNoUnknown},
};

constexpr Field kItem[] = {
    {.name = "kind", .kind = Kind::kCode, .meaning = "what it is", .words = words::kMedia},
    {.name = "reference", .meaning = "where it is kept"},
    {.name = "description", .meaning = "what it shows"},
    {.name = "taken", .kind = Kind::kDate, .meaning = "when it was made"},
};
constexpr Field kMedia[] = {
    {.name = "items",
     .kind = Kind::kObjects,
     .meaning = "recordings and images, by reference",
     .fields = kItem},
};

constexpr Form kForms[] = {
    {Category::kExploitation, kExploitation, kExploitationGeneral},
    {Category::kNarrative, kNarrative, {}},
    {Category::kLegal, kLegal, kLegalGeneral},
    {Category::kOffences, kOffences, {}},
    {Category::kRisk, kRisk, kRiskGeneral},
    {Category::kPerpetrator, kPerpetrator, kPerpetratorGeneral},
    {Category::kFinancial, kFinancial, kFinancialGeneral},
    {Category::kMedia, kMedia, {}},
};

}  // namespace

std::span<const Form> case_forms() {
  return kForms;
}

}  // namespace safeconduct::document
