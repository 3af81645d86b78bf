#include "broker/core/words.h"

#include "broker/core/judgement.h"
#include "schemas/wire/parts.h"

namespace safeconduct::core {
namespace {

template <class Word>
std::string_view word_or_unknown(const std::optional<Word>& word) {
  return word ? policies::name(*word) : std::string_view("?");
}

}  // namespace

std::string verdict_words(std::uint8_t verdict) {
  if (verdict == 0) return "admitted";
  if (const auto reason = policies::reason_from(verdict)) {
    return std::string(policies::name(*reason));
  }
  if (wire::known_bus_verdict(verdict)) {
    return std::string(wire::sentence(static_cast<wire::Verdict>(verdict)));
  }
  return "verdict " + std::to_string(verdict);
}

std::string slot_words(std::uint64_t slots) {
  const policies::Levels levels = levels_of(slots);
  std::string out;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category c = policies::category_at(i);
    if (levels[c] == policies::Level::kWithheld) continue;
    out += out.empty() ? "" : ", ";
    out.append(policies::name(c)).append(" ").append(policies::name(levels[c]));
  }
  return out.empty() ? "nothing" : out;
}

std::string_view role_word(std::uint8_t number) {
  return word_or_unknown(policies::role_from(number));
}
std::string_view purpose_word(std::uint8_t number) {
  return word_or_unknown(policies::purpose_from(number));
}
std::string_view stage_word(std::uint8_t number) {
  return word_or_unknown(policies::stage_from(number));
}
std::string_view basis_word(std::uint8_t number) {
  return word_or_unknown(policies::basis_from(number));
}
std::string_view vocabulary_text() {
  return policies::canonical_vocabulary();
}

}  // namespace safeconduct::core
