// Countries and languages: what a word means and what is left of it in the generalised form.
#pragma once

#include <array>
#include <string_view>

namespace safeconduct::document {

// UN M49 geographic regions.
inline constexpr std::array<std::string_view, 5> kRegions = {"africa", "americas", "asia", "europe",
                                                             "oceania"};
// Coarse on purpose: a language is a strong identifier in a small community.
inline constexpr std::array<std::string_view, 13> kLanguageGroups = {
    "germanic", "romance",          "slavic",  "other_european", "south_asian",      "iranian",
    "turkic",   "semitic_and_horn", "african", "east_asian",     "south_east_asian", "american",
    "other"};

// ISO 3166-1 alpha-2, alpha-3 or the English name, in any case.
[[nodiscard]] bool is_country(std::string_view word);
// Empty when there is no such country, or no region.
[[nodiscard]] std::string_view region_of(std::string_view country);

// A language tag (`ro`, `ron`, `pt-BR`) or one of the English names, in any case.
[[nodiscard]] bool is_language(std::string_view word);
// `other` for a language that the table does not know.
[[nodiscard]] std::string_view language_group_of(std::string_view language);

}  // namespace safeconduct::document
