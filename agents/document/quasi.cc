#include "agents/document/quasi.h"

#include <array>
#include <bit>
#include <nlohmann/json.hpp>

#include "agents/document/generalise.h"
#include "schemas/wire/referral_words.h"

namespace safeconduct::document {
namespace {

using wire::QuasiIdentifier;

struct Kind {
  std::string_view field;  // of a generalised form
  QuasiIdentifier kind;
};

constexpr std::array kKinds = {
    Kind{"age_band", QuasiIdentifier::kAgeBand},
    Kind{"is_minor", QuasiIdentifier::kAgeBand},
    Kind{"gender", QuasiIdentifier::kGender},
    Kind{"region", QuasiIdentifier::kRegion},
    Kind{"language_group", QuasiIdentifier::kLanguage},
    Kind{"district", QuasiIdentifier::kDistrict},
    Kind{"no_go_districts", QuasiIdentifier::kDistrict},
    Kind{"children", QuasiIdentifier::kChildren},
    Kind{"dependants_count", QuasiIdentifier::kChildren},
    Kind{"accessibility", QuasiIdentifier::kAccessibility},
    Kind{"type", QuasiIdentifier::kExploitation},
    Kind{"duration", QuasiIdentifier::kDate},
};

// What leaves at all: the ceiling of the stage, or of the anonymous basis.
policies::CategorySet leaves(const ReferralDocument& document) {
  using policies::Category;
  const auto set = [](std::initializer_list<Category> list) {
    policies::CategorySet out = 0;
    for (const Category c : list) out |= policies::bit(c);
    return out;
  };
  if (document.basis == policies::Basis::kStatutoryAnonymous) {
    return set({Category::kDemographics, Category::kLocation, Category::kExploitation});
  }
  return set({Category::kNeeds, Category::kDemographics, Category::kRisk, Category::kFamily});
}

constexpr std::array<std::string_view, 9> kWords = {
    "age",      "gender",        "region of origin",     "language", "district",
    "children", "accessibility", "kind of exploitation", "a date"};

}  // namespace

std::uint16_t quasi_identifiers(const ReferralDocument& document, Instant created) {
  const GeneraliseContext context{created, document.purpose, (document.circumstances & 1) != 0};
  const policies::CategorySet leaving = document.filled() & leaves(document);
  std::uint16_t bits = 0;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category c = policies::category_at(i);
    if (!policies::contains(leaving, c)) continue;
    const std::string text = generalised(c, document.content[i], context);
    const auto form = nlohmann::json::parse(text, nullptr, false);
    if (!form.is_object()) continue;
    for (const Kind& kind : kKinds) {
      const bool states = form.contains(kind.field);
      if (states) bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(kind.kind));
    }
  }
  return bits;
}

Status check_quasi_identifiers(std::uint16_t bits, std::uint32_t most) {
  if (static_cast<std::uint32_t>(std::popcount(bits)) <= most) return {};
  std::string list;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if ((bits >> i & 1) == 0) continue;
    list.append(list.empty() ? "" : ", ").append(kWords[i]);
  }
  return invalid("together these could tell who it is: " + list +
                 "; leave out what the answer does not depend on, at most " + std::to_string(most) +
                 " may stay");
}

}  // namespace safeconduct::document
