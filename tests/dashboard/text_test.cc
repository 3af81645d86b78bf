// Every word that the ledger can hold is a word on the screen, in every language.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>

#include "broker/dashboard/people.h"
#include "broker/dashboard/projection/words.h"
#include "policies/vocabulary.h"
#include "tests/rig/process.h"

using namespace safeconduct;
using Json = nlohmann::json;

namespace {

Json text_of_language(const std::string& code) {
  return Json::parse(rig::read_text(std::string(SAFECONDUCT_SOURCE) +
                                    "/broker/dashboard/web/text/" + code + ".json"));
}

bool is_plural(const Json& json) {
  return json.is_object() && json.contains("other") && json["other"].is_string();
}

// Every key with what it must hold: the names in braces.
void gather(const Json& json, const std::string& at,
            std::map<std::string, std::set<std::string>>& out) {
  if (json.is_object() && !is_plural(json)) {
    for (const auto& [key, value] : json.items()) gather(value, at + "." + key, out);
    return;
  }
  const std::string text = is_plural(json) ? json["other"].get<std::string>() : json.dump();
  std::set<std::string>& names = out[at];
  for (std::size_t open = text.find('{'); open != std::string::npos;
       open = text.find('{', open + 1)) {
    names.insert(text.substr(open, text.find('}', open) - open + 1));
  }
}

std::map<std::string, std::set<std::string>> gathered(const Json& json) {
  std::map<std::string, std::set<std::string>> out;
  gather(json, "", out);
  return out;
}

}  // namespace

TEST_CASE("Five languages say the same things with the same values in them") {
  const auto english = gathered(text_of_language("en"));
  CHECK(english.size() > 300);
  for (const std::string code : {"es", "fr", "ar", "ro"}) {
    const auto other = gathered(text_of_language(code));
    CAPTURE(code);
    CHECK(other.size() == english.size());
    for (const auto& [key, names] : english) {
      CAPTURE(key);
      REQUIRE(other.contains(key));
      CHECK(other.at(key) == names);
    }
  }
  CHECK(text_of_language("ar")["direction"] == "rtl");
}

TEST_CASE("Every word of the vocabulary has its place on the screen") {
  const Json text = text_of_language("en");
  const auto all_there = [&](const std::string& group, auto names) {
    for (const std::string_view name : names) {
      CAPTURE(group, name);
      CHECK(text.at(group).contains(std::string(name)));
    }
  };
  all_there("purpose", policies::purpose_names());
  all_there("urgency", policies::urgency_names());
  all_there("basis", policies::basis_names());
  all_there("agency_role", policies::role_names());
  for (std::size_t i = 0; i <= dashboard::kStates; ++i) {
    const auto state = static_cast<dashboard::State>(i);
    CHECK(text["state"].contains(std::string(name(state))));
    CHECK(dashboard::state_named(name(state)) == state);
  }
  for (const auto tile : dashboard::kAllTiles)
    CHECK(text["tile"].contains(std::string(name(tile))));
  for (unsigned i = 1; i < 255; ++i) {
    const auto number = static_cast<std::uint8_t>(i);
    if (!dashboard::is_known_event(number)) continue;
    const std::string word(name(static_cast<dashboard::EventKind>(number)));
    CAPTURE(word);
    CHECK(text["event"].contains(word));
  }
  for (unsigned i = 1; i <= static_cast<unsigned>(wire::kLastDeclineReason); ++i) {
    const auto reason = static_cast<wire::DeclineReason>(i);
    CHECK(text["reason"].contains(std::string(wire::name(reason))));
  }
}
