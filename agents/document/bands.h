// Numbers and dates to bands (DOMAIN §3.2). The words are those of agents/document/words.h.
#pragma once

#include <string_view>

#include "policies/vocabulary.h"
#include "schemas/base/instant.h"

namespace safeconduct::document {

// Whole years at that instant, by the civil date in UTC; negative for a birth in the future. Born
// on 29 February: a year older on 1 March of a common year.
[[nodiscard]] int age_at(Date birth, Instant at);
// 0-11, 12-15, 16-17, 18-24, 25-39, 40-59, 60+; `unknown` for an age that nobody has.
[[nodiscard]] std::string_view age_band(int age);
// 0, 1, 2-3, 4+.
[[nodiscard]] std::string_view count_band(std::int64_t count);
// Whole units of whatever currency: 0, 1-999, 1000-4999, 5000-19999, 20000+.
[[nodiscard]] std::string_view amount_band(std::int64_t amount);
// 0, 1-499, 500-1499, 1500-2999, 3000+.
[[nodiscard]] std::string_view income_band(std::int64_t amount);
[[nodiscard]] std::string_view duration_band(std::int64_t months);
// Of a type of exploitation: sexual, labour, domestic or other.
[[nodiscard]] std::string_view top_level_type(std::string_view type);

// True for a service that takes one gender, where gender is needed to say whether there is a place.
[[nodiscard]] bool gender_specific(policies::Purpose purpose);

}  // namespace safeconduct::document
