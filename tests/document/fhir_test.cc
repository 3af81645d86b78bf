#include "agents/document/fhir.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "agents/document/minimise.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const Instant kNow = instant("2026-11-24T10:00:00Z");

FhirSettings settings() {
  FhirSettings out;
  out.as = Role::kNgoCase;
  out.purpose = Purpose::kCaseManagement;
  const ConsentId consent = ConsentId::parse("00112233445566778899aabbccddeeff").value();
  out.route = {AgencyId::parse("bridge").value(), Role::kNgoCase, consent};
  out.routes[Purpose::kSocialBenefits] = {AgencyId::parse("benefits").value(), Role::kSocial,
                                          consent};
  out.now = kNow;
  return out;
}

// A synthetic bundle of our own, with a secret in every place that must be left behind.
json bundle() {
  return json::parse(R"({"resourceType": "Bundle", "id": "LEAK-b", "type": "collection", "entry": [
    {"fullUrl": "urn:uuid:task", "resource": {"resourceType": "Task", "id": "LEAK-task",
      "text": {"status": "generated", "div": "LEAK-narrative"}, "status": "requested",
      "intent": "order", "priority": "asap", "description": "LEAK-description",
      "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code",
        "code": "fulfill", "display": "LEAK-display"}], "text": "LEAK-code-text"},
      "focus": {"reference": "ServiceRequest/sr1"},
      "for": {"reference": "urn:uuid:patient", "display": "LEAK-for"},
      "requester": {"reference": "Practitioner/pr1", "display": "LEAK-requester"},
      "note": [{"text": "LEAK-note"}], "restriction": {"period": {"end": "2026-12-01T00:00:00Z"}},
      "input": [{"type": {"text": "LEAK-in"}, "valueString": "LEAK-input"}],
      "output": [{"type": {"text": "LEAK-t"}, "valueMarkdown": "LEAK-output"}]}},
    {"resource": {"resourceType": "ServiceRequest", "id": "sr1", "status": "active",
      "intent": "order", "subject": {"reference": "urn:uuid:patient", "display": "LEAK-subject"},
      "contained": [{"resourceType": "Patient", "id": "c", "name": [{"family": "LEAK-contained"}]}],
      "category": [{"coding": [{"system":
        "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes",
        "code": "food-insecurity", "display": "LEAK-category"}]}],
      "code": {"coding": [{"system": "http://snomed.info/sct", "code": "710925007"},
        {"system": "urn:local:LEAK-system", "code": "LEAK-local"},
        {"system": "http://loinc.org", "code": "LEAK words in a code"}]},
      "patientInstruction": "LEAK-instruction",
      "reasonReference": [{"reference": "Condition/c1"}, {"reference": "Condition/c2"},
        {"reference": "Condition/foreign"}],
      "supportingInfo": [{"reference": "https://ehr.example/fhir/RelatedPerson/rp1"},
        {"reference": "DocumentReference/d1"}]}},
    {"fullUrl": "urn:uuid:patient", "resource": {"resourceType": "Patient", "id": "LEAK-pat",
      "text": {"div": "LEAK-div"}, "photo": [{"data": "LEAK-photo"}],
      "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
        "valueBoolean": true}, {"url": "urn:other", "valueString": "LEAK-extension"},
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-nationality", "extension": [
        {"url": "code", "valueCodeableConcept": {"coding": [{"code": "UA"}]}}]}],
      "identifier": [{"type": {"coding": [{"code": "PPN"}], "text": "LEAK-type"},
        "system": "urn:LEAK", "value": "FX-100200"}],
      "name": [{"family": "Old", "given": ["Daria"], "period": {"end": "2020-01-01"}},
        {"use": "official", "text": "LEAK-whole", "family": "Koval", "given": ["Daria", "M."]},
        {"use": "nickname", "given": ["Dasha"]}],
      "telecom": [{"system": "phone", "use": "mobile", "value": "+380-1"},
        {"system": "email", "value": "d@example.org"}, {"system": "phone", "use": "old",
        "value": "LEAK-old-number"}],
      "gender": "female", "birthDate": "2010-03-04", "deceasedBoolean": false,
      "maritalStatus": {"coding": [{"code": "S"}], "text": "LEAK-marital"},
      "address": [{"text": "LEAK-address-text", "line": ["Mill Road 9", "rear"], "city": "Eastmere",
        "district": "East district", "postalCode": "40312", "country": "GB"}],
      "contact": [{"name": {"family": "LEAK-contact"}}],
      "communication": [{"language": {"coding": [{"code": "ru"}], "text": "LEAK-l"}},
        {"language": {"coding": [{"code": "uk"}]}, "preferred": true}]}},
    {"resource": {"resourceType": "Condition", "id": "c1", "subject":
      {"reference": "urn:uuid:patient"}, "code": {"coding": [
      {"system": "http://hl7.org/fhir/sid/icd-10", "code": "F43.1", "display": "LEAK-dx"}],
      "text": "LEAK-dx-text"}, "note": [{"text": "LEAK-dx-note"}]}},
    {"resource": {"resourceType": "Condition", "id": "c2", "subject":
      {"reference": "urn:uuid:patient"}, "code": {"coding": [
      {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z34.9"}]}}},
    {"resource": {"resourceType": "Condition", "id": "foreign", "subject":
      {"reference": "Patient/other"}, "code": {"coding": [
      {"system": "http://hl7.org/fhir/sid/icd-10", "code": "F10.2"}]}}},
    {"resource": {"resourceType": "RelatedPerson", "id": "rp1", "patient":
      {"reference": "urn:uuid:patient"}, "relationship": [{"coding": [{"code": "MTH"}],
      "text": "LEAK-rel"}], "name": [{"given": ["Olena"], "family": "Koval"}]}},
    {"resource": {"resourceType": "DocumentReference", "id": "d1", "content": [{"attachment":
      {"data": "LEAK-data", "url": "https://LEAK.example", "title": "LEAK-title"}}]}},
    {"resource": {"resourceType": "Practitioner", "id": "pr1", "name": [{"family": "LEAK-dr"}]}},
    {"resource": {"resourceType": "Patient", "id": "other", "name": [{"family": "LEAK-p2"}]}},
    {"resource": {"resourceType": "Observation", "id": "o1", "valueString": "LEAK-obs"}}
  ]})");
}

FhirIntake read(const std::map<std::string, std::string>& files, const FhirSettings& with) {
  auto out = read_fhir(files, with);
  if (!out) FAIL(out.error().message);
  return std::move(out).value();
}

// All that could leave, as one text.
std::string all_slots(const ReferralDocument& document) {
  const auto slots = offer_everything(document, kNow);
  REQUIRE(slots);
  std::string out;
  for (const seal::SlotPlaintext& slot : *slots) out += text_of(slot.text.expose());
  return out;
}

const FhirInput& input_of(const FhirIntake& intake, const std::string& name) {
  for (const FhirInput& input : intake.inputs) {
    if (input.name == name) return input;
  }
  FAIL("no input " << name);
  return intake.inputs.front();
}

json value(const ReferralDocument& document, Category category) {
  const std::string& text = document.content[index_of(category)];
  return text.empty() ? json() : json::parse(text);
}

}  // namespace

