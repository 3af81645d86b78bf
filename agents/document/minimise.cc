#include "agents/document/minimise.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agents/document/fields.h"
#include "agents/document/generalise.h"
#include "schemas/base/check.h"
#include "schemas/base/limits.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using nlohmann::json;

// Long text is padded by its size; names, numbers and codes share a bucket.
bool holds_story(Category category, const json& value) {
  const auto fields = form_of(category).full;
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return field.kind == Kind::kStory && value.contains(std::string(field.name));
  });
}

Result<seal::SlotPlaintext> slot(Category category, Level level, const std::string& text,
                                 bool free_text) {
  if (text.size() > limits::kSlotPlaintextBytesMax) {
    return invalid("`content." + std::string(name(category)) + "` has " +
                   std::to_string(text.size()) + " bytes, at most " +
                   std::to_string(limits::kSlotPlaintextBytesMax) + "; shorten it");
  }
  return seal::SlotPlaintext{slot_of(category, level), SecretBytes(to_bytes(text)), free_text};
}

// As it travels in full. Substance-use records carry their notice (DOMAIN §4.3).
json full_form(Category category, const std::string& content) {
  json value = json::parse(content, nullptr, false);
  SC_CHECK(value.is_object());
  if (category == Category::kSud) value["notice"] = "no_redisclosure";
  return value;
}

}  // namespace

Result<std::vector<seal::SlotPlaintext>> slots_for(const ReferralDocument& document, Levels ceiling,
                                                   Instant created, bool inquiry, int majority) {
  const auto minor = static_cast<std::uint16_t>(Circumstance::kMinor);
  const GeneraliseContext context{created, document.purpose, (document.circumstances & minor) != 0,
                                  majority};
  std::vector<seal::SlotPlaintext> out;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Category category = category_at(i);
    const Level level = ceiling[category];
    const std::string& content = document.content[i];
    if (content.empty() || level == Level::kWithheld) continue;
    const std::string general = generalised(category, content, context);
    if (!general.empty()) {
      TRY(lower, slot(category, Level::kGeneralised, general, false));
      out.push_back(std::move(lower));
    }
    if (level != Level::kFull || inquiry) continue;
    const json value = full_form(category, content);
    TRY(higher, slot(category, Level::kFull, value.dump(), holds_story(category, value)));
    out.push_back(std::move(higher));
  }
  return out;
}

Result<std::vector<seal::SlotPlaintext>> offer_everything(const ReferralDocument& document,
                                                          Instant created) {
  return slots_for(document, Levels::all(Level::kFull), created, false);
}

}  // namespace safeconduct::document
