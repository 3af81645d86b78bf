// How much of each category may travel: one level per category, packed into one word.
#pragma once

#include <cstdint>
#include <optional>

#include "policies/vocabulary.h"

namespace safeconduct::policies {

// A level for each of the 19 categories. Two bits each, as a thermometer (withheld 00, generalised
// 01, full 11), so that the lower of two is `and` and the higher is `or`. A plain value of 8 bytes.
class Levels {
 public:
  // Everything withheld.
  constexpr Levels() = default;
  [[nodiscard]] static constexpr Levels all(Level level) { return of(kAllCategories, level); }
  // `level` for the categories of the set, the others withheld.
  [[nodiscard]] static constexpr Levels of(CategorySet set, Level level) {
    const std::uint64_t low = spread(set & kAllCategories);
    switch (level) {
      case Level::kWithheld:
        return Levels{};
      case Level::kGeneralised:
        return Levels(low);
      case Level::kFull:
        return Levels(low | low << 1);
    }
    return Levels{};
  }
  // The word of an earlier word(); nothing when it is no such word.
  [[nodiscard]] static constexpr std::optional<Levels> from_word(std::uint64_t word) {
    const bool in_range = word >> (2 * kCategoryCount) == 0;
    const bool thermometer = ((word >> 1) & kLowBits & ~word) == 0;
    if (!in_range || !thermometer) return std::nullopt;
    return Levels(word);
  }

  [[nodiscard]] constexpr Level operator[](Category c) const {
    const std::uint64_t bits = word_ >> (2 * index_of(c)) & 3u;
    return bits == 3 ? Level::kFull : bits == 1 ? Level::kGeneralised : Level::kWithheld;
  }
  constexpr void set(Category c, Level level) {
    word_ &= ~(std::uint64_t{3} << (2 * index_of(c)));
    word_ |= of(bit(c), level).word_;
  }
  // The categories that are at this level or above it.
  [[nodiscard]] constexpr CategorySet at_least(Level level) const {
    switch (level) {
      case Level::kWithheld:
        return kAllCategories;
      case Level::kGeneralised:
        return gather(word_ & kLowBits);
      case Level::kFull:
        return gather(word_ >> 1 & kLowBits);
    }
    return 0;
  }
  [[nodiscard]] constexpr bool nothing() const { return word_ == 0; }
  // True when no category is above its level in `ceiling`.
  [[nodiscard]] constexpr bool within(Levels ceiling) const {
    return (word_ & ~ceiling.word_) == 0;
  }
  // 38 bits, for storing and comparing.
  [[nodiscard]] constexpr std::uint64_t word() const { return word_; }

  [[nodiscard]] friend constexpr Levels lower_of(Levels a, Levels b) {
    return Levels(a.word_ & b.word_);
  }
  [[nodiscard]] friend constexpr Levels higher_of(Levels a, Levels b) {
    return Levels(a.word_ | b.word_);
  }
  friend constexpr bool operator==(Levels, Levels) = default;

 private:
  static constexpr std::uint64_t kLowBits = 0x1555555555ULL;  // bit 0 of each of 19 pairs

  explicit constexpr Levels(std::uint64_t word) : word_(word) {}

  // Bit i to bit 2i, and back.
  static constexpr std::uint64_t spread(std::uint64_t x) {
    x = (x | x << 16) & 0x0000FFFF0000FFFFULL;
    x = (x | x << 8) & 0x00FF00FF00FF00FFULL;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0FULL;
    x = (x | x << 2) & 0x3333333333333333ULL;
    return (x | x << 1) & 0x5555555555555555ULL;
  }
  static constexpr CategorySet gather(std::uint64_t x) {
    x = (x | x >> 1) & 0x3333333333333333ULL;
    x = (x | x >> 2) & 0x0F0F0F0F0F0F0F0FULL;
    x = (x | x >> 4) & 0x00FF00FF00FF00FFULL;
    x = (x | x >> 8) & 0x0000FFFF0000FFFFULL;
    return static_cast<CategorySet>((x | x >> 16) & 0xFFFFFFFFULL);
  }

  std::uint64_t word_ = 0;
};

}  // namespace safeconduct::policies
