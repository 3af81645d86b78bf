// The words of the bus: roles, purposes, data categories, levels, stages, bases, urgencies,
// circumstances and withholding reasons (DOMAIN §3), their names, their numbers on the wire, sets
// of categories, and the slots of a sealed message.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policies/words.h"
#include "schemas/base/bytes.h"

namespace safeconduct::policies {

template <class T>
using PerCategory = std::array<T, kCategoryCount>;

// Position of a category in a PerCategory array, 0..18.
[[nodiscard]] constexpr std::size_t index_of(Category c) {
  return static_cast<std::size_t>(c) - 1;
}
[[nodiscard]] constexpr Category category_at(std::size_t index) {
  return static_cast<Category>(index + 1);
}

// A set of categories as bits (bit index_of(c)).
using CategorySet = std::uint32_t;
inline constexpr CategorySet kAllCategories = (1u << kCategoryCount) - 1;
[[nodiscard]] constexpr CategorySet bit(Category c) {
  return 1u << index_of(c);
}
[[nodiscard]] constexpr bool contains(CategorySet set, Category c) {
  return (set & bit(c)) != 0;
}

// Slots of a sealed message: one per (category, level), full or generalised: 2 * index_of(c) +
// (full ? 1 : 0).
inline constexpr std::size_t kSlotCount = 2 * kCategoryCount;
[[nodiscard]] constexpr std::uint8_t slot_of(Category c, Level level) {
  return static_cast<std::uint8_t>(2 * index_of(c) + (level == Level::kFull ? 1 : 0));
}
[[nodiscard]] constexpr Category slot_category(std::uint8_t slot) {
  return category_at(slot / 2);
}
[[nodiscard]] constexpr Level slot_level(std::uint8_t slot) {
  return slot % 2 != 0 ? Level::kFull : Level::kGeneralised;
}

// The bare word, without the prefix of DOMAIN (`shelter`, `safe_accommodation`, `needs`,
// `generalised`, `no_consent`).
[[nodiscard]] std::string_view name(Role role);
[[nodiscard]] std::string_view name(Purpose purpose);
[[nodiscard]] std::string_view name(Category category);
[[nodiscard]] std::string_view name(Level level);
[[nodiscard]] std::string_view name(Stage stage);
[[nodiscard]] std::string_view name(Basis basis);
[[nodiscard]] std::string_view name(Urgency urgency);
[[nodiscard]] std::string_view name(Circumstance circumstance);
[[nodiscard]] std::string_view name(Reason reason);

// From the bare word; nothing when there is no such word.
[[nodiscard]] std::optional<Role> role_named(std::string_view word);
[[nodiscard]] std::optional<Purpose> purpose_named(std::string_view word);
[[nodiscard]] std::optional<Category> category_named(std::string_view word);
[[nodiscard]] std::optional<Level> level_named(std::string_view word);
[[nodiscard]] std::optional<Stage> stage_named(std::string_view word);
[[nodiscard]] std::optional<Basis> basis_named(std::string_view word);
[[nodiscard]] std::optional<Urgency> urgency_named(std::string_view word);
[[nodiscard]] std::optional<Circumstance> circumstance_named(std::string_view word);
[[nodiscard]] std::optional<Reason> reason_named(std::string_view word);

// From the number on the wire; nothing when unknown.
[[nodiscard]] std::optional<Role> role_from(std::uint8_t code);
[[nodiscard]] std::optional<Purpose> purpose_from(std::uint8_t code);
[[nodiscard]] std::optional<Category> category_from(std::uint8_t code);
[[nodiscard]] std::optional<Stage> stage_from(std::uint8_t code);
[[nodiscard]] std::optional<Basis> basis_from(std::uint8_t code);
[[nodiscard]] std::optional<Urgency> urgency_from(std::uint8_t code);
[[nodiscard]] std::optional<Reason> reason_from(std::uint8_t code);

// All words of a kind, for messages ("did you mean").
[[nodiscard]] std::span<const std::string_view> role_names();
[[nodiscard]] std::span<const std::string_view> purpose_names();
[[nodiscard]] std::span<const std::string_view> category_names();
[[nodiscard]] std::span<const std::string_view> stage_names();
[[nodiscard]] std::span<const std::string_view> basis_names();
[[nodiscard]] std::span<const std::string_view> urgency_names();
[[nodiscard]] std::span<const std::string_view> reason_names();

// For people: "the person's lawyer", "service needs".
[[nodiscard]] std::string_view label(Role role);
[[nodiscard]] std::string_view label(Category category);

// Sensitivity 1 (low) .. 4 (highest), DOMAIN §3.2.
[[nodiscard]] int sensitivity(Category category);
// Categories that a consent must name by themselves; a blanket tick never reaches them.
[[nodiscard]] constexpr CategorySet must_be_named() {
  return bit(Category::kIdentifiers) | bit(Category::kLocation) | bit(Category::kImmigration) |
         bit(Category::kHealth) | bit(Category::kPsych) | bit(Category::kSud) |
         bit(Category::kNarrative) | bit(Category::kOffences) | bit(Category::kPerpetrator) |
         bit(Category::kMedia);
}

// The vocabulary as canonical text (one `kind number word` per line); its SHA-256 is the vocabulary
// hash of headers.
[[nodiscard]] std::string_view canonical_vocabulary();

}  // namespace safeconduct::policies
