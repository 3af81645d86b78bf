#include "agents/document/field_check.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "agents/document/places.h"
#include "agents/document/strict_json.h"
#include "schemas/base/instant.h"

namespace safeconduct::document {
namespace {

using nlohmann::json;

Error wrong(const std::string& path, const std::string& expected) {
  return invalid("`" + path + "` must be " + expected);
}

bool has_control(const std::string& text, bool lines_allowed) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool line = byte == '\n' || byte == '\t' || byte == '\r';
    return byte == 0x7F || (byte < 0x20 && !(lines_allowed && line));
  });
}

Status check_text(const json& value, std::size_t bytes_max, bool story, const std::string& path) {
  const std::string expected = "text of 1 to " + std::to_string(bytes_max) + " bytes";
  if (!value.is_string()) return wrong(path, expected);
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > bytes_max) return wrong(path, expected);
  if (has_control(text, story)) return wrong(path, "text without control characters");
  return {};
}

// A house number, a postal code or a coordinate gives itself away by its digits.
Status check_short_name(const json& value, const std::string& path) {
  TRY_OK(check_text(value, kShortNameBytesMax, false, path));
  const auto& text = value.get_ref<const std::string&>();
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
  const bool other = text.find_first_of("@/\\:;") != std::string::npos;
  if (digits > 2 || other) return wrong(path, "a short name without a number or an address");
  return {};
}

Status check_code(const json& value, const Field& field, const std::string& path) {
  if (!value.is_string()) return wrong(path, "a word of its list");
  const auto& word = value.get_ref<const std::string&>();
  if (std::find(field.words.begin(), field.words.end(), word) != field.words.end()) return {};
  return unknown_word(path, word, field.words);
}

Status check_integer(const json& value, const Field& field, const std::string& path) {
  const std::string expected =
      "a whole number from " + std::to_string(field.min) + " to " + std::to_string(field.max);
  if (!value.is_number_integer()) return wrong(path, expected);
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(field.max)) {
    return wrong(path, expected);
  }
  const auto number = value.get<std::int64_t>();
  if (number < field.min || number > field.max) return wrong(path, expected);
  return {};
}

Status check_parsed(const json& value, const std::string& path, const std::string& expected,
                    bool (*accepts)(std::string_view)) {
  if (value.is_string() && accepts(value.get_ref<const std::string&>())) return {};
  return wrong(path, expected);
}

bool is_date(std::string_view text) {
  return parse_date(text).has_value();
}
bool is_instant(std::string_view text) {
  return parse_rfc3339(text).has_value();
}

Kind item_kind(Kind list) {
  switch (list) {
    case Kind::kTexts:
      return Kind::kText;
    case Kind::kShortNames:
      return Kind::kShortName;
    case Kind::kCodes:
      return Kind::kCode;
    case Kind::kInstants:
      return Kind::kInstant;
    default:
      return list;
  }
}

Status check_value(const json& value, const Field& field, Kind kind, const std::string& path);

Status check_list(const json& value, const Field& field, const std::string& path) {
  if (!value.is_array() || value.empty() || value.size() > kListMax) {
    return wrong(path, "a list of 1 to " + std::to_string(kListMax) + " entries");
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    if (field.kind == Kind::kObjects) {
      TRY_OK(check_fields(value[i], field.fields, at));
    } else {
      TRY_OK(check_value(value[i], field, item_kind(field.kind), at));
    }
  }
  return {};
}

Status check_value(const json& value, const Field& field, Kind kind, const std::string& path) {
  switch (kind) {
    case Kind::kText:
      return check_text(value, kTextBytesMax, false, path);
    case Kind::kStory:
      return check_text(value, kStoryBytesMax, true, path);
    case Kind::kShortName:
      return check_short_name(value, path);
    case Kind::kCode:
      return check_code(value, field, path);
    case Kind::kDate:
      return check_parsed(value, path, "a date (YYYY-MM-DD)", is_date);
    case Kind::kInstant:
      return check_parsed(value, path, "a time (RFC 3339, such as 2026-01-31T09:30:00Z)",
                          is_instant);
    case Kind::kInteger:
      return check_integer(value, field, path);
    case Kind::kBoolean:
      return value.is_boolean() ? Status{} : wrong(path, "true or false");
    case Kind::kCountry:
      return check_parsed(value, path, "a country (ISO 3166 code or English name)", is_country);
    case Kind::kLanguage:
      return check_parsed(value, path, "a language (ISO 639 code or English name)", is_language);
    case Kind::kTexts:
    case Kind::kShortNames:
    case Kind::kCodes:
    case Kind::kInstants:
    case Kind::kObjects:
      return check_list(value, field, path);
  }
  return wrong(path, "of a known kind");
}

}  // namespace

Status check_fields(const json& object, std::span<const Field> fields, const std::string& path) {
  std::vector<std::string_view> names;
  for (const Field& field : fields) names.push_back(field.name);
  TRY_OK(only_keys(object, path, names));
  if (object.empty()) return wrong(path, "an object with a field, or left out");
  for (const auto& [key, value] : object.items()) {
    const Field& field = *field_named(fields, key);
    TRY_OK(check_value(value, field, field.kind, joined_path(path, key)));
  }
  return {};
}

}  // namespace safeconduct::document
