#include "agents/document/generalise.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "agents/document/bands.h"
#include "agents/document/fields.h"
#include "agents/document/places.h"
#include "schemas/base/check.h"
#include "schemas/base/limits.h"

namespace safeconduct::document {
namespace {

using nlohmann::json;
using policies::Category;
using policies::Purpose;

constexpr Duration kProphylaxis = hours(72);  // DOMAIN §3.4
constexpr std::size_t kNamePartMin = 3;       // shorter parts are initials and particles

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Whether `text` holds a word of `name` that could tell it.
bool tells(std::string_view text, std::string_view name) {
  const std::string within = lowered(text);
  const std::string words = lowered(name) + " ";
  std::size_t start = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != ' ' && words[i] != '-') continue;
    const std::string part = words.substr(start, i - start);
    start = i + 1;
    if (part.size() >= kNamePartMin && within.find(part) != std::string::npos) return true;
  }
  return within == lowered(name);
}

class Generaliser {
 public:
  Generaliser(const json& full, const GeneraliseContext& context)
      : full_(full), context_(context) {}

  json run(std::span<const Field> fields) {
    for (const Field& field : fields) {
      const auto at = full_.find(std::string(field.name));
      if (at != full_.end()) apply(field, *at, std::string(target_of(field)));
    }
    return std::move(out_);
  }

 private:
  static std::string_view target_of(const Field& field) {
    return field.into.empty() ? field.name : field.into;
  }

  void apply(const Field& field, const json& value, const std::string& into) {
    switch (field.rule) {
      case Rule::kNothing:
        return;
      case Rule::kItself:
        return keep(value, into);
      case Rule::kAlias:
        return alias(value, into);
      case Rule::kAgeBand:
        return age(value, into);
      case Rule::kMinor:
        return minor(value.get<std::string>());
      case Rule::kGender:
        if (gender_specific(context_.purpose)) out_[into] = value;
        return;
      case Rule::kRegion:
        return word(region_of(value.get_ref<const std::string&>()), into);
      case Rule::kLanguageGroup:
        return word(language_group_of(value.get_ref<const std::string&>()), into);
      case Rule::kCountBand:
        return word(count_band(value.get<std::int64_t>()), into);
      case Rule::kAmountBand:
        return word(amount_band(value.get<std::int64_t>()), into);
      case Rule::kIncomeBand:
        return word(income_band(value.get<std::int64_t>()), into);
      case Rule::kDurationBand:
        return word(duration_band(value.get<std::int64_t>()), into);
      case Rule::kTopLevelType:
        return types(value, into);
      case Rule::kDistrictOf:
        return districts(field, value, into);
      case Rule::kYesNo:
        return word(value.get<bool>() ? "yes" : "no", into);
      case Rule::kNextDate:
        return next_date(value, into);
      case Rule::kDeadline:
        return deadline(instant_of(value) + kProphylaxis, into);
      case Rule::kPregnancy:
        if (value == "yes") add("needs_midwife", into);
        return;
      case Rule::kEligible:
        if (context_.purpose != Purpose::kEmploymentTraining) out_[into] = value;
        return;
      case Rule::kMayWork:
        if (context_.purpose == Purpose::kEmploymentTraining) out_[into] = value;
        return;
      case Rule::kChildren:
        return children(value, into);
      case Rule::kAdults:
        return adults(value, into);
      case Rule::kRelayOnly:
        return word("advocate", into);
    }
  }

  static Instant instant_of(const json& value) {
    const auto at = parse_rfc3339(value.get_ref<const std::string&>());
    SC_CHECK(at.has_value());
    return *at;
  }

  void word(std::string_view text, const std::string& into) {
    if (!text.empty()) out_[into] = text;
  }

  // Adds to a list of words, each once, sorted: order would tell something too.
  void add(std::string_view text, const std::string& into) {
    std::set<std::string> all{std::string(text)};
    if (out_.contains(into)) {
      for (const json& item : out_[into]) all.insert(item.get<std::string>());
    }
    out_[into] = all;
  }

  void keep(const json& value, const std::string& into) {
    if (value.is_array()) {
      for (const json& item : value) add(item.get_ref<const std::string&>(), into);
    } else if (into == "clinical_deadline") {
      deadline(instant_of(value), into);
    } else {
      out_[into] = value;
    }
  }

