// Patient and RelatedPerson.
#include "agents/document/fhir_codes.h"
#include "agents/document/fhir_resource.h"

namespace safeconduct::document {
namespace {

using nlohmann::json;
using policies::Category;

std::string at(const std::string& list, std::size_t index) {
  return list + "/" + std::to_string(index);
}

// Past names and addresses say so by their use or by the end of their period.
bool is_current(const FhirResource& resource, const std::string& entry) {
  return resource.text(entry + "/use") != "old" && resource.text(entry + "/period/end").empty();
}

// All texts of a list in one, each marked when `in` accepts the whole.
struct Joined {
  std::string text;
  std::vector<std::string> pointers;

  void add(const FhirResource& from, const std::string& pointer, std::string_view between) {
    const std::string piece = from.text(pointer);
    if (piece.empty()) return;
    text += (text.empty() ? "" : std::string(between)) + piece;
    pointers.push_back(pointer);
  }
  void add_list(const FhirResource& from, const std::string& list, std::string_view between) {
    for (std::size_t i = 0; i < from.count(list); ++i) add(from, at(list, i), between);
  }
  void mark(FhirResource& in) const {
    for (const std::string& pointer : pointers) in.mark(pointer);
  }
};

Joined full_name(const FhirResource& resource, const std::string& entry) {
  Joined out;
  out.add_list(resource, entry + "/given", " ");
  out.add(resource, entry + "/family", " ");
  return out;
}

void read_name(FhirResource& patient, const std::string& entry, FhirContent& content) {
  const bool taken = content.has(Category::kIdentity, "first_name") ||
                     content.has(Category::kIdentity, "second_name");
  const Joined whole = full_name(patient, entry);
  const std::string use = patient.text(entry + "/use");
  if (whole.text.empty()) {  // some systems hold the name in one piece only
    content.take(patient, entry + "/text", Category::kIdentity, "known_as");
    return;
  }
  if (use == "nickname" || use == "anonymous") {
    if (content.put(Category::kIdentity, "known_as", whole.text)) whole.mark(patient);
    return;
  }
  if (taken || !is_current(patient, entry)) {
    if (content.add(Category::kIdentity, "other_names", whole.text)) whole.mark(patient);
    return;
  }
  Joined given;
  given.add_list(patient, entry + "/given", " ");
  if (content.put(Category::kIdentity, "first_name", given.text)) given.mark(patient);
  content.take(patient, entry + "/family", Category::kIdentity, "second_name");
  content.take(patient, entry + "/prefix/0", Category::kIdentity, "salutation");
}

void read_telecom(FhirResource& patient, const std::string& entry, FhirContent& content) {
  const std::string system = patient.text(entry + "/system");
  const std::string use = patient.text(entry + "/use");
  const std::string value = entry + "/value";
  if (!is_current(patient, entry)) return;
  if (system == "email" && content.take(patient, value, Category::kContact, "email")) return;
  const char* phone = use == "home" ? "home_phone" : "mobile_phone";
  if ((system == "phone" || system == "sms") &&
      content.take(patient, value, Category::kContact, phone)) {
    return;
  }
  content.take(patient, value, Category::kContact, "other_channels");
}

void read_address(FhirResource& patient, const std::string& entry, FhirContent& content) {
  Joined street;
  street.add_list(patient, entry + "/line", ", ");
  const bool taken = content.has(Category::kLocation, "mailing_street") ||
                     content.has(Category::kLocation, "mailing_city");
  if (street.text.empty() && patient.text(entry + "/city").empty()) {
    content.take(patient, entry + "/text", Category::kLocation, "other_addresses");
  }
  if (!taken && is_current(patient, entry)) {
    if (content.put(Category::kLocation, "mailing_street", street.text)) street.mark(patient);
    content.take(patient, entry + "/city", Category::kLocation, "mailing_city");
    content.take(patient, entry + "/postalCode", Category::kLocation, "mailing_postal_code");
    content.take(patient, entry + "/state", Category::kLocation, "mailing_state");
    content.take(patient, entry + "/country", Category::kLocation, "mailing_country");
    content.take(patient, entry + "/district", Category::kLocation, "district");
    return;
  }
  for (const char* part : {"/city", "/state", "/postalCode", "/country"}) {
    street.add(patient, entry + part, ", ");
  }
  if (content.add(Category::kLocation, "other_addresses", street.text)) street.mark(patient);
}

void read_identifier(FhirResource& patient, const std::string& entry, FhirContent& content) {
  const std::string type = entry + "/type/coding/0/code";
  const std::string number = patient.text(entry + "/value");
  if (number.empty()) return;
  const json one = {{"type", document_word(patient.text(type))}, {"number", number}};
  if (!content.add(Category::kIdentifiers, "documents", one)) return;
  patient.mark(entry + "/value");
  patient.mark(type);
}

// The two extensions that mean something here; every other is left behind.
void read_extension(FhirResource& patient, const std::string& entry, FhirContent& content) {
  const std::string url = patient.text(entry + "/url");
  if (url.ends_with("/patient-interpreterRequired")) {
    const json::json_pointer value(entry + "/valueBoolean");
    if (patient.value().contains(value) &&
        content.put(Category::kNeeds, "interpreter_needed", patient.value().at(value))) {
      patient.mark(entry + "/valueBoolean");
    }
  } else if (url.ends_with("/patient-nationality")) {
    for (std::size_t i = 0; i < patient.count(entry + "/extension"); ++i) {
      content.take(patient, at(entry + "/extension", i) + "/valueCodeableConcept/coding/0/code",
                   Category::kDemographics, "citizenship");
    }
  }
}

void read_languages(FhirResource& patient, FhirContent& content) {
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < patient.count("/communication"); ++i) {
    const json::json_pointer preferred(at("/communication", i) + "/preferred");
    if (patient.value().contains(preferred) && patient.value().at(preferred) == true) chosen = i;
  }
  content.take(patient, at("/communication", chosen) + "/language/coding/0/code", Category::kNeeds,
               "language");
}

template <class Read>
void each(FhirResource& resource, const std::string& list, FhirContent& content, Read read) {
  // Current entries first: they are the ones that get the fields of their own.
  for (const bool current : {true, false}) {
    for (std::size_t i = 0; i < resource.count(list); ++i) {
      if (is_current(resource, at(list, i)) == current) read(resource, at(list, i), content);
    }
  }
}

}  // namespace

