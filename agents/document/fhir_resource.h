// One FHIR resource while it is read, and the content that grows from several.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "agents/document/fhir.h"

namespace safeconduct::document {

class FhirResource {
 public:
  FhirResource(std::string name, nlohmann::json value)
      : name_(std::move(name)), value_(std::move(value)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const nlohmann::json& value() const { return value_; }
  // Empty when it has none.
  [[nodiscard]] std::string type() const { return text("/resourceType"); }
  // The text at a JSON pointer; empty when there is none.
  [[nodiscard]] std::string text(const std::string& pointer) const;
  // Entries of the list at a pointer; 0 when it is no list.
  [[nodiscard]] std::size_t count(const std::string& pointer) const;
  // Marks a leaf as taken, for the report.
  void mark(const std::string& pointer) { taken_.insert(pointer); }

  // What was taken and what was left behind, by path.
  void report(FhirInput& out) const;

 private:
  std::string name_;
  nlohmann::json value_;
  std::set<std::string> taken_;
};

// Category objects in the making. Only what the table of fields accepts gets in.
class FhirContent {
 public:
  // False when the field has a value already or does not accept this one.
  bool put(policies::Category category, const std::string& field, const nlohmann::json& value);
  // One more entry of a list field. True also when it is there already.
  bool add(policies::Category category, const std::string& field, const nlohmann::json& item);
  // put and add of a leaf of the resource, marked as taken when it got in.
  bool take(FhirResource& from, const std::string& pointer, policies::Category category,
            const std::string& field);
  [[nodiscard]] bool has(policies::Category category, const std::string& field) const;

  [[nodiscard]] policies::PerCategory<std::string> canonical() const;

 private:
  policies::PerCategory<nlohmann::json> values_{};
};

// Patient: identity, identifiers, contact, location, demographics, language.
void read_patient(FhirResource& patient, FhirContent& content);
// The person's relative: family.
void read_related_person(FhirResource& related, FhirContent& content);
// Condition, Observation, Goal or Procedure: codes, by what they are about.
void read_coded(FhirResource& resource, FhirContent& content);
// What a ServiceRequest or Task asks for: codes of needs.
void read_request(FhirResource& request, FhirContent& content);

}  // namespace safeconduct::document
