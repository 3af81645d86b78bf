// The demo's cases, decided by the default policy as the broker decides them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "agents/document/consent_document.h"
#include "agents/document/minimise.h"
#include "policies/decide.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const Instant kNow = instant("2026-11-24T10:00:00Z");
constexpr const char* kCases = SAFECONDUCT_SOURCE "/examples/cases";
constexpr const char* kPolicy = SAFECONDUCT_SOURCE "/policies/national-referral.policy";
constexpr const char* kSomeId = "00112233445566778899aabbccddeeff";

const std::map<std::string, json>& cases() {
  static const std::map<std::string, json> all = [] {
    std::map<std::string, json> out;
    for (const auto& entry : std::filesystem::directory_iterator(kCases)) {
      if (entry.path().extension() != ".json") continue;
      std::ifstream file(entry.path());
      out[entry.path().stem().string()] = json::parse(file);
    }
    return out;
  }();
  return all;
}

const CompiledPolicy& policy() {
  static const CompiledPolicy compiled = [] {
    std::ifstream file(kPolicy);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto out = compile_text(text, "national-referral.policy");
    if (!out) FAIL(out.error().message);
    return std::move(out).value();
  }();
  return compiled;
}

ReferralDocument document_of(const json& one) {
  json document = one.at("document");
  const bool onward = document.erase("prior_case") > 0;
  if (onward) document["prior"] = kSomeId;
  if (!onward && document.value("basis", "consent") == "consent") document["consent"] = kSomeId;
  return parsed(document);
}

std::optional<ConsentDocument> consent_of(const json& one) {
  if (!one.contains("consent")) return std::nullopt;
  auto out = parse_consent(one["consent"].dump(), kNow);
  if (!out) FAIL(out.error().message);
  return *out;
}

ConsentView view_of_consent(const ConsentDocument& consent, const ReferralDocument& document,
                            const json& one) {
  const bool withdrawn = one.value("withdrawn", false);
  const bool expired = one.value("expired", false) || consent.expires <= kNow;
  ConsentView out;
  out.state = withdrawn ? ConsentState::kWithdrawn
              : expired ? ConsentState::kExpired
                        : ConsentState::kLive;
  out.grantor = static_cast<policies::Grantor>(static_cast<int>(consent.grantor) - 1);
  out.fresh_in_reflection = consent.fresh_in_reflection;
  for (const wire::ConsentScope& scope : consent.scopes) {
    if (scope.purpose != static_cast<std::uint8_t>(document.purpose)) continue;
    out.purpose_named = true;
    out.recipient_named = std::find(scope.recipients.begin(), scope.recipients.end(),
                                    document.to) != scope.recipients.end();
    out.person_initiated = scope.person_initiated;
    out.full = scope.full;
    out.generalised = scope.generalised;
    out.named = scope.named;
  }
  return out;
}

Decision decided(const json& one);

Case case_of(const json& one) {
  const ReferralDocument document = document_of(one);
  Case out;
  out.from = document.as;
  out.to = document.to_role;
  out.purpose = document.purpose;
  out.stage = document.stage;
  out.basis = document.basis;
  out.urgency = document.urgency;
  out.circumstances = document.circumstances;
  out.hop = document.hop();
  out.agreement_in_force = true;
  const json* source = &one;  // whose consent the referral rests on
  if (one["document"].contains("prior_case")) {
    const json& prior = cases().at(one["document"]["prior_case"]);
    const CategorySet filled = document_of(prior).filled();
    const Decision received = decided(prior);
    REQUIRE(received.deliver);
    out.prior = lower_of(received.levels, Levels::of(filled, Level::kFull));
    CHECK(prior["document"]["to"] == one["from"]);
    source = &prior;
  }
  if (const auto consent = consent_of(*source)) {
    if (document.basis == Basis::kConsent) {
      out.consent = view_of_consent(*consent, document, one);
    }
    out.never = consent->never_categories;
    const auto& never = consent->never_agencies;
    out.conflict = std::find(never.begin(), never.end(), document.to) != never.end();
  }
  return out;
}

Decision decided(const json& one) {
  return decide(policy(), case_of(one));
}

}  // namespace

TEST_CASE("Each case of the demo is decided as its file expects") {
  CHECK(cases().size() == 40);
  for (const auto& [file, one] : cases()) {
    INFO(file << ": " << one["title"]);
    const Decision decision = decided(one);
    const json& expect = one.at("expect");
    CHECK(decision.deliver == expect.at("deliver").get<bool>());
    CHECK(std::string(decision.reason == kNoReason ? "" : name(decision.reason)) ==
          expect.value("reason", ""));
    const json levels = expect.value("levels", json::object());
    for (const auto& [word, level] : levels.items()) {
      INFO(word);
      CHECK(name(decision.levels[category_named(word).value()]) == level);
    }
  }
}

TEST_CASE("The demo's cases use their documented keys, agencies and roles only") {
  const std::map<std::string, std::string> roles = {
      {"helpline", "hotline"}, {"bridge", "ngo_case"},         {"haven", "shelter"},
      {"stmary", "health"},    {"calm", "mental_health"},      {"metro", "police"},
      {"lexaid", "legal"},     {"kinder", "child_protection"}, {"border", "immigration"}};
  const std::set<std::string> keys = {"title",     "shows",   "from",     "consent",
                                      "withdrawn", "expired", "document", "expect"};
  std::set<std::string> titles;
  for (const auto& [file, one] : cases()) {
    INFO(file);
    for (const auto& [key, value] : one.items()) CHECK(keys.contains(key));
    CHECK(titles.insert(one["title"]).second);
    const json& document = one["document"];
    CHECK(roles.at(one["from"]) == document["as"]);
    CHECK(roles.at(document["to"]) == document["to_role"]);
    CHECK_FALSE(document.contains("consent"));
  }
}

TEST_CASE("The demo's cases show every special rule and every reason they claim") {
  std::map<std::string, int> reasons;
  std::set<std::string> bases;
  int inquiries = 0;
  int onward = 0;
  for (const auto& [file, one] : cases()) {
    const json& document = one["document"];
    bases.insert(document.value("basis", "consent"));
    inquiries += document.value("stage", "") == "inquiry" ? 1 : 0;
    onward += document.contains("prior_case") ? 1 : 0;
    ++reasons[one["expect"].value("reason", "delivered")];
  }
  for (const char* reason :
       {"police_firewall", "immigration_firewall", "reflection_period", "conflict", "no_consent",
        "consent_expired", "consent_withdrawn", "onward_ceiling", "delivered"}) {
    INFO(reason);
    CHECK(reasons[reason] > 0);
  }
  CHECK(bases == std::set<std::string>{"consent", "break_glass", "mandated_child", "high_risk"});
  CHECK(inquiries > 0);
  CHECK(onward > 1);
}

TEST_CASE("A delivered case has something to deliver") {
  for (const auto& [file, one] : cases()) {
    if (!one["expect"]["deliver"].get<bool>()) continue;
    INFO(file);
    const ReferralDocument document = document_of(one);
    const auto slots =
        slots_for(document, decided(one).levels, kNow, document.stage == Stage::kInquiry);
    REQUIRE(slots);
    CHECK(!slots->empty());
  }
}
