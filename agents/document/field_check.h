// Whether a JSON object keeps to a list of fields.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "agents/document/fields.h"
#include "schemas/base/result.h"

namespace safeconduct::document {

// Every key known, every value of its field's type, words and bounds. Errors: kInvalid: the path of
// known names below `path`, what is expected, the nearest word; no value.
[[nodiscard]] Status check_fields(const nlohmann::json& object, std::span<const Field> fields,
                                  const std::string& path);

}  // namespace safeconduct::document
