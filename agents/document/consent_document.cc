#include "agents/document/consent_document.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "agents/document/places.h"
#include "agents/document/strict_json.h"
#include "policies/vocabulary.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using nlohmann::json;

constexpr std::size_t kConsentBytesMax = 64 * 1024;
constexpr int kConsentNestingMax = 5;
constexpr std::array<std::string_view, 14> kKeys = {"safeconduct",
                                                    "grantor",
                                                    "given",
                                                    "expires",
                                                    "fresh_in_reflection",
                                                    "form",
                                                    "language",
                                                    "rights_told",
                                                    "capacity",
                                                    "evidence",
                                                    "scopes",
                                                    "never",
                                                    "refusal_costs_nothing_told",
                                                    "onward"};
constexpr std::array<std::string_view, 5> kScopeKeys = {"purpose", "recipients", "categories",
                                                        "named", "person_initiated"};
constexpr std::array<std::string_view, 2> kNeverKeys = {"categories", "agencies"};
constexpr std::array<std::string_view, 3> kOnwardKeys = {"allowed", "purposes", "depth"};
constexpr std::array<std::string_view, 4> kGrantors = {"self", "guardian", "court",
                                                       "alleged_abuser"};
constexpr std::array<std::string_view, 3> kMedia = {"written", "recorded", "witnessed_oral"};
constexpr std::array<std::string_view, 3> kCapacities = {"yes", "supported", "doubtful"};
constexpr std::array<std::string_view, 3> kLevels = {"full", "gen", "generalised"};

// Position in the list, from 1; `otherwise` when the key is left out.
template <std::size_t N>
Result<std::uint8_t> choice(const json& object, std::string_view key,
                            const std::array<std::string_view, N>& words, std::uint8_t otherwise) {
  TRY(word, optional_text(object, "", key));
  if (word.empty() && otherwise != 0) return otherwise;
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return unknown_word(key, word, words);
  return static_cast<std::uint8_t>(at - words.begin() + 1);
}

Result<std::vector<AgencyId>> agencies_of(const json& object, const std::string& path,
                                          std::string_view key) {
  TRY(words, optional_texts(object, path, key));
  std::vector<AgencyId> out;
  for (const std::string& word : words) {
    const auto agency = AgencyId::parse(word);
    if (!agency) {
      return invalid("`" + joined_path(path, key) + "` must list agencies of the directory");
    }
    out.push_back(*agency);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > limits::kRecipientsPerScopeMax) {
    return invalid("`" + joined_path(path, key) + "` lists too many agencies");
  }
  return out;
}

Result<CategorySet> category_set(const json& object, const std::string& path,
                                 std::string_view key) {
  TRY(words, optional_texts(object, path, key));
  CategorySet out = 0;
  for (const std::string& word : words) {
    const auto category = category_named(word);
    if (!category) return unknown_word(joined_path(path, key), word, category_names());
    out |= bit(*category);
  }
  return out;
}

Status read_categories(const json& object, const std::string& path, wire::ConsentScope& scope) {
  const auto at = object.find("categories");
  const std::string where = path + ".categories";
  if (at == object.end()) return invalid("`" + where + "` is missing: say what may be shared");
  if (*at == "everything") {
    scope.full = kAllCategories;
  } else {
    TRY_OK(only_keys(*at, where, category_names()));
    for (const auto& [word, level] : at->items()) {
      const CategorySet one = bit(*category_named(word));
      if (level == "full") {
        scope.full |= one;
      } else if (level == "gen" || level == "generalised") {
        scope.generalised |= one;
      } else {
        return unknown_word(where + "." + word, level.is_string() ? level.get<std::string>() : "",
                            kLevels);
      }
    }
    scope.named = scope.full | scope.generalised;
  }
  if ((scope.full | scope.generalised) == 0) {
    return invalid("`" + where + "` grants nothing; leave the scope out");
  }
  if (object.contains("named")) {
    TRY(named, category_set(object, path, "named"));
    if ((named & ~(scope.full | scope.generalised)) != 0) {
      return invalid("`" + path + ".named` names a category that the scope does not grant");
    }
    scope.named = named;
  }
  return {};
}

Result<wire::ConsentScope> scope_of(const json& object, const std::string& path) {
  TRY_OK(only_keys(object, path, kScopeKeys));
  wire::ConsentScope out;
  TRY(word, optional_text(object, path, "purpose"));
  const auto purpose = purpose_named(word);
  if (!purpose) return unknown_word(path + ".purpose", word, purpose_names());
  out.purpose = static_cast<std::uint8_t>(*purpose);
  TRY(recipients, agencies_of(object, path, "recipients"));
  if (recipients.empty()) {
    return invalid("`" + path + ".recipients` is missing: a consent names who may learn");
  }
  out.recipients = std::move(recipients);
  TRY_OK(read_categories(object, path, out));
  TRY(person_initiated, optional_flag(object, path, "person_initiated"));
  out.person_initiated = person_initiated;
  return out;
}

Result<std::vector<wire::ConsentScope>> scopes_of(const json& object) {
  const auto at = object.find("scopes");
  if (at == object.end() || !at->is_array() || at->empty() ||
      at->size() > limits::kScopesPerConsentMax) {
    return invalid("`scopes` must list 1 to " + std::to_string(limits::kScopesPerConsentMax) +
                   " purposes with who may learn what");
  }
  std::map<std::uint8_t, wire::ConsentScope> by_purpose;
  for (std::size_t i = 0; i < at->size(); ++i) {
    const std::string path = "scopes[" + std::to_string(i) + "]";
    TRY(scope, scope_of((*at)[i], path));
    const std::uint8_t purpose = scope.purpose;
    if (!by_purpose.emplace(purpose, std::move(scope)).second) {
      return invalid("`" + path + ".purpose` comes twice; put its recipients into one scope");
    }
  }
  std::vector<wire::ConsentScope> out;
  for (auto& [purpose, scope] : by_purpose) out.push_back(std::move(scope));
  return out;
}

