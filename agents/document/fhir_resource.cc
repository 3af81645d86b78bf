#include "agents/document/fhir_resource.h"

#include <algorithm>
#include <array>

#include "agents/document/field_check.h"
#include "agents/document/fields.h"

namespace safeconduct::document {
namespace {

using nlohmann::json;
using policies::Category;

// A report names these and does not go below.
constexpr std::array<std::string_view, 10> kWhole = {
    "text",       "extension", "modifierExtension", "contained",      "note", "meta",
    "attachment", "photo",     "sourceAttachment",  "valueAttachment"};

const json* find(const json& value, const std::string& pointer) {
  const json::json_pointer at(pointer);
  return value.contains(at) ? &value.at(at) : nullptr;
}

// Visits each leaf with its pointer and its path for people.
template <class Visit>
void each_leaf(const json& value, const std::string& pointer, const std::string& path,
               const Visit& visit) {
  if (value.is_object()) {
    for (const auto& [key, child] : value.items()) {
      const std::string below = path.empty() ? key : path + "." + key;
      const bool whole = std::find(kWhole.begin(), kWhole.end(), key) != kWhole.end();
      each_leaf(child, pointer + "/" + key, whole ? below + " " : below, visit);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      each_leaf(value[i], pointer + "/" + std::to_string(i), path, visit);
    }
  } else {
    visit(pointer, path.substr(0, path.find(' ')));
  }
}

}  // namespace

std::string FhirResource::text(const std::string& pointer) const {
  const json* at = find(value_, pointer);
  return at != nullptr && at->is_string() ? at->get<std::string>() : std::string();
}

std::size_t FhirResource::count(const std::string& pointer) const {
  const json* at = find(value_, pointer);
  return at != nullptr && at->is_array() ? at->size() : 0;
}

void FhirResource::report(FhirInput& out) const {
  each_leaf(value_, "", "", [&](const std::string& pointer, const std::string& path) {
    if (pointer == "/resourceType") return;
    ++(taken_.contains(pointer) ? out.taken : out.left_behind)[path];
  });
}

bool FhirContent::put(Category category, const std::string& field, const json& value) {
  if (has(category, field)) return false;
  if (!check_fields({{field, value}}, form_of(category).full, "")) return false;
  values_[index_of(category)][field] = value;
  return true;
}

bool FhirContent::add(Category category, const std::string& field, const json& item) {
  if (!check_fields({{field, json::array({item})}}, form_of(category).full, "")) return false;
  json& list = values_[index_of(category)][field];
  if (std::find(list.begin(), list.end(), item) != list.end()) return true;
  if (list.size() >= kListMax) return false;
  list.push_back(item);
  return true;
}

bool FhirContent::take(FhirResource& from, const std::string& pointer, Category category,
                       const std::string& field) {
  const std::string text = from.text(pointer);
  if (text.empty()) return false;
  const Field* known = field_named(form_of(category).full, field);
  const bool in = known != nullptr && is_list(known->kind) ? add(category, field, text)
                                                           : put(category, field, text);
  if (in) from.mark(pointer);
  return in;
}

bool FhirContent::has(Category category, const std::string& field) const {
  return values_[index_of(category)].contains(field);
}

policies::PerCategory<std::string> FhirContent::canonical() const {
  policies::PerCategory<std::string> out;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    if (values_[i].is_object() && !values_[i].empty()) out[i] = values_[i].dump();
  }
  return out;
}

}  // namespace safeconduct::document
