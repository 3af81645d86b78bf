// HSDS 3 as tables (one CSV a table, RFC 4180, a line of headings first) into the one JSON document
// that read_hsds takes. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "schemas/base/result.h"

namespace safeconduct::services {

// Text of a table by its name, `services` of `services.csv`. What a service refers to is put into
// it: languages, schedules, areas, attributes with their terms, telephones, and where it is, so
// that read_hsds can leave those out and say so. Other tables are not looked at.
// Errors: kInvalid with table and line: a quote that does not end, a line with more or fewer fields
// than headings, no services.
[[nodiscard]] Result<std::string> join_tables(const std::map<std::string, std::string>& tables);

}  // namespace safeconduct::services
