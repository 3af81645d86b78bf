#include "policies/scenario_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "schemas/base/suggest.h"

namespace safeconduct::policies {
namespace {

using Json = nlohmann::json;
using Keys = std::vector<std::string_view>;

// Deeper than the form goes; what is deeper is dropped while reading and refused.
constexpr int kDepthMax = 8;

std::string_view without_prefix(std::string_view word, std::string_view prefix) {
  return word.starts_with(prefix) ? word.substr(prefix.size()) : word;
}

// Reads the fields of one object of one case; the first thing that is wrong is kept.
class Fields {
 public:
  Fields(const Json& object, std::string where, const Keys& known)
      : object_(object), where_(std::move(where)) {
    if (!object.is_object()) {
      wrong("is not an object");
      return;
    }
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      wrong("has the unknown key `" + key.substr(0, 40) + "`" + did_you_mean(key, known));
    }
  }

  const Json* find(std::string_view key) const {
    if (!object_.is_object()) return nullptr;
    const auto at = object_.find(key);
    return at == object_.end() || at->is_null() ? nullptr : &*at;
  }
  const Json* need(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) wrong("lacks `" + std::string(key) + "`");
    return value;
  }
  std::string text(std::string_view key, std::string otherwise = "") {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (value->is_string()) return value->get<std::string>();
    wrong(key, "a text");
    return otherwise;
  }
  bool boolean(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) wrong(key, "true or false");
    return value->is_boolean() && value->get<bool>();
  }
  int number(std::string_view key, int otherwise) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    const bool fits = value->is_number_unsigned() && value->get<std::uint64_t>() <= 255;
    if (!fits) wrong(key, "a whole number up to 255");
    return fits ? value->get<int>() : otherwise;
  }
  std::vector<std::string> words(std::string_view key, std::string_view prefix = "") {
    std::vector<std::string> out;
    const Json* value = find(key);
    if (value == nullptr) return out;
    bool sound = value->is_array();
    for (const Json& word : sound ? *value : Json::array()) {
      sound = sound && word.is_string();
      if (sound) out.emplace_back(without_prefix(word.get_ref<const std::string&>(), prefix));
    }
    if (!sound) wrong(key, "a list of texts");
    return out;
  }
  // Category and letter, W, G or F.
  std::vector<std::pair<std::string, Level>> levels(std::string_view key) {
    std::vector<std::pair<std::string, Level>> out;
    const Json* value = find(key);
    if (value == nullptr) return out;
    if (!value->is_object()) {
      wrong(key, "an object of category and level");
      return out;
    }
    for (const auto& [word, letter] : value->items()) {
      const std::string category(without_prefix(word, "cat."));
      const auto level = level_of(letter);
      if (!level) wrong("has for `" + category.substr(0, 40) + "` no level W, G or F");
      out.emplace_back(category, level.value_or(Level::kWithheld));
    }
    return out;
  }

  void wrong(const std::string& what) {
    if (!error_) error_ = invalid(where_ + " " + what);
  }
  Status finish() const { return error_ ? Status(*error_) : Status(); }

 private:
  static std::optional<Level> level_of(const Json& letter) {
    if (letter == "W") return Level::kWithheld;
    if (letter == "G") return Level::kGeneralised;
    if (letter == "F") return Level::kFull;
    return std::nullopt;
  }
  void wrong(std::string_view key, std::string_view what) {
    wrong("has in `" + std::string(key) + "` something else than " + std::string(what));
  }

  const Json& object_;
  std::string where_;
  std::optional<Error> error_;
};

Result<ScenarioConsent> read_consent(const Json& json, const std::string& where) {
  Fields f(json, where + ": consent",
           {"purposes", "recipients", "full", "gen", "grantor", "person_initiated",
            "fresh_in_reflection", "oral", "expired", "withdrawn"});
  ScenarioConsent out;
  out.purposes = f.words("purposes", "pur.");
  out.recipients = f.words("recipients");
  out.full = f.words("full", "cat.");
  out.gen = f.words("gen", "cat.");
  out.grantor = f.text("grantor", "self");
  out.person_initiated = f.boolean("person_initiated");
  out.fresh_in_reflection = f.boolean("fresh_in_reflection");
  out.oral = f.boolean("oral");
  out.expired = f.boolean("expired");
  out.withdrawn = f.boolean("withdrawn");
  TRY_OK(f.finish());
  return out;
}

Status read_flags(const Json& json, const std::string& where, Scenario& out) {
  Fields f(json, where + ": flags",
           {"reflection", "coi", "no_agreement", "protection_claim", "minor", "hop", "prior"});
  out.reflection = f.boolean("reflection");
  out.conflict = f.boolean("coi");
  out.no_agreement = f.boolean("no_agreement");
  out.protection_claim = f.boolean("protection_claim");
  out.minor = f.boolean("minor");
  out.hop = f.number("hop", 1);
  if (f.find("prior") != nullptr) out.prior = f.levels("prior");
  return f.finish();
}

Result<Scenario> read_msg(const Json& json, const std::string& where) {
  Fields f(json, where + ": msg",
           {"sender", "role", "purpose", "agency", "stage", "basis", "urgency", "consent", "never",
            "flags"});
  Scenario out;
  for (const char* key : {"sender", "role", "purpose"}) static_cast<void>(f.need(key));
  out.sender = without_prefix(f.text("sender"), "role.");
  out.role = without_prefix(f.text("role"), "role.");
  out.purpose = without_prefix(f.text("purpose"), "pur.");
  out.agency = f.text("agency");
  out.stage = f.text("stage");
  out.basis = f.text("basis");
  out.urgency = f.text("urgency");
  out.never = f.words("never", "cat.");
  TRY_OK(f.finish());
  if (const Json* consent = f.find("consent")) {
    TRY(read, read_consent(*consent, where));
    out.consent = std::move(read);
  }
  if (const Json* flags = f.find("flags")) TRY_OK(read_flags(*flags, where, out));
  return out;
}