void read_patient(FhirResource& patient, FhirContent& content) {
  each(patient, "/name", content, read_name);
  each(patient, "/telecom", content, read_telecom);
  each(patient, "/address", content, read_address);
  each(patient, "/identifier", content, read_identifier);
  each(patient, "/extension", content, read_extension);
  content.take(patient, "/birthDate", Category::kDemographics, "birthdate");
  const std::string_view gender = gender_word(patient.text("/gender"));
  if (!gender.empty() && content.put(Category::kDemographics, "gender", gender)) {
    patient.mark("/gender");
  }
  const std::string marital = "/maritalStatus/coding/0/code";
  const std::string_view status = marital_word(patient.text(marital));
  if (!status.empty() && content.put(Category::kDemographics, "marital_status", status)) {
    patient.mark(marital);
  }
  read_languages(patient, content);
}

void read_related_person(FhirResource& related, FhirContent& content) {
  const std::string role = "/relationship/0/coding/0/code";
  json one = {{"relation", relation_word(related.text(role))}};
  const Joined name = full_name(related, "/name/0");
  if (!name.text.empty()) one["name"] = name.text;
  const std::string contact = related.text("/telecom/0/value");
  if (!contact.empty()) one["contact"] = contact;
  if (!content.add(Category::kFamily, "relatives", one)) return;
  name.mark(related);
  related.mark(role);
  if (!contact.empty()) related.mark("/telecom/0/value");
}

}  // namespace safeconduct::document
