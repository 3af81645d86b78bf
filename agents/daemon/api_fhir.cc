#include "agents/daemon/api_fhir.h"

#include <algorithm>
#include <array>

#include "policies/vocabulary.h"
#include "schemas/base/suggest.h"

namespace safeconduct::agent {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"files", "settings"};
constexpr std::array<std::string_view, 9> kSettings = {
    "as", "to", "to_role", "purpose", "consent", "basis", "urgency", "include_closed", "routes"};
constexpr std::array<std::string_view, 3> kRouteKeys = {"to", "to_role", "consent"};

Status only(const Json& object, std::string_view where, std::span<const std::string_view> known) {
  if (!object.is_object()) return invalid("`" + std::string(where) + "` must be an object");
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return invalid("`" + std::string(where) + "` has a key that is not known here" +
                     did_you_mean(key, known));
    }
  }
  return {};
}

// Empty when the key is absent.
Result<std::string> text_at(const Json& object, std::string_view key) {
  const auto at = object.find(key);
  if (at == object.end()) return std::string();
  if (!at->is_string()) return invalid("`" + std::string(key) + "` must be text");
  return at->get<std::string>();
}

template <class Word>
Result<Word> word_at(const Json& object, std::string_view key,
                     std::optional<Word> (*named)(std::string_view),
                     std::span<const std::string_view> known, std::optional<Word> fallback = {}) {
  TRY(text, text_at(object, key));
  if (text.empty() && fallback) return *fallback;
  const auto word = named(text);
  if (word) return *word;
  const std::string what = text.empty() ? "` is missing" : "` is a word that is not known here";
  return invalid("`" + std::string(key) + what + did_you_mean(text, known));
}

Result<document::FhirRoute> route_of(const Json& object) {
  document::FhirRoute route;
  TRY(to, text_at(object, "to"));
  auto agency = AgencyId::parse(to);
  if (!agency) return invalid("`to` must be an agency's name in the directory");
  route.to = *agency;
  TRY(role, word_at(object, "to_role", policies::role_named, policies::role_names()));
  route.to_role = role;
  TRY(consent, text_at(object, "consent"));
  if (!consent.empty()) {
    auto id = ConsentId::parse(consent);
    if (!id) return invalid("`consent` must be an id of 32 hexadecimal digits");
    route.consent = *id;
  }
  return route;
}

Result<document::FhirSettings> settings_of(const Json& object, Instant now) {
  TRY_OK(only(object, "settings", kSettings));
  document::FhirSettings settings;
  settings.now = now;
  TRY(as, word_at(object, "as", policies::role_named, policies::role_names()));
  TRY(purpose, word_at(object, "purpose", policies::purpose_named, policies::purpose_names()));
  TRY(basis, word_at(object, "basis", policies::basis_named, policies::basis_names(),
                     std::optional(policies::Basis::kConsent)));
  TRY(urgency, word_at(object, "urgency", policies::urgency_named, policies::urgency_names(),
                       std::optional(policies::Urgency::kRoutine)));
  TRY(route, route_of(object));
  settings.as = as;
  settings.purpose = purpose;
  settings.basis = basis;
  settings.urgency = urgency;
  settings.route = route;
  if (object.contains("include_closed")) {
    if (!object["include_closed"].is_boolean())
      return invalid("`include_closed` must be yes or no");
    settings.include_closed = object["include_closed"];
  }
  if (!object.contains("routes")) return settings;
  if (!object["routes"].is_object()) return invalid("`routes` must be an object by purpose");
  for (const auto& [word, value] : object["routes"].items()) {
    const auto key = policies::purpose_named(word);
    if (!key) {
      return invalid("`routes` names a purpose that is not known here" +
                     did_you_mean(word, policies::purpose_names()));
    }
    TRY_OK(only(value, "routes", kRouteKeys));
    TRY(other, route_of(value));
    settings.routes[*key] = other;
  }
  return settings;
}

std::string counts(const std::map<std::string, int>& paths) {
  std::string out;
  for (const auto& [path, count] : paths) {
    out += (out.empty() ? "" : ", ") + path + (count > 1 ? " (" + std::to_string(count) + ")" : "");
  }
  return out;
}

}  // namespace

Result<FhirRequest> fhir_request_of(const Json& body, Instant now) {
  TRY_OK(only(body, "body", kKeys));
  if (!body.contains("files") || !body["files"].is_object()) {
    return invalid("`files` must be an object of names and texts");
  }
  FhirRequest request;
  for (const auto& [name, text] : body["files"].items()) {
    if (!text.is_string()) return invalid("`files` must be an object of names and texts");
    request.files[name] = text.get<std::string>();
  }
  const Json none = Json::object();
  TRY(settings, settings_of(body.contains("settings") ? body["settings"] : none, now));
  request.settings = std::move(settings);
  return request;
}

Json fhir_report(const document::FhirIntake& intake) {
  Json report = Json::array();
  for (const document::FhirInput& input : intake.inputs) {
    std::string what(document::label(input.use));
    if (!input.problem.empty()) what += ": " + input.problem;
    if (!input.left_behind.empty()) what += "; left behind: " + counts(input.left_behind);
    report.push_back({{"file", input.name}, {"what", std::move(what)}});
  }
  return report;
}

}  // namespace safeconduct::agent
