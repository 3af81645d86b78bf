#include "agents/services/codes.h"

#include <algorithm>
#include <array>

#include "agents/document/strict_json.h"
#include "agents/document/words.h"
#include "policies/vocabulary.h"

namespace safeconduct::services {
namespace {

constexpr std::array<std::string_view, 4> kFor = {"women", "men", "others", "children"};
constexpr std::array<std::string_view, 5> kKinds = {"purpose", "gives", "for", "accessibility",
                                                    "district"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

template <class Bits>
std::vector<std::string_view> words_of(Bits bits, std::span<const std::string_view> words) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((bits >> i & 1U) != 0) out.push_back(words[i]);
  }
  return out;
}

template <class Bits>
Result<Bits> bit_of(std::string_view kind, std::string_view word,
                    std::span<const std::string_view> words) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return document::unknown_word(kind, word, words);
  return static_cast<Bits>(Bits{1} << (at - words.begin()));
}

std::string clock(std::uint16_t minutes) {
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minutes / 60U) + ":" + two(minutes % 60U);
}

// `Mon-Fri, Sun`: days that follow each other as a span.
std::string days_words(std::uint8_t days) {
  std::string out;
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if ((days >> i & 1U) == 0) continue;
    std::size_t end = i;
    while (end + 1 < kDays.size() && (days >> (end + 1) & 1U) != 0) end += 1;
    out += (out.empty() ? "" : ", ") + std::string(kDays[i]);
    if (end > i) out += "-" + std::string(kDays[end]);
    i = end;
  }
  return out;
}

}  // namespace

Result<std::uint32_t> gives_bit(std::string_view word) {
  return bit_of<std::uint32_t>("gives", word, document::words::kServices);
}
Result<std::uint16_t> accessibility_bit(std::string_view word) {
  return bit_of<std::uint16_t>("accessibility", word, document::words::kAccessibility);
}
Result<std::uint8_t> for_bit(std::string_view word) {
  return bit_of<std::uint8_t>("for", word, kFor);
}
std::vector<std::string_view> gives_words(std::uint32_t bits) {
  return words_of(bits, document::words::kServices);
}
std::vector<std::string_view> accessibility_words(std::uint16_t bits) {
  return words_of(bits, document::words::kAccessibility);
}
std::vector<std::string_view> for_words(std::uint8_t bits) {
  return words_of(bits, kFor);
}

Status put_code(wire::ServiceOffer& offer, std::string_view code) {
  const std::size_t colon = code.find(':');
  const std::string_view kind = code.substr(0, std::min(colon, code.size()));
  const std::string_view word = colon == std::string_view::npos ? "" : code.substr(colon + 1);
  if (kind == "purpose") {
    const auto purpose = policies::purpose_named(word);
    if (!purpose) return document::unknown_word("purpose", word, policies::purpose_names());
    const auto number = static_cast<std::uint8_t>(*purpose);
    if (offer.purpose != 0 && offer.purpose != number) {
      return invalid("a service has one `purpose`; list it twice for two");
    }
    offer.purpose = number;
  } else if (kind == "gives") {
    TRY(bit, gives_bit(word));
    offer.gives |= bit;
  } else if (kind == "for") {
    TRY(bit, for_bit(word));
    offer.for_whom |= bit;
  } else if (kind == "accessibility") {
    TRY(bit, accessibility_bit(word));
    offer.accessibility |= bit;
  } else if (kind == "district") {
    if (word.empty() || !wire::is_district(word)) {
      return invalid(
          "`district` must be at most 32 of a-z, 0-9 and -; it names an area, never an "
          "address");
    }
    offer.district = word;
  } else {
    return document::unknown_word("code", kind, kKinds);
  }
  return {};
}

std::string hours_words(const std::vector<wire::OpenHours>& hours) {
  std::string out;
  for (const wire::OpenHours& one : hours) {
    const bool whole_day = one.opens == 0 && one.closes == wire::kDayMinutes;
    out += out.empty() ? "" : "; ";
    if (whole_day && one.days == 127) {
      out += "always";
      continue;
    }
    out += days_words(one.days) + " " +
           (whole_day ? "all day" : clock(one.opens) + "-" + clock(one.closes));
  }
  return out;
}

}  // namespace safeconduct::services
