#include "agents/document/fhir.h"

#include <algorithm>
#include <deque>
#include <set>

#include "agents/document/bands.h"
#include "agents/document/fhir_codes.h"
#include "agents/document/fhir_resource.h"
#include "agents/document/strict_json.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using nlohmann::json;

constexpr std::size_t kFollowedMax = 200;  // resources behind one referral

class Intake {
 public:
  explicit Intake(const FhirSettings& settings) : settings_(settings) {}

  Status load(const std::map<std::string, std::string>& files) {
    for (const auto& [name, text] : files) {
      auto value = parse_strict(text, kFhirFileBytesMax, kFhirNestingMax);
      if (!value) {
        refuse(name, value.error().message);
      } else {
        add(name, std::move(value).value(), "");
      }
      if (resources_.size() > kFhirResourcesMax) {
        return invalid("more than " + std::to_string(kFhirResourcesMax) +
                       " resources; hand them in by parts");
      }
    }
    return {};
  }

  FhirIntake run() {
    for (std::size_t i = 0; i < resources_.size(); ++i) {
      if (resources_[i].type() == "Task") note_focus(i);
    }
    for (const std::string_view type : {"Task", "ServiceRequest"}) {
      for (std::size_t i = 0; i < resources_.size(); ++i) {
        if (resources_[i].type() == type && is_referral(i)) read_referral(i);
      }
    }
    for (std::size_t i = 0; i < resources_.size(); ++i) {
      FhirInput input{resources_[i].name(), resources_[i].type(), uses_[i], problems_[i], {}, {}};
      resources_[i].report(input);
      out_.inputs.push_back(std::move(input));
    }
    std::sort(out_.inputs.begin(), out_.inputs.end(),
              [](const FhirInput& a, const FhirInput& b) { return a.name < b.name; });
    std::sort(out_.referrals.begin(), out_.referrals.end(),
              [](const FhirReferral& a, const FhirReferral& b) { return a.name < b.name; });
    return std::move(out_);
  }

 private:
  void refuse(const std::string& name, std::string problem) {
    out_.inputs.push_back({name, "", FhirUse::kRefused, std::move(problem), {}, {}});
  }

  void add(const std::string& name, json value, const std::string& url) {
    if (!value.is_object() || !value.contains("resourceType") ||
        !value["resourceType"].is_string()) {
      return refuse(name, "is no FHIR resource (`resourceType` is missing)");
    }
    if (value["resourceType"] == "Bundle") return add_bundle(name, value);
    const std::size_t at = resources_.size();
    resources_.emplace_back(name, std::move(value));
    uses_.push_back(FhirUse::kUnused);
    problems_.emplace_back();
    const FhirResource& resource = resources_.back();
    const std::string id = resource.text("/id");
    if (!id.empty()) by_reference_.emplace(resource.type() + "/" + id, at);
    if (!url.empty()) by_reference_.emplace(url, at);
  }

  void add_bundle(const std::string& name, const json& bundle) {
    const auto listed = bundle.find("entry");
    if (listed == bundle.end() || !listed->is_array()) return;
    const json& entries = *listed;
    for (std::size_t i = 0; i < entries.size() && i < kFhirResourcesMax; ++i) {
      const std::string entry = name + "#entry[" + std::to_string(i) + "]";
      const auto resource = entries[i].is_object() ? entries[i].find("resource") : entries[i].end();
      if (!entries[i].is_object() || resource == entries[i].end()) {
        refuse(entry, "has no resource");
        continue;
      }
      const auto url = entries[i].find("fullUrl");
      add(entry, *resource,
          url != entries[i].end() && url->is_string() ? url->get<std::string>() : std::string());
    }
  }

