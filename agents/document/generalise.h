// From what is recorded to the least that still helps (DOMAIN §3.2). Coded values and dates become
// bands, regions and flags; text becomes nothing, ever (invariant 10).
#pragma once

#include <string>
#include <string_view>

#include "policies/vocabulary.h"
#include "schemas/base/instant.h"

namespace safeconduct::document {

struct GeneraliseContext {
  Instant created;              // of the referral: ages and deadlines count from it
  policies::Purpose purpose{};  // decides which question about status is answered
  bool presumed_minor = false;  // the referral carries the circumstance `minor`
  int majority = 18;            // in years, by the policy; who is younger is a minor
};

// `full`: a canonical category object that passed the table. The generalised object in the same
// form, or an empty string when the category has none or nothing is left.
[[nodiscard]] std::string generalised(policies::Category category, std::string_view full,
                                      const GeneraliseContext& context);

}  // namespace safeconduct::document
