// Condition, Observation, Goal, Procedure, ServiceRequest and Task: codes only, never their words.
#include "agents/document/fhir_codes.h"
#include "agents/document/fhir_resource.h"

namespace safeconduct::document {
namespace {

using policies::Category;

struct Coded {
  std::string pointer;  // of the code
  std::string code;     // short form
};

// Codings of the concept at `concept`, those with a known system.
void collect(const FhirResource& from, const std::string& concept_at, std::vector<Coded>& out) {
  for (std::size_t i = 0; i < from.count(concept_at + "/coding"); ++i) {
    const std::string coding = concept_at + "/coding/" + std::to_string(i);
    std::string code = short_code(from.text(coding + "/system"), from.text(coding + "/code"));
    if (!code.empty()) out.push_back({coding + "/code", std::move(code)});
  }
}

std::vector<Coded> codes_at(const FhirResource& from, const std::string& concept_at) {
  std::vector<Coded> out;
  collect(from, concept_at, out);
  return out;
}

std::vector<Coded> categories_of(const FhirResource& from) {
  std::vector<Coded> out = codes_at(from, "/category");
  for (std::size_t i = 0; i < from.count("/category"); ++i) {
    collect(from, "/category/" + std::to_string(i), out);
  }
  return out;
}

// Social determinants are needs, not diagnoses.
bool is_social(const FhirResource& resource) {
  for (const Coded& category : categories_of(resource)) {
    if (category.code.starts_with("gravity|") &&
        category.code != "gravity|personal-characteristic") {
      return true;
    }
  }
  return false;
}

void take_needs(FhirResource& from, const std::vector<Coded>& codes, FhirContent& content) {
  for (const Coded& coded : codes) {
    const std::string_view service = service_of_code(coded.code);
    bool in = !service.empty() && content.add(Category::kNeeds, "service_requested", service);
    in = content.add(Category::kNeeds, "request_codes", coded.code) || in;
    if (in) from.mark(coded.pointer);
  }
}

void take_diagnoses(FhirResource& from, const std::vector<Coded>& codes, FhirContent& content) {
  Category category = Category::kHealth;
  for (const Coded& coded : codes) {
    if (const Category other = category_of_diagnosis(coded.code); other != Category::kHealth) {
      category = other;  // one coding that says so is enough for all of them
    }
  }
  for (const Coded& coded : codes) {
    bool in = content.add(category, "condition_codes", coded.code);
    if (says_pregnant(coded.code)) in = content.put(Category::kHealth, "pregnant", "yes") || in;
    if (in) from.mark(coded.pointer);
  }
}

}  // namespace

void read_coded(FhirResource& resource, FhirContent& content) {
  const std::string type = resource.type();
  const std::vector<Coded> codes = codes_at(resource, "/code");
  if (is_social(resource)) {
    // What was observed or done is a need by its category; the answers stay behind.
    if (type == "Condition") take_needs(resource, codes, content);
    take_needs(resource, categories_of(resource), content);
  } else if (type == "Condition") {
    take_diagnoses(resource, codes, content);
  }
}

void read_request(FhirResource& request, FhirContent& content) {
  if (request.type() != "ServiceRequest") return;
  take_needs(request, codes_at(request, "/code"), content);
  take_needs(request, categories_of(request), content);
}

}  // namespace safeconduct::document