  // By `Type/id`, by a URL that ends so, or by a bundle's full URL. `#id` names something
  // contained, which is left behind.
  [[nodiscard]] std::optional<std::size_t> resolve(const std::string& reference) const {
    const auto exact = by_reference_.find(reference);
    if (exact != by_reference_.end()) return exact->second;
    const std::size_t id = reference.rfind('/');
    if (id == std::string::npos || id == 0) return std::nullopt;
    const std::size_t type = reference.rfind('/', id - 1);
    if (type == std::string::npos) return std::nullopt;
    const auto tail = by_reference_.find(reference.substr(type + 1));
    return tail == by_reference_.end() ? std::nullopt : std::optional(tail->second);
  }

  [[nodiscard]] std::optional<std::size_t> target(std::size_t from, const std::string& at) const {
    const std::string reference = resources_[from].text(at + "/reference");
    return reference.empty() ? std::nullopt : resolve(reference);
  }

  // A ServiceRequest that a Task works on is that Task's referral, not one of its own.
  void note_focus(std::size_t task) {
    const auto focus = target(task, "/focus");
    if (focus && resources_[*focus].type() == "ServiceRequest") focused_.insert(*focus);
  }

  [[nodiscard]] bool is_referral(std::size_t i) const {
    const FhirResource& resource = resources_[i];
    if (resource.type() == "ServiceRequest") return !focused_.contains(i);
    const auto focus = target(i, "/focus");
    if (focus && resources_[*focus].type() == "ServiceRequest") return true;
    return resource.text("/code/coding/0/code") == "fulfill" &&
           resource.text("/focus/reference").find("ServiceRequest/") != std::string::npos;
  }

  void read_referral(std::size_t i) {
    if (is_closed(resources_[i].text("/status")) && !settings_.include_closed) {
      uses_[i] = FhirUse::kClosed;
      return;
    }
    const bool task = resources_[i].type() == "Task";
    const auto request = task ? target(i, "/focus") : std::optional(i);
    auto patient = target(i, task ? "/for" : "/subject");
    if (!patient && request) patient = target(*request, "/subject");
    if (!patient || resources_[*patient].type() != "Patient") {
      uses_[i] = FhirUse::kRefused;
      problems_[i] = "the patient it is about is not among the files";
      return;
    }
    FhirContent content;
    use(*patient);
    read_patient(resources_[*patient], content);
    if (request) {
      if (*request != i) use(*request);
      read_request(resources_[*request], content);
      follow(*request, *patient, content);
    }
    follow(i, *patient, content);
    uses_[i] = FhirUse::kReferral;
    out_.referrals.push_back({resources_[i].name(), document_for(i, request, content)});
  }

  void use(std::size_t i) {
    if (uses_[i] == FhirUse::kUnused) uses_[i] = FhirUse::kReferenced;
  }

  // What the request gives as its reasons: one step from the request, and evidence behind that
  // counts as used, though nothing is taken from it.
  void follow(std::size_t from, std::size_t patient, FhirContent& content) {
    std::deque<std::pair<std::size_t, bool>> open;  // resource, whether it gives content
    std::set<std::size_t> seen{from};
    const auto enqueue = [&](std::size_t i, bool gives) {
      for (const std::string& reference : references_of(resources_[i].value())) {
        const auto next = resolve(reference);
        if (next && seen.size() < kFollowedMax && seen.insert(*next).second) {
          open.emplace_back(*next, gives);
        }
      }
    };
    enqueue(from, true);
    while (!open.empty()) {
      const auto [i, gives] = open.front();
      open.pop_front();
      const std::string type = resources_[i].type();
      if (type == "Task" || type == "ServiceRequest") continue;  // another referral
      use(i);
      if (type == "Patient") continue;
      if (gives && is_about(i, patient)) {
        if (type == "RelatedPerson") read_related_person(resources_[i], content);
        read_coded(resources_[i], content);
      }
      enqueue(i, false);
    }
  }

  // Of this person and of nobody else: not another patient's, not a relative's in their record.
  [[nodiscard]] bool is_about(std::size_t i, std::size_t patient) const {
    const FhirResource& resource = resources_[i];
    const char* at = resource.type() == "RelatedPerson" ? "/patient" : "/subject";
    return target(i, at) == patient && resource.count("/focus") == 0;
  }

