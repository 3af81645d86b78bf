#include "examples/demo_play.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "schemas/base/clock.h"

namespace safeconduct::demo {
namespace {

constexpr int kPollMs = 100;
constexpr Duration kShortConsent = seconds(1);  // of the case whose consent runs out

std::vector<std::string> filled(const Json& document) {
  std::vector<std::string> out;
  for (const auto& [category, value] : document.at("content").items()) out.push_back(category);
  return out;
}

Json fhir_consent() {
  const Json everything = {{"needs", "full"},        {"identity", "full"}, {"contact", "full"},
                           {"demographics", "full"}, {"health", "full"},   {"location", "full"}};
  return {{"safeconduct", "consent/1"},
          {"grantor", "self"},
          {"form", "written"},
          {"language", "en"},
          {"rights_told", true},
          {"refusal_costs_nothing_told", true},
          {"capacity", "yes"},
          {"evidence", "signed form in the case folder"},
          {"scopes", Json::array({{{"purpose", "health_care"},
                                   {"recipients", {"stmary"}},
                                   {"categories", everything}}})}};
}

Json fhir_files(const std::string& folder) {
  Json files = Json::object();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    files[entry.path().filename().string()] = rig::read_text(entry.path().string());
  }
  return files;
}

}  // namespace

bool Played::ended() const {
  const std::string now = state();
  return now != "queued" && now != "submitted" && now != "delivered";
}

std::string Played::reason() const {
  return fate.contains("verdict") && fate["verdict"].is_string()
             ? fate["verdict"].get<std::string>()
             : std::string();
}

std::vector<Case> load_cases(const std::string& folder) {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    cases.push_back(
        {entry.path().filename().string(), Json::parse(rig::read_text(entry.path().string()))});
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.file < b.file; });
  return cases;
}

std::string Player::record_consent(const Case& one) {
  if (!one.text.contains("consent")) return "none";  // nobody was asked
  Json consent = one.text["consent"];
  const bool runs_out = one.text.value("expired", false);
  if (runs_out) consent["expires"] = to_rfc3339(SystemClock().now() + kShortConsent);
  // While the broker is dead a consent waits, like the referral that rests on it.
  const std::string wait = runs_out ? "?wait_ms=10000" : "";
  const Json recorded = stage_.ask(one.from(), "POST", "/v1/consents" + wait, consent);
  const std::string id = recorded.at("consent");
  if (runs_out) std::this_thread::sleep_for(std::chrono::milliseconds(kShortConsent.ms));
  if (one.text.value("withdrawn", false)) {
    (void)stage_.ask(one.from(), "POST", "/v1/consents/" + id + "/withdraw", Json::object());
  }
  return id;
}

std::string Player::message_of(const std::string& case_file) const {
  const std::string file =
      case_file.find(".json") == std::string::npos ? case_file + ".json" : case_file;
  return played_.at(by_file_.at(file)).message;
}

void Player::wait_for_receipt(const std::string& case_file) {
  const std::string message = message_of(case_file);
  for (int waited = 0; waited < 20'000; waited += kPollMs) {
    (void)settle(Duration{0});
    for (const Played& one : played_) {
      if (one.message == message && one.ended()) return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
}

// Who goes without consent says so first, by name, and a second person agrees.
std::string Player::except(const Case& one) const {
  const Json& document = one.text.at("document");
  Json request = {{"action", "request"},
                  {"basis", document.at("basis")},
                  {"purpose", document.at("purpose")},
                  {"to", document.at("to")},
                  {"officer", "Nora Feld"},
                  {"reason", "danger_to_life"},
                  {"text", one.text.at("title")},
                  {"meeting", Json::array({document.at("to")})}};
  if (document.at("basis") == "mandated_child") request["minor"] = true;
  const Json recorded = stage_.ask(one.from(), "POST", "/v1/exceptions?wait_ms=10000", request);
  const Json second = {{"action", "approve"},
                       {"exception", recorded.at("exception")},
                       {"officer", "Olga Brandt"},
                       {"text", "agreed"}};
  (void)stage_.ask(one.from(), "POST", "/v1/exceptions?wait_ms=10000", second);
  return recorded.at("referral");
}

void Player::play(const Case& one) {
  Json document = one.text.at("document");
  if (document.contains("prior_case")) {
    const std::string prior = document["prior_case"];
    wait_for_receipt(prior);
    document["prior"] = message_of(prior);
    document.erase("prior_case");
  } else if (document.value("basis", "consent") == "consent") {
    document["consent"] = record_consent(one);
  }
  const bool excepted = document.value("basis", "consent") != "consent";
  std::string target = "/v1/referrals";
  if (excepted && one.text.at("expect").value("deliver", false))
    target += "?referral=" + except(one);
  const Json taken = stage_.ask(one.from(), "POST", target, document);
  Played played{one.text.at("title"),
                one.text.at("shows"),
                one.from(),
                one.to(),
                one.purpose(),
                taken.at("message"),
                filled(document),
                one.text.at("expect"),
                {}};
  by_file_[one.file] = played_.size();
  played_.push_back(std::move(played));
}

void Player::play_fhir(const std::string& folder) {
  const Json consent = stage_.ask("bridge", "POST", "/v1/consents", fhir_consent());
  const Json settings = {{"to", "stmary"},
                         {"as", "ngo_case"},
                         {"to_role", "health"},
                         {"purpose", "health_care"},
                         {"consent", consent.at("consent")}};
  const Json taken = stage_.ask("bridge", "POST", "/v1/fhir",
                                {{"files", fhir_files(folder)}, {"settings", settings}});
  fhir_report_ = taken.at("report");
  for (const Json& referral : taken.at("referrals")) {
    played_.push_back({"FHIR R4 referral",
                       "FHIR",
                       "bridge",
                       "stmary",
                       "health_care",
                       referral.at("message"),
                       {},
                       nullptr,
                       {}});
  }
}

bool Player::settle(Duration wait, const std::string& except_to) {
  for (std::int64_t waited = 0;; waited += kPollMs) {
    bool all = true;
    for (Played& one : played_) {
      if (one.ended()) continue;
      const Json fate = stage_.ask(one.from, "GET", "/v1/sent/" + one.message, nullptr, true);
      if (fate.is_object() && fate.contains("state")) one.fate = fate;
      all = all && (one.ended() || one.to == except_to);
    }
    if (all || waited >= wait.ms) return all;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
}

}  // namespace safeconduct::demo