  void alias(const json& value, const std::string& into) {
    const auto& chosen = value.get_ref<const std::string&>();
    for (const char* key : {"first_name", "second_name"}) {
      const auto at = full_.find(key);
      if (at != full_.end() && tells(chosen, at->get_ref<const std::string&>())) return;
    }
    for (const json& other : full_.value("other_names", json::array())) {
      if (tells(chosen, other.get_ref<const std::string&>())) return;
    }
    out_[into] = chosen;
  }

  // A birth date is better than an age; fields come in that order.
  void age(const json& value, const std::string& into) {
    if (out_.contains(into)) return;
    int years = -1;
    if (value.is_number_integer()) {
      years = value.get<int>();
    } else if (const auto birth = parse_date(value.get_ref<const std::string&>())) {
      years = age_at(*birth, context_.created);
    }
    out_[into] = age_band(years);
    if (years >= 0) minor(years < context_.majority ? "yes" : "no");
  }

  // Doubt counts for the child: yes beats presumed beats no.
  void minor(std::string_view answer) {
    const std::string before = out_.value("is_minor", "");
    for (const std::string_view strongest : {"yes", "presumed", "no"}) {
      if (answer == strongest || before == strongest) {
        out_["is_minor"] = strongest;
        return;
      }
    }
  }

  void types(const json& value, const std::string& into) {
    if (value.is_boolean()) {
      if (value.get<bool>()) add("criminal", into);
      return;
    }
    for (const json& type : value) {
      add(top_level_type(type.get_ref<const std::string&>()), into);
    }
  }

  // The named district beats the state; a district that tells the shelter is none.
  void districts(const Field& field, const json& value, const std::string& into) {
    if (value.is_array()) {
      for (const json& place : value) {
        const std::string district = place.value("district", "");
        if (!district.empty() && !tells_shelter(district)) add(district, into);
      }
      return;
    }
    if (tells_shelter(value.get_ref<const std::string&>())) return;
    if (field.name == into || !out_.contains(into)) out_[into] = value;
  }

  [[nodiscard]] bool tells_shelter(std::string_view district) const {
    const auto shelter = full_.find("shelter_name");
    return shelter != full_.end() &&
           lowered(district).find(lowered(shelter->get_ref<const std::string&>())) !=
               std::string::npos;
  }

  void next_date(const json& value, const std::string& into) {
    std::vector<Instant> coming;
    for (const json& item : value) {
      const Instant at = instant_of(item);
      if (at >= context_.created) coming.push_back(at);
    }
    const auto next = std::min_element(coming.begin(), coming.end());
    if (next != coming.end()) out_[into] = to_text(date_of(*next));
  }

  // The earlier of two.
  void deadline(Instant at, const std::string& into) {
    if (out_.contains(into)) at = std::min(at, instant_of(out_[into]));
    out_[into] = to_rfc3339(at);
  }

  void children(const json& value, const std::string& into) {
    std::int64_t count = 0;
    for (const json& child : value) {
      if (!child.value("accompanying", true)) continue;
      ++count;
      int years = child.value("age", -1);
      if (const auto birth = parse_date(child.value("birthdate", ""))) {
        years = age_at(*birth, context_.created);
      }
      add(age_band(years), "children_age_bands");
    }
    out_[into] = count_band(count);
  }

  void adults(const json& value, const std::string& into) {
    const auto comes = [](const json& relative) { return relative.value("accompanying", false); };
    out_[into] = count_band(std::count_if(value.begin(), value.end(), comes));
  }

  const json& full_;
  const GeneraliseContext& context_;
  json out_ = json::object();
};

}  // namespace

std::string generalised(Category category, std::string_view full,
                        const GeneraliseContext& context) {
  const Form& form = form_of(category);
  if (form.generalised.empty() || full.empty()) return {};
  const json value = json::parse(full, nullptr, false);
  SC_CHECK(value.is_object());
  json out = Generaliser(value, context).run(form.full);
  if (category == Category::kDemographics && context.presumed_minor &&
      out.value("is_minor", "no") == "no") {
    out["is_minor"] = "presumed";
  }
  return out.empty() ? std::string() : out.dump();
}

}  // namespace safeconduct::document
