#include "agents/document/check.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agents/document/field_check.h"
#include "agents/document/strict_json.h"
#include "schemas/base/limits.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using nlohmann::json;

constexpr int kSlotNestingMax = 4;  // object, list, object, value

// What a table of fields cannot say.
Status check_meaning(Category category, Level level, const json& value) {
  if (category == Category::kSud && !value.contains("notice")) {
    return invalid("`sud` comes without its notice that it may not be passed on");
  }
  if (category == Category::kImmigration && level == Level::kGeneralised && value.size() != 1) {
    return invalid("`immigration`, generalised, answers one question only");
  }
  return {};
}

Result<json> checked(Category category, Level level, ByteView text) {
  const auto fields = fields_of(category, level);
  if (fields.empty()) {
    return invalid("`" + std::string(name(category)) + "` has no " + std::string(name(level)) +
                   " form");
  }
  TRY(value, parse_strict(text_of(text), limits::kSlotPlaintextBytesMax, kSlotNestingMax));
  TRY_OK(check_fields(value, fields, std::string(name(category))));
  TRY_OK(check_meaning(category, level, value));
  // One text per value: nothing can be said by spaces or by the order of keys.
  if (value.dump() != text_of(text)) {
    return invalid("`" + std::string(name(category)) + "` is not in canonical form");
  }
  return value;
}

}  // namespace

Status check_slot(Category category, Level level, ByteView text) {
  TRY_OK(checked(category, level, text));
  return {};
}

Result<std::string> render(const std::vector<KeptSlot>& kept) {
  std::array<std::pair<Level, json>, kCategoryCount> best{};
  for (const KeptSlot& slot : kept) {
    if (slot.number >= kSlotCount) return invalid("no slot has this number");
    const Level level = slot_level(slot.number);
    TRY(value, checked(slot_category(slot.number), level, slot.text));
    auto& place = best[index_of(slot_category(slot.number))];
    if (level > place.first) place = {level, std::move(value)};
  }
  json out = json::object();
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    auto& [level, value] = best[i];
    if (level == Level::kWithheld) continue;
    out[std::string(name(category_at(i)))] = {{"level", name(level)}, {"value", std::move(value)}};
  }
  return out.dump();
}

Result<std::string> render(const std::vector<seal::OpenedSlot>& kept) {
  std::vector<KeptSlot> views;
  views.reserve(kept.size());
  for (const seal::OpenedSlot& slot : kept) views.push_back({slot.number, slot.text.expose()});
  return render(views);
}

}  // namespace safeconduct::document