Status read_result(const Json& json, const std::string& where, ScenarioCase& out) {
  Fields f(json, where + ": result", {"deliver", "reason", "levels", "duties"});
  static_cast<void>(f.need("deliver"));
  out.deliver = f.boolean("deliver");
  const std::string reason = f.text("reason");
  const std::string word(without_prefix(reason, "wh."));
  if (const auto named = reason_named(word)) out.reason = *named;
  if (out.reason == kNoReason && !reason.empty()) {
    f.wrong("has the unknown reason `" + word.substr(0, 40) + "`" +
            did_you_mean(word, reason_names()));
  }
  if (out.deliver && out.reason != kNoReason) f.wrong("delivers, and yet gives a reason");
  if (f.find("duties") != nullptr) out.duties = f.words("duties");
  for (const auto& [category, level] : f.levels("levels")) {
    const auto named = category_named(category);
    if (named) out.levels.emplace_back(*named, level);
    if (!named) {
      f.wrong("has the unknown category `" + category.substr(0, 40) + "`" +
              did_you_mean(category, category_names()));
    }
  }
  return f.finish();
}

Result<ScenarioCase> read_case(const Json& json, std::size_t place) {
  const std::string numbered = "case " + std::to_string(place);
  Fields f(json, numbered, {"id", "title", "why", "expect", "note", "msg", "result"});
  ScenarioCase out;
  static_cast<void>(f.need("id"));
  out.id = f.text("id");
  out.title = f.text("title");
  TRY_OK(f.finish());
  const std::string where = numbered + " `" + out.id.substr(0, 40) + "`";
  Fields named(json, where, {"id", "title", "why", "expect", "note", "msg", "result"});
  const Json* msg = named.need("msg");
  const Json* result = named.need("result");
  TRY_OK(named.finish());
  TRY(scenario, read_msg(*msg, where));
  out.msg = std::move(scenario);
  TRY_OK(read_result(*result, where, out));
  // Unknown categories, grantors and hops are found now, not when the case runs.
  if (const auto subject = to_case(out.msg); !subject) {
    return invalid(where + ": " + subject.error().message);
  }
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word.substr(0, 60);
  return out.empty() ? "none" : out;
}

std::string told(const Decision& decision) {
  if (decision.deliver) return "delivered";
  return "refused for " + std::string(name(decision.reason));
}

std::string difference(const CompiledPolicy& policy, const ScenarioCase& wanted,
                       const Decision& found) {
  const std::string by = policy.rule_names(found.rules);
  const std::string decided = by.empty() ? "" : ", by " + by;
  if (wanted.deliver != found.deliver || wanted.reason != found.reason) {
    Decision expected;
    expected.deliver = wanted.deliver;
    expected.reason = wanted.reason;
    const bool any = !wanted.deliver && wanted.reason == kNoReason;
    if (any && !found.deliver) return "";
    return "expected to be " + (any ? "refused" : told(expected)) + ", but is " + told(found) +
           decided;
  }
  std::string out;
  for (const auto& [category, level] : wanted.levels) {
    const Level got = found.levels[category];
    if (got == level) continue;
    if (!out.empty()) out += "; ";
    out += std::string(name(category)) + " expected " + std::string(name(level)) + ", but is " +
           std::string(name(got));
    const Reason why = found.reasons[index_of(category)];
    if (got < level && why != kNoReason) out += " because of " + std::string(name(why));
  }
  if (wanted.duties && found.deliver) {
    std::vector<std::string> duties;
    for (const Obligation& o : obligations_of(policy, found)) duties.push_back(words(o.what));
    if (duties != *wanted.duties) {
      out += (out.empty() ? "" : "; ") + ("the duties are " + listed(duties));
      out += ", expected " + listed(*wanted.duties);
    }
  }
  return out.empty() ? "" : out + decided;
}

}  // namespace

Result<std::vector<ScenarioCase>> read_scenarios(std::string_view json) {
  if (json.size() > kScenarioBytesMax) {
    return invalid("the table of cases is larger than 4 MiB; split it");
  }
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDepthMax;
    return depth <= kDepthMax;
  };
  const Json cases = Json::parse(json, shallow, false);
  if (cases.is_discarded()) return invalid("the table of cases is not JSON; check its commas");
  if (too_deep || !cases.is_array()) {
    return invalid("the table of cases is not a list of objects {id, title, msg, result}");
  }
  if (cases.size() > kScenariosMax) return invalid("the table has more than 10000 cases; split it");
  std::vector<ScenarioCase> out;
  std::set<std::string> ids;
  for (const Json& entry : cases) {
    TRY(read, read_case(entry, out.size() + 1));
    if (!ids.insert(read.id).second) {
      return invalid("case " + std::to_string(out.size() + 1) + " `" + read.id.substr(0, 40) +
                     "` has an id that was used before; give it another");
    }
    out.push_back(std::move(read));
  }
  return out;
}

std::vector<ScenarioOutcome> run_scenarios(const CompiledPolicy& policy,
                                           const std::vector<ScenarioCase>& cases) {
  std::vector<ScenarioOutcome> out;
  for (const ScenarioCase& wanted : cases) {
    ScenarioOutcome& outcome = out.emplace_back();
    outcome.id = wanted.id;
    outcome.title = wanted.title;
    const auto subject = to_case(wanted.msg);
    outcome.differs =
        subject ? difference(policy, wanted, decide(policy, *subject)) : subject.error().message;
    outcome.passed = outcome.differs.empty();
  }
  return out;
}

}  // namespace safeconduct::policies