TEST_CASE("A Task with what it refers to becomes one referral") {
  const FhirIntake intake = read({{"in.json", bundle().dump()}}, settings());
  REQUIRE(intake.referrals.size() == 1);
  const ReferralDocument& out = intake.referrals[0].document;
  CHECK(out.purpose == Purpose::kSocialBenefits);
  CHECK(out.to.text() == "benefits");
  CHECK(out.to_role == Role::kSocial);
  CHECK(out.urgency == Urgency::kTonight);
  CHECK(out.content_end == instant("2026-12-01T00:00:00Z"));
  CHECK(out.circumstances == static_cast<std::uint16_t>(Circumstance::kMinor));
  CHECK(value(out, Category::kIdentity) == json({{"first_name", "Daria M."},
                                                 {"second_name", "Koval"},
                                                 {"known_as", "Dasha"},
                                                 {"other_names", {"Daria Old"}}}));
  CHECK(value(out, Category::kDemographics) == json({{"birthdate", "2010-03-04"},
                                                     {"gender", "feminine"},
                                                     {"citizenship", "UA"},
                                                     {"marital_status", "single"}}));
  CHECK(value(out, Category::kLocation) == json({{"mailing_street", "Mill Road 9, rear"},
                                                 {"mailing_city", "Eastmere"},
                                                 {"mailing_postal_code", "40312"},
                                                 {"mailing_country", "GB"},
                                                 {"district", "East district"}}));
  CHECK(value(out, Category::kContact) ==
        json({{"mobile_phone", "+380-1"}, {"email", "d@example.org"}}));
  CHECK(value(out, Category::kIdentifiers)["documents"][0] ==
        json({{"type", "passport"}, {"number", "FX-100200"}}));
  CHECK(value(out, Category::kNeeds) ==
        json({{"interpreter_needed", true},
              {"language", "uk"},
              {"service_requested", {"food"}},
              {"request_codes", {"sct|710925007", "gravity|food-insecurity"}}}));
  CHECK(value(out, Category::kPsych) == json({{"condition_codes", {"icd-10|F43.1"}}}));
  CHECK(value(out, Category::kHealth) ==
        json({{"condition_codes", {"icd-10-cm|Z34.9"}}, {"pregnant", "yes"}}));
  CHECK(value(out, Category::kSud).is_null());
  CHECK(value(out, Category::kFamily)["relatives"][0] ==
        json({{"relation", "mother"}, {"name", "Olena Koval"}}));
  CHECK(parse_document(to_json(out)).value() == out);
}

