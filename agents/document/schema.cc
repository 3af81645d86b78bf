// The published JSON Schema, from the same table that parses. Keys keep their order for readers.
#include <nlohmann/json.hpp>

#include "agents/document/document.h"
#include "agents/document/fields.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using json = nlohmann::ordered_json;

json words_of(std::span<const std::string_view> words) {
  json out = json::array();
  for (const std::string_view word : words) out.push_back(word);
  return out;
}

json object_of(std::span<const Field> fields);

json value_of(const Field& field, Kind kind) {
  switch (kind) {
    case Kind::kText:
      return {{"type", "string"}, {"minLength", 1}, {"maxLength", kTextBytesMax}};
    case Kind::kStory:
      return {{"type", "string"}, {"minLength", 1}, {"maxLength", kStoryBytesMax}};
    case Kind::kShortName:
      return {{"type", "string"},
              {"minLength", 1},
              {"maxLength", kShortNameBytesMax},
              {"pattern", R"(^[^0-9@/\\:;]*([0-9][^0-9@/\\:;]*){0,2}$)"}};
    case Kind::kCode:
      return {{"enum", words_of(field.words)}};
    case Kind::kDate:
      return {{"type", "string"}, {"format", "date"}};
    case Kind::kInstant:
      return {{"type", "string"}, {"format", "date-time"}};
    case Kind::kInteger:
      return {{"type", "integer"}, {"minimum", field.min}, {"maximum", field.max}};
    case Kind::kBoolean:
      return {{"type", "boolean"}};
    case Kind::kCountry:
      return {{"type", "string"}, {"$comment", "ISO 3166 alpha-2, alpha-3 or English name"}};
    case Kind::kLanguage:
      return {{"type", "string"}, {"$comment", "ISO 639 code, or English name"}};
    case Kind::kObjects:
      return object_of(field.fields);
    case Kind::kTexts:
      return value_of(field, Kind::kText);
    case Kind::kShortNames:
      return value_of(field, Kind::kShortName);
    case Kind::kCodes:
      return value_of(field, Kind::kCode);
    case Kind::kInstants:
      return value_of(field, Kind::kInstant);
  }
  return {};
}

json field_of(const Field& field) {
  json out = {{"description", field.meaning}};
  if (!field.htcds.empty()) out["x-htcds"] = field.htcds;
  if (is_list(field.kind)) {
    out.update({{"type", "array"}, {"minItems", 1}, {"maxItems", kListMax}});
    out["items"] = value_of(field, field.kind);
  } else {
    out.update(value_of(field, field.kind));
  }
  return out;
}

json object_of(std::span<const Field> fields) {
  json properties = json::object();
  for (const Field& field : fields) properties[std::string(field.name)] = field_of(field);
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

json content_of() {
  json properties = json::object();
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Category category = category_at(i);
    json one = object_of(form_of(category).full);
    one["description"] = label(category);
    properties[std::string(name(category))] = std::move(one);
  }
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

json word(std::span<const std::string_view> words) {
  return {{"enum", words_of(words)}};
}

}  // namespace

std::string referral_schema() {
  constexpr std::string_view kCircumstances[] = {"minor", "reflection", "protection_claim"};
  const json id = {{"type", "string"}, {"pattern", "^[0-9a-fA-F]{32}$"}};
  const json consent = {{"type", "string"}, {"pattern", "^([0-9a-fA-F]{32}|none)$"}};
  const json agency = {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_-]{1,31}$"}};
  const json properties = {
      {"safeconduct", {{"const", kReferralForm}}},
      {"to", agency},
      {"as", word(role_names())},
      {"to_role", word(role_names())},
      {"purpose", word(purpose_names())},
      {"urgency", word(urgency_names())},
      {"stage", word(stage_names())},
      {"basis", word(basis_names())},
      {"consent", consent},
      {"circumstances", {{"type", "array"}, {"items", word(kCircumstances)}}},
      {"prior", id},
      {"content_end", {{"type", "string"}, {"format", "date-time"}}},
      {"reflection_since", {{"type", "string"}, {"format", "date-time"}}},
      {"content", content_of()},
  };
  const json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"$id", "urn:safeconduct:referral:1"},
      {"title", "Referral document, form referral/1"},
      {"description", "Field names follow IOM HTCDS 2.0 (CC BY 4.0) where x-htcds names one."},
      {"type", "object"},
      {"required", {"safeconduct", "to", "as", "to_role", "purpose", "urgency"}},
      {"additionalProperties", false},
      {"properties", properties},
  };
  return schema.dump(2) + "\n";
}

}  // namespace safeconduct::document
