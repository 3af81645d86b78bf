#include "tests/document/examples.h"

#include <catch2/catch.hpp>

namespace safeconduct::document {

using nlohmann::json;

json small_referral() {
  return json::parse(R"({
    "safeconduct": "referral/1", "to": "haven", "as": "ngo_case", "to_role": "shelter",
    "purpose": "safe_accommodation", "urgency": "tonight",
    "consent": "00112233445566778899aabbccddeeff"
  })");
}

json full_referral() {
  json out = small_referral();
  out["circumstances"] = {"reflection"};
  out["content_end"] = "2026-12-01T00:00:00Z";
  out["content"] = json::parse(R"({
    "needs": {"service_requested": ["bed"], "interpreter_needed": true, "language": "ro",
      "worker_gender_preference": "female", "accessibility": ["ground_floor"],
      "dependants_count": 2, "pets": false, "availability": "after-six"},
    "identity": {"first_name": "Ilinca", "second_name": "Moraru", "known_as": "Inca",
      "alias": "Robin", "signature": "sheet-9"},
    "identifiers": {"documents": [{"type": "passport", "number": "RO0099887", "country": "ROU",
      "expires": "2030-01-01"}], "holds_valid_document": "yes"},
    "contact": {"safe_channel": "sms", "mobile_phone": "+40-722-000-111",
      "email": "inca@example.org", "safe_times": "mornings", "code_word": "bluebird",
      "do_not_contact": ["post"]},
    "location": {"mailing_street": "Strada Lunga 14", "mailing_city": "Tarnava",
      "mailing_postal_code": "300210", "mailing_state": "Timis", "mailing_country": "RO",
      "district": "West district", "shelter_name": "House of Lindens", "gps": "45.75,21.23",
      "route": "by-lorry-via-Szeged", "no_go_areas": [{"place": "Gara de Nord 3",
      "district": "North district"}]},
    "demographics": {"birthdate": "2001-05-17", "gender": "feminine", "citizenship": "Romania",
      "ethnicity": ["roma"], "religion": "orthodox", "marital_status": "divorced",
      "orientation": "unstated"},
    "immigration": {"status": "undocumented", "visa_type": "none-held", "entry_date": "2025-02-03",
      "authority_reference": "IMM-7781", "eligible_for_service": "yes", "may_work": "no"},
    "health": {"conditions": ["asthma"], "medication": ["salbutamol"], "pregnant": "yes",
      "hiv_sti": ["negative-in-may"], "forensic_exam": "declined",
      "assault_at": "2026-11-23T20:00:00Z", "care_flags": ["medication_storage"]},
    "psych": {"diagnoses": ["ptsd"], "therapy_notes": "wakes-at-three", "support_level": "high",
      "self_harm_now": "no"},
    "sud": {"substances": ["diazepam"], "treatment": "tapering"},
    "exploitation": {"type_of_exploitation": ["forced_labour", "sexual_exploitation"],
      "forced_labour_industry": ["agriculture"], "methods_of_control": ["debt_bondage"],
      "duration_months": 14, "exploiters_count": 3, "debt": 4000},
    "narrative": {"account": "They took my papers\nand sold the tickets."},
    "legal": {"in_proceedings": true, "report_numbers": ["PR-2231"], "counsel": "Adv Ionescu",
      "hearings": ["2026-12-09T09:00:00Z", "2026-10-01T09:00:00Z"]},
    "offences": {"charges": ["shoplifting"]},
    "family": {"children": [{"name": "Matei", "birthdate": "2019-03-03"}, {"name": "Ana", "age": 14,
      "accompanying": false}], "relatives": [{"name": "Sorina", "relation": "mother",
      "accompanying": true}], "guardian": "none-named"},
    "risk": {"danger_level": "high", "handling": ["no_callbacks", "two_worker_visits"],
      "threats": ["will-find-her"], "safety_plan": "leave-by-garden", "lethality_score": 12},
    "perpetrator": {"relationships": ["employer"], "organised_group": "yes",
      "suspects": [{"name": "Viktor Drago", "vehicle": "grey-van"}]},
    "financial": {"currency": "EUR", "wages_owed": 6200, "income_monthly": 0,
      "bank_account": "RO49AAAA1B31007593840000", "has_bank_account": "no"},
    "media": {"items": [{"kind": "photo", "reference": "vault-44"}]}
  })");
  return out;
}

ReferralDocument parsed(const json& document) {
  auto out = parse_document(document.dump());
  if (!out) FAIL(out.error().message);
  return std::move(out).value();
}

std::string refusal(const json& document) {
  const auto out = parse_document(document.dump());
  if (out) FAIL("the document parses");
  return out.error().message;
}

Instant instant(std::string_view text) {
  return parse_rfc3339(text).value();
}

}  // namespace safeconduct::document
