// Closed lists of words that several fields share. The words of HTCDS stand in lower case with
// underscores.
#pragma once

#include <array>
#include <string_view>

namespace safeconduct::document::words {

template <std::size_t N>
using List = std::array<std::string_view, N>;

inline constexpr List<3> kYesNoUnknown = {"yes", "no", "unknown"};
inline constexpr List<2> kYesNo = {"yes", "no"};
inline constexpr List<3> kMinor = {"yes", "no", "presumed"};
inline constexpr List<6> kGender = {
    "feminine",       "masculine", "transgender_feminine", "transgender_masculine",
    "non_conforming", "unknown"};
inline constexpr List<3> kWorkerGender = {"any", "female", "male"};
inline constexpr List<8> kAgeBands = {"0-11",  "12-15", "16-17", "18-24",
                                      "25-39", "40-59", "60+",   "unknown"};
inline constexpr List<4> kCountBands = {"0", "1", "2-3", "4+"};
inline constexpr List<5> kAmountBands = {"0", "1-999", "1000-4999", "5000-19999", "20000+"};
inline constexpr List<5> kIncomeBands = {"0", "1-499", "500-1499", "1500-2999", "3000+"};
inline constexpr List<5> kDurationBands = {"under_1_month", "1-6_months", "7-24_months",
                                           "2-5_years", "over_5_years"};
inline constexpr List<16> kServices = {
    "bed",         "medical_care", "legal_help",      "counselling", "food",      "clothing",
    "interpreter", "transport",    "childcare",       "money",       "documents", "education",
    "employment",  "housing",      "safety_planning", "other"};
inline constexpr List<8> kAccessibility = {
    "wheelchair",   "ground_floor", "hearing",           "sight",
    "mobility_aid", "quiet_room",   "cognitive_support", "assistance_animal"};
inline constexpr List<9> kDocuments = {"passport",    "national_id",      "health_number",
                                       "tax_number",  "benefit_number",   "residence_permit",
                                       "case_number", "biometric_record", "other"};
inline constexpr List<7> kChannels = {"phone", "sms",       "email",           "app",
                                      "post",  "in_person", "through_advocate"};
inline constexpr List<1> kThroughAdvocate = {"advocate"};
inline constexpr List<6> kMarital = {"single",   "married", "partnered",
                                     "divorced", "widowed", "unknown"};
inline constexpr List<9> kStatus = {"citizen",       "permanent",     "temporary",
                                    "visa",          "asylum_seeker", "refugee",
                                    "victim_permit", "undocumented",  "unknown"};
inline constexpr List<5> kClaim = {"none", "intended", "pending", "granted", "refused"};
inline constexpr List<7> kCareFlags = {"ground_floor", "medication_storage", "needs_midwife",
                                       "wheelchair",   "special_diet",       "regular_appointments",
                                       "urgent_review"};
inline constexpr List<4> kForensic = {"wanted", "done", "declined", "unknown"};
inline constexpr List<3> kLowMediumHigh = {"low", "medium", "high"};
inline constexpr List<4> kDanger = {"low", "medium", "high", "extreme"};
inline constexpr List<1> kNotice = {"no_redisclosure"};
inline constexpr List<11> kExploitation = {
    "forced_labour",   "sexual_exploitation", "child_labour",  "forced_marriage",
    "servitude",       "forced_military",     "organ_removal", "forced_begging",
    "forced_adoption", "surrogacy",           "other"};
inline constexpr List<5> kTopLevel = {"sexual", "labour", "domestic", "criminal", "other"};
inline constexpr List<4> kSexExploitation = {
    "prostitution", "pornography", "remote_interactive_services", "private_sexual_services"};
inline constexpr List<10> kRecruitment = {"at_a_place_of_business",
                                          "at_an_educational_institution",
                                          "at_work",
                                          "through_online_social_networks",
                                          "through_an_online_advertisement",
                                          "through_a_television_advert",
                                          "through_a_newspaper_advert",
                                          "through_family_or_family_events",
                                          "through_friends_or_social_events",
                                          "other"};
inline constexpr List<16> kControl = {"physical_threats",
                                      "threats_law_enforcement",
                                      "threatens_children_family",
                                      "debt_bondage",
                                      "false_promises",
                                      "physical_abuse",
                                      "sexual_abuse",
                                      "takes_earnings",
                                      "restricts_financial_access",
                                      "restricts_medical_care",
                                      "withholds_necessities",
                                      "psychological_abuse",
                                      "psychoactive_substance",
                                      "excessive_working_hours",
                                      "withholds_documents",
                                      "other"};
inline constexpr List<21> kIndustry = {"agriculture",
                                       "mining",
                                       "manufacturing",
                                       "energy",
                                       "water_and_waste",
                                       "construction",
                                       "trade_and_repair",
                                       "transport",
                                       "hospitality",
                                       "information",
                                       "finance",
                                       "real_estate",
                                       "professional",
                                       "administrative",
                                       "public_administration",
                                       "education",
                                       "health_and_social",
                                       "arts",
                                       "other_services",
                                       "private_household",
                                       "extraterritorial"};
inline constexpr List<3> kTraffickingStatus = {"possible_victim", "actual_victim", "not_a_victim"};
inline constexpr List<7> kProceedings = {"criminal", "civil",        "family", "asylum",
                                         "labour",   "compensation", "other"};
inline constexpr List<5> kMeasures = {"screen", "video_link", "closed_court", "intermediary",
                                      "anonymity"};
inline constexpr List<10> kRelations = {"mother",      "father",  "sibling", "grandparent",
                                        "aunt_uncle",  "partner", "spouse",  "guardian",
                                        "adult_child", "other"};
inline constexpr List<7> kHandling = {"no_callbacks",      "no_letters",     "no_voicemail",
                                      "two_worker_visits", "no_home_visits", "unmarked_vehicle",
                                      "same_worker"};
inline constexpr List<9> kPerpetrator = {"partner",   "family",     "employer",
                                         "recruiter", "trafficker", "acquaintance",
                                         "official",  "stranger",   "unknown"};
inline constexpr List<5> kMedia = {"photo", "audio", "document", "forensic_image", "device_image"};

}  // namespace safeconduct::document::words
