#include "agents/document/fields.h"

#include "schemas/base/check.h"

namespace safeconduct::document {

using policies::Category;
using policies::Level;

const Form& form_of(Category category) {
  for (const auto forms : {person_forms(), care_forms(), case_forms()}) {
    for (const Form& form : forms) {
      if (form.category == category) return form;
    }
  }
  SC_CHECK(false && "every category has a form");
  return person_forms().front();
}

std::span<const Field> fields_of(Category category, Level level) {
  switch (level) {
    case Level::kWithheld:
      return {};
    case Level::kGeneralised:
      return form_of(category).generalised;
    case Level::kFull:
      return form_of(category).full;
  }
  return {};
}

const Field* field_named(std::span<const Field> fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool is_list(Kind kind) {
  switch (kind) {
    case Kind::kTexts:
    case Kind::kShortNames:
    case Kind::kCodes:
    case Kind::kInstants:
    case Kind::kObjects:
      return true;
    case Kind::kText:
    case Kind::kStory:
    case Kind::kShortName:
    case Kind::kCode:
    case Kind::kDate:
    case Kind::kInstant:
    case Kind::kInteger:
    case Kind::kBoolean:
    case Kind::kCountry:
    case Kind::kLanguage:
      return false;
  }
  return false;
}

}  // namespace safeconduct::document