Status read_never(const json& object, ConsentDocument& out) {
  const auto at = object.find("never");
  if (at == object.end()) return {};
  TRY_OK(only_keys(*at, "never", kNeverKeys));
  TRY(categories, category_set(*at, "never", "categories"));
  TRY(agencies, agencies_of(*at, "never", "agencies"));
  out.never_categories = categories;
  out.never_agencies = std::move(agencies);
  return {};
}

Status read_onward(const json& object, ConsentDocument& out) {
  const auto at = object.find("onward");
  if (at == object.end()) return {};
  TRY_OK(only_keys(*at, "onward", kOnwardKeys));
  TRY(allowed, optional_flag(*at, "onward", "allowed"));
  TRY(purposes, optional_texts(*at, "onward", "purposes"));
  const json depth = at->value("depth", json(allowed ? 2 : 1));
  if (depth != (allowed ? 2 : 1)) {
    return invalid("`onward.depth` must be 2 where onward is allowed (one further hop), else 1");
  }
  for (const std::string& word : purposes) {
    const auto purpose = purpose_named(word);
    if (!purpose) return unknown_word("onward.purposes", word, purpose_names());
    out.onward_purposes.push_back(static_cast<std::uint8_t>(*purpose));
  }
  std::sort(out.onward_purposes.begin(), out.onward_purposes.end());
  out.onward_purposes.erase(std::unique(out.onward_purposes.begin(), out.onward_purposes.end()),
                            out.onward_purposes.end());
  if (allowed == out.onward_purposes.empty()) {
    return invalid("`onward` must be allowed for named purposes, or not at all");
  }
  out.onward_depth = allowed ? 2 : 1;
  return {};
}

Result<Instant> time_of(const json& object, std::string_view key, Instant otherwise) {
  TRY(text, optional_text(object, "", key));
  if (text.empty()) return otherwise;
  const auto at = parse_rfc3339(text);
  if (!at) return invalid("`" + std::string(key) + "` must be a time (RFC 3339)");
  return *at;
}

// What makes a consent a consent (DOMAIN §3.7).
Status read_ground(const json& object, ConsentDocument& out) {
  TRY(rights, optional_flag(object, "", "rights_told"));
  if (!rights) return invalid("no consent before the person was told their rights (`rights_told`)");
  TRY(refusal, optional_flag(object, "", "refusal_costs_nothing_told"));
  if (!refusal) {
    return invalid(
        "no consent before the person was told that refusing costs them nothing "
        "(`refusal_costs_nothing_told`)");
  }
  TRY(capacity, choice(object, "capacity", kCapacities, 0));
  if (capacity == 3) {
    return invalid("a consent with doubtful capacity is none; arrange support, then ask again");
  }
  out.capacity = static_cast<Capacity>(capacity);
  TRY(grantor, choice(object, "grantor", kGrantors, 0));
  out.grantor = static_cast<wire::Grantor>(grantor);
  TRY(medium, choice(object, "form", kMedia, 1));
  out.medium = static_cast<ConsentMedium>(medium);
  TRY(language, optional_text(object, "", "language"));
  if (!language.empty() && !is_language(language)) {
    return invalid("`language` must be a language (ISO 639 code or English name)");
  }
  out.language = language;
  TRY(evidence, optional_text(object, "", "evidence"));
  out.evidence = std::move(evidence);
  return {};
}

Status read_times(const json& object, Instant now, const ConsentTimes& times,
                  ConsentDocument& out) {
  TRY(given, time_of(object, "given", now));
  TRY(expires, time_of(object, "expires", given + std::min(times.usual, times.longest)));
  if (expires <= given) return invalid("`expires` must be after `given`");
  if (expires - given > times.longest) {
    return invalid("`expires` is more than " + std::to_string(times.longest.ms / days(1).ms) +
                   " days after `given`; ask the person again then");
  }
  if (given > now + limits::kClockSkew) return invalid("`given` lies in the future");
  TRY(fresh, optional_flag(object, "", "fresh_in_reflection"));
  out.given = given;
  out.expires = expires;
  out.fresh_in_reflection = fresh;
  return {};
}

}  // namespace

Result<ConsentDocument> parse_consent(std::string_view text, Instant now,
                                      const ConsentTimes& times) {
  TRY(object, parse_strict(text, kConsentBytesMax, kConsentNestingMax));
  TRY_OK(only_keys(object, "", kKeys));
  TRY(form, optional_text(object, "", "safeconduct"));
  if (form != kConsentForm) {
    return invalid("`safeconduct` must be `" + std::string(kConsentForm) + "`");
  }
  ConsentDocument out;
  TRY_OK(read_ground(object, out));
  TRY_OK(read_times(object, now, times, out));
  TRY(scopes, scopes_of(object));
  out.scopes = std::move(scopes);
  TRY_OK(read_never(object, out));
  TRY_OK(read_onward(object, out));
  return out;
}

wire::ConsentRecord record_of(const ConsentDocument& document) {
  wire::ConsentRecord out;
  out.grantor = document.grantor;
  out.given = document.given;
  out.expires = document.expires;
  out.fresh_in_reflection = document.fresh_in_reflection;
  out.written = document.medium == ConsentMedium::kWritten;
  out.scopes = document.scopes;
  out.never_categories = document.never_categories;
  out.never_agencies = document.never_agencies;
  out.onward_depth = document.onward_depth;
  out.onward_purposes = document.onward_purposes;
  return out;
}

}  // namespace safeconduct::document