  static std::vector<std::string> references_of(const json& value) {
    std::vector<std::string> out;
    if (!value.is_structured()) return out;
    for (const auto& [key, child] : value.items()) {
      if (key == "contained" || key == "text" || key == "extension") continue;
      if (key == "reference" && child.is_string()) out.push_back(child.get<std::string>());
      for (std::string& below : references_of(child)) out.push_back(std::move(below));
    }
    return out;
  }

  // The first code that asks for a purpose which has a route.
  [[nodiscard]] Purpose purpose_of(std::optional<std::size_t> request) const {
    if (!request) return settings_.purpose;
    std::vector<json> concepts;
    const json& value = resources_[*request].value();
    if (value.contains("code")) concepts.push_back(value["code"]);
    for (const json& category : value.value("category", json::array())) {
      concepts.push_back(category);
    }
    for (const json& one : concepts) {
      const FhirResource holder("", one);
      for (std::size_t i = 0; i < holder.count("/coding"); ++i) {
        const std::string coding = "/coding/" + std::to_string(i);
        const auto purpose = purpose_of_code(
            short_code(holder.text(coding + "/system"), holder.text(coding + "/code")));
        if (purpose && settings_.routes.contains(*purpose)) return *purpose;
      }
    }
    return settings_.purpose;
  }

  ReferralDocument document_for(std::size_t i, std::optional<std::size_t> request,
                                const FhirContent& content) {
    ReferralDocument out;
    out.as = settings_.as;
    out.basis = settings_.basis;
    out.purpose = purpose_of(request);
    const auto route = settings_.routes.find(out.purpose);
    const FhirRoute& way = route == settings_.routes.end() ? settings_.route : route->second;
    out.to = way.to;
    out.to_role = way.to_role;
    if (out.basis == Basis::kConsent) out.consent = way.consent;
    auto urgency = urgency_of(resources_[i].text("/priority"));
    if (!urgency && request) urgency = urgency_of(resources_[*request].text("/priority"));
    out.urgency = urgency.value_or(settings_.urgency);
    if (const auto end = parse_rfc3339(resources_[i].text("/restriction/period/end"))) {
      out.content_end = *end;
      resources_[i].mark("/restriction/period/end");
    }
    if (urgency) resources_[i].mark("/priority");
    out.content = content.canonical();
    const std::string& demographics = out.content[index_of(Category::kDemographics)];
    if (!demographics.empty()) {
      const auto birth = parse_date(json::parse(demographics).value("birthdate", ""));
      if (birth && age_at(*birth, settings_.now) < 18) {
        out.circumstances = static_cast<std::uint16_t>(Circumstance::kMinor);
      }
    }
    return out;
  }

  const FhirSettings& settings_;
  std::vector<FhirResource> resources_;
  std::vector<FhirUse> uses_;
  std::vector<std::string> problems_;
  std::map<std::string, std::size_t> by_reference_;
  std::set<std::size_t> focused_;
  FhirIntake out_;
};

bool lacks_consent(const FhirRoute& route) {
  return !route.consent;
}

}  // namespace

Result<FhirIntake> read_fhir(const std::map<std::string, std::string>& files,
                             const FhirSettings& settings) {
  const bool any = lacks_consent(settings.route) ||
                   std::any_of(settings.routes.begin(), settings.routes.end(),
                               [](const auto& route) { return lacks_consent(route.second); });
  if (settings.basis == Basis::kConsent && any) {
    return invalid("a route names no consent; record the person's consent first, then name it");
  }
  Intake intake(settings);
  TRY_OK(intake.load(files));
  return intake.run();
}

std::string_view label(FhirUse use) {
  switch (use) {
    case FhirUse::kReferral:
      return "referral";
    case FhirUse::kClosed:
      return "closed referral";
    case FhirUse::kReferenced:
      return "not a referral, used by reference";
    case FhirUse::kUnused:
      return "not a referral, not used";
    case FhirUse::kRefused:
      return "refused";
  }
  return "refused";
}

}  // namespace safeconduct::document
