#include "tests/e2e/canaries.h"

#include <filesystem>
#include <fstream>

#include "schemas/base/bytes.h"
#include "schemas/base/clock.h"
#include "tests/rig/process.h"

namespace safeconduct::e2e {
namespace {

using Json = nlohmann::json;

// The base64 of `value` where it stands at offset 0, 1 or 2 of what is encoded, without the
// characters that its neighbours touch.
std::string base64_at(const std::string& value, std::size_t offset) {
  const std::string encoded = to_base64(view_of(std::string(offset, 'x') + value));
  const std::size_t from = offset == 0 ? 0 : offset + 1;
  const std::size_t whole = (offset + value.size()) / 3 * 4;
  return encoded.substr(from, whole - from);
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Canaries::Canaries() {
  content_["needs"] = {{"service_requested", {"bed"}}, {"availability", next("Needs")}};
  content_["identity"] = {{"first_name", next("Identity")}, {"alias", next_name()}};
  content_["identifiers"] = {
      {"documents", Json::array({{{"type", "passport"}, {"number", next("Passport")}}})}};
  content_["contact"] = {{"email", next("Contact")}};
  content_["location"] = {{"mailing_street", next("Street")}, {"shelter_name", next("House")}};
  content_["demographics"] = {{"birthdate", "1994-03-05"}, {"religion", next("Religion")}};
  content_["immigration"] = {{"authority_reference", next("Reference")}};
  content_["health"] = {{"conditions", {next("Condition")}}};
  content_["psych"] = {{"therapy_notes", next("Therapy")}};
  content_["sud"] = {{"substances", {next("Substance")}}, {"notice", "no_redisclosure"}};
  // Codes only: a word that stands nowhere else at a broker.
  content_["exploitation"] = {{"methods_of_control", {"withholds_documents"}}};
  values_.push_back("withholds_documents");
  content_["narrative"] = {{"account", next("Account")}};
  content_["legal"] = {{"counsel", next("Counsel")}};
  content_["offences"] = {{"charges", {next("Charge")}}};
  content_["family"] = {{"custody", next("Custody")}};
  content_["risk"] = {{"danger_level", "high"}, {"threats", {next("Threat")}}};
  content_["perpetrator"] = {{"suspects", Json::array({{{"name", next("Suspect")}}})}};
  content_["financial"] = {{"bank_account", next("Account")}};
  content_["media"] = {{"items", Json::array({{{"kind", "photo"}, {"reference", next("Photo")}}})}};
  values_.push_back("1994-03-05");
}

std::string Canaries::next(const std::string& word) {
  values_.push_back(word + to_hex(SystemRandom().array<6>()));
  return values_.back();
}

// In letters only, as an alias must be.
std::string Canaries::next_name() {
  std::string name = next("");
  for (char& c : name) c = static_cast<char>('a' + (c <= '9' ? c - '0' : c - 'a' + 10));
  values_.back() = "Q" + name;
  return values_.back();
}

Json Canaries::referral(const std::string& consent) const {
  return {{"safeconduct", "referral/1"},
          {"to", "haven"},
          {"as", "ngo_case"},
          {"to_role", "shelter"},
          {"purpose", "safe_accommodation"},
          {"urgency", "tonight"},
          {"consent", consent},
          {"content", content_}};
}

std::vector<std::string> Canaries::forms(const std::string& value) const {
  const std::string hex = to_hex(view_of(value));
  return {value, hex, upper(hex), base64_at(value, 0), base64_at(value, 1), base64_at(value, 2)};
}

std::vector<std::string> Canaries::found_in(const std::string& folder) const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = rig::read_text(entry.path().string());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      for (const std::string& form : forms(values_[i])) {
        if (bytes.find(form) == std::string::npos) continue;
        found.push_back(entry.path().string() + ": canary " + std::to_string(i));
        break;
      }
    }
  }
  return found;
}

void Canaries::write_control(const std::string& path, const std::string& form) const {
  std::ofstream(path, std::ios::binary) << "before " << form << " after";
}

}  // namespace safeconduct::e2e