TEST_CASE("Nothing of a FHIR resource that was not mapped reaches a slot or a report") {
  const FhirIntake intake = read({{"in.json", bundle().dump()}}, settings());
  CHECK(all_slots(intake.referrals.at(0).document).find("LEAK") == std::string::npos);
  for (const FhirInput& input : intake.inputs) {
    std::string report = input.name + input.type + input.problem;
    for (const auto& [path, count] : input.taken) report += path;
    for (const auto& [path, count] : input.left_behind) report += path;
    CHECK(report.find("LEAK") == std::string::npos);
    CHECK(report.find("Koval") == std::string::npos);
  }
}

TEST_CASE("The report says what became of each input and each element") {
  const FhirIntake intake = read({{"in.json", bundle().dump()}}, settings());
  CHECK(intake.inputs.size() == 11);
  CHECK(input_of(intake, "in.json#entry[0]").use == FhirUse::kReferral);
  CHECK(input_of(intake, "in.json#entry[1]").use == FhirUse::kReferenced);
  CHECK(input_of(intake, "in.json#entry[8]").use == FhirUse::kReferenced);
  CHECK(input_of(intake, "in.json#entry[9]").use == FhirUse::kReferenced);
  CHECK(input_of(intake, "in.json#entry[10]").use == FhirUse::kUnused);
  const FhirInput& patient = input_of(intake, "in.json#entry[2]");
  CHECK(patient.taken.at("name.given") == 4);
  CHECK(patient.taken.at("birthDate") == 1);
  CHECK(patient.left_behind.at("photo") == 1);
  CHECK(patient.left_behind.at("text") == 1);
  CHECK(patient.left_behind.at("name.text") == 1);
  CHECK_FALSE(patient.left_behind.contains("birthDate"));
}

TEST_CASE("A closed referral is read and not sent again") {
  json closed = bundle();
  closed["entry"][0]["resource"]["status"] = "completed";
  const FhirIntake intake = read({{"in.json", closed.dump()}}, settings());
  CHECK(intake.referrals.empty());
  CHECK(input_of(intake, "in.json#entry[0]").use == FhirUse::kClosed);
  FhirSettings with = settings();
  with.include_closed = true;
  CHECK(read({{"in.json", closed.dump()}}, with).referrals.size() == 1);
}

TEST_CASE("A file that is no FHIR resource is reported and the others are read") {
  const FhirIntake intake = read({{"a.json", "not json"},
                                  {"b.json", "[1]"},
                                  {"c.json", bundle().dump()},
                                  {"d.json", R"({"resourceType":"Bundle","entry":"x"})"},
                                  {"e.json", R"({"resourceType":"Bundle","entry":[1,{}]})"},
                                  {"f.json", R"({"resourceType":"Patient","communication":"x",
                                     "name":{"family":3},"address":[5],"telecom":[[]]})"}},
                                 settings());
  CHECK(intake.referrals.size() == 1);
  CHECK(input_of(intake, "a.json").use == FhirUse::kRefused);
  CHECK(input_of(intake, "b.json").use == FhirUse::kRefused);
}

TEST_CASE("A referral about nobody in the files is refused in the report") {
  json alone = bundle();
  alone["entry"].erase(2);
  const FhirIntake intake = read({{"in.json", alone.dump()}}, settings());
  CHECK(intake.referrals.empty());
  CHECK_THAT(input_of(intake, "in.json#entry[0]").problem, Catch::Contains("patient"));
}

TEST_CASE("No FHIR intake on consent without a consent") {
  FhirSettings with = settings();
  with.route.consent.reset();
  CHECK_FALSE(read_fhir({}, with));
  with.basis = Basis::kMandatedChild;
  CHECK(read_fhir({}, with));
}

TEST_CASE("A code of words is no code") {
  json source = bundle();
  source["entry"][1]["resource"]["code"]["coding"][0]["code"] = "Maria Kovacs";
  const FhirIntake intake = read({{"in.json", source.dump()}}, settings());
  CHECK(all_slots(intake.referrals.at(0).document).find("Kovacs") == std::string::npos);
}
