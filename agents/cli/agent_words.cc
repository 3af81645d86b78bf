#include "agents/cli/agent_words.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "agents/cli/agent_connection.h"
#include "policies/explain.h"
#include "policies/vocabulary.h"
#include "schemas/base/ids.h"
#include "schemas/base/suggest.h"

namespace safeconduct::cli {
namespace {

using Phrase = std::pair<std::string_view, std::string_view>;
constexpr std::array<Phrase, 8> kStates = {
    Phrase{"queued", "it waits here, safely stored"},
    Phrase{"submitted", "the broker took it and keeps it for the recipient"},
    Phrase{"delivered", "the recipient's agent was given it"},
    Phrase{"received", "the recipient signed for it"},
    Phrase{"refused", "policy or consent does not allow it; nothing left the broker"},
    Phrase{"rejected", "the recipient's agent could not accept it"},
    Phrase{"expired", "it ended before it was received"},
    Phrase{"withdrawn", "the person took the consent back"}};

void append(std::string& list, std::string_view entry) {
  if (!list.empty()) list += ", ";
  list += entry;
}

std::string reason_words(const std::string& word) {
  const auto reason = policies::reason_named(word);
  return reason ? std::string(policies::plain(*reason)) : spoken(word);
}

}  // namespace

std::string spoken(std::string_view word) {
  std::string out(word);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string state_words(std::string_view state) {
  for (const auto& [word, meaning] : kStates) {
    if (word == state) return std::string(meaning);
  }
  return "";
}

bool failed_state(std::string_view state) {
  return state == "refused" || state == "rejected" || state == "expired";
}

std::string levels_words(const Json& levels) {
  std::string out;
  if (levels.is_object()) {
    for (const auto& [category, level] : levels.items()) {
      if (level == "withheld") continue;
      append(out, spoken(category) + (level == "generalised" ? " (in part)" : ""));
    }
  }
  return out.empty() ? "nothing" : out;
}

std::string list_words(const Json& list) {
  std::string out;
  for (const Json& entry : list) {
    if (entry.is_string()) append(out, entry.get<std::string>());
  }
  return out;
}

std::string withheld_words(const Json& outcome) {
  std::vector<std::string> reasons;  // in the order in which they come up
  std::map<std::string, std::string> categories;
  if (!outcome.is_object()) return "";
  for (const auto& [category, entry] : outcome.items()) {
    const std::string reason = text_field(entry, "reason");
    if (text_field(entry, "level") != "withheld" || reason.empty()) continue;
    if (!categories.contains(reason)) reasons.push_back(reason);
    append(categories[reason], spoken(category));
  }
  std::string out;
  for (const std::string& reason : reasons) {
    out += (out.empty() ? "" : "; ") + categories[reason] + " (" + reason_words(reason) + ")";
  }
  return out;
}

std::string time_words(const std::string& rfc3339) {
  constexpr std::string_view kForm = "2026-11-24T10:00";
  if (rfc3339.size() < kForm.size()) return rfc3339;
  std::string out = rfc3339.substr(0, kForm.size());
  out[10] = ' ';
  return out + " UTC";
}

Result<Json> parse_categories(std::string_view text) {
  Json out = Json::array();
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    if (!policies::category_named(word)) {
      return invalid("unknown category `" + std::string(word) + "`" +
                     did_you_mean(word, policies::category_names()));
    }
    out.push_back(word);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

Result<std::string> parse_id(const std::string& text, std::string_view what,
                             std::string_view list_command) {
  const auto id = MessageId::parse(text);
  if (id) return id->text();
  // Not quoted: what stands in the wrong place may be about a person.
  return invalid("that is no id of a " + std::string(what) +
                 "; ids are 32 hexadecimal digits, and `" + std::string(list_command) +
                 "` shows them");
}

}  // namespace safeconduct::cli
