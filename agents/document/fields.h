// The fields of each category of content: one table that drives parsing, generalising, the
// published schema and the recipient's check (DOMAIN §3.2). Names are those of IOM's Human
// Trafficking Case Data Standard where it has the field, in lower case and without the prefix.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "policies/vocabulary.h"

namespace safeconduct::document {

enum class Kind : std::uint8_t {
  kText,       // one line of a person's own words or of a name, 1..kTextBytesMax bytes
  kStory,      // any length up to kStoryBytesMax
  kShortName,  // an alias, or a district: no room for a number, a street or an address
  kCode,       // one word of a closed list
  kDate,       // YYYY-MM-DD
  kInstant,    // RFC 3339
  kInteger,    // min..max
  kBoolean,
  kCountry,   // ISO 3166 alpha-2, alpha-3 or the English name
  kLanguage,  // ISO 639 code, with a region or not, or the English name
  kTexts,     // lists of the above
  kShortNames,
  kCodes,
  kInstants,
  kObjects,  // list of objects with fields of their own
};

inline constexpr std::size_t kTextBytesMax = 400;
inline constexpr std::size_t kShortNameBytesMax = 80;
inline constexpr std::size_t kStoryBytesMax = 48 * 1024;  // fits a slot with its neighbours
inline constexpr std::size_t kListMax = 32;

// What is left of a field in the generalised form. Text is never made into anything (invariant
// 10).
enum class Rule : std::uint8_t {
  kNothing,
  kItself,         // a coded value that is harmless as it is
  kAlias,          // the name that the person chose, unless it tells the legal one
  kAgeBand,        // birth date or age: age band and is_minor
  kMinor,          // yes, no or presumed
  kGender,         // only for a service that is for one gender
  kRegion,         // country: UN M49 region
  kLanguageGroup,  // language: its group
  kCountBand,      // 0, 1, 2-3, 4+
  kAmountBand,     // money
  kIncomeBand,     // money in a month
  kDurationBand,   // months
  kTopLevelType,   // exploitation: sexual, labour, domestic, criminal, other
  kDistrictOf,     // list of places: their districts
  kYesNo,          // boolean: yes or no
  kNextDate,       // list of instants: the next one, as a date
  kDeadline,       // time of an assault: until when care must begin
  kPregnancy,      // yes: needs a midwife
  kEligible,       // an answer to "may this service be given", unless the question is work
  kMayWork,        // an answer to "may the person work", when that is the question
  kChildren,       // those who come along: how many, which age bands
  kAdults,         // relatives who come along: how many
  kRelayOnly,      // any way to reach the person: through the advocate
};

struct Field {
  std::string_view name;
  Kind kind = Kind::kText;
  std::string_view meaning;  // one line for the published schema
  Rule rule = Rule::kNothing;
  std::string_view into{};  // the generalised field; empty: the same name, or none
  std::span<const std::string_view> words{};
  std::span<const Field> fields{};
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view htcds{};  // the field of HTCDS 2.0 that this is
};

struct Form {
  policies::Category category{};
  std::span<const Field> full;
  std::span<const Field> generalised;  // empty: the category has no generalised form
};

[[nodiscard]] const Form& form_of(policies::Category category);
// The fields that a slot of this level may hold; none for withheld.
[[nodiscard]] std::span<const Field> fields_of(policies::Category category, policies::Level level);
// Nothing when the category has no such field.
[[nodiscard]] const Field* field_named(std::span<const Field> fields, std::string_view name);
[[nodiscard]] bool is_list(Kind kind);

// The pieces of the table, by subject.
[[nodiscard]] std::span<const Form> person_forms();
[[nodiscard]] std::span<const Form> care_forms();
[[nodiscard]] std::span<const Form> case_forms();

}  // namespace safeconduct::document
