// The body of the person's page, section by section.
#pragma once

#include <string>

#include "agents/person/page.h"
#include "agents/person/wording.h"

namespace safeconduct::person {

// From `<header>` to the end of the last section. What does not fit on a sheet is counted.
[[nodiscard]] std::string sections(const Facts& facts, Sheet sheet, Wording& words);

// The text of markup: without tags and style, entities as they are.
[[nodiscard]] std::string text_of_markup(std::string_view markup);

// Code points of UTF-8.
[[nodiscard]] std::size_t letters(std::string_view text);

}  // namespace safeconduct::person
