// What the views share: words of the vocabulary, counts, one row. For this room's own sources.
#pragma once

#include "broker/dashboard/projection/suppression.h"
#include "broker/dashboard/views.h"
#include "policies/vocabulary.h"

namespace safeconduct::dashboard {

// `unknown` for a number that this program's vocabulary lacks.
template <class Word>
[[nodiscard]] std::string_view word_of(const std::optional<Word>& word) {
  return word ? policies::name(*word) : std::string_view("unknown");
}

// Null when the count is hidden.
[[nodiscard]] inline Json count_view(const Count& count) {
  return count.shown ? Json(count.value) : Json(nullptr);
}

// Times in milliseconds; fewer than kSmallest of them say too much about one, where `rows` are not
// the reader's to see.
[[nodiscard]] inline Json times_view(const Times& times, bool rows = true) {
  if (times.count == 0 || (!rows && times.count < kSmallest)) return nullptr;
  return Json{{"n", times.count}, {"median", times.median.ms}, {"p90", times.p90.ms}};
}

[[nodiscard]] Json row_view(const Projection& projection, const ReferralRow& row, Instant now);

}  // namespace safeconduct::dashboard
