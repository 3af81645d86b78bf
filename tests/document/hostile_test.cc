// Documents from a broken or hostile application: whatever comes, a result or an error in words.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "agents/document/check.h"
#include "agents/document/consent_document.h"
#include "agents/document/fhir.h"
#include "agents/document/minimise.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const Instant kNow = instant("2026-11-24T10:00:00Z");
constexpr std::string_view kSecret = "Kovacs";

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

  // Replaces, removes or adds one node somewhere in the tree.
  void change(json& value) {
    json* at = &value;
    while (at->is_structured() && !at->empty() && below(4) != 0) {
      auto next = at->begin();
      std::advance(next, static_cast<std::ptrdiff_t>(below(at->size())));
      at = &*next;
    }
    const json strange[] = {nullptr, true,          -1,  18446744073709551615ULL, 0.5,           "",
                            kSecret, json::array(), {1}, json::object(),          {{kSecret, 1}}};
    if (at->is_object() && below(3) == 0) {
      (*at)[below(2) == 0 ? std::string(kSecret) : "text"] = strange[below(11)];
    } else {
      *at = strange[below(11)];
    }
  }

  std::string damaged(std::string text) {
    for (std::size_t i = 0; i < 1 + below(3); ++i) {
      text[below(text.size())] = static_cast<char>(below(256));
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

std::uint32_t seed() {
  const char* given = std::getenv("SEED");
  return given == nullptr ? 20261124 : static_cast<std::uint32_t>(std::atoll(given));
}

void expect_silent(const Error& error) {
  CHECK(!error.message.empty());
  CHECK(error.message.find(kSecret) == std::string::npos);
}

json consent() {
  return {{"safeconduct", "consent/1"},
          {"grantor", "self"},
          {"rights_told", true},
          {"refusal_costs_nothing_told", true},
          {"capacity", "yes"},
          {"scopes",
           {{{"purpose", "health_care"},
             {"recipients", {"stmary"}},
             {"categories", {{"health", "full"}}}}}},
          {"never", {{"categories", {"sud"}}, {"agencies", {"metro"}}}},
          {"onward", {{"allowed", true}, {"purposes", {"health_care"}}, {"depth", 2}}}};
}

json fhir() {
  return json::parse(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Task",
    "id":"t","code":{"coding":[{"code":"fulfill"}]},"focus":{"reference":"ServiceRequest/s"},
    "for":{"reference":"Patient/p"}}},{"resource":{"resourceType":"ServiceRequest","id":"s",
    "category":[{"coding":[{"system":"http://loinc.org","code":"1-2"}]}],
    "code":{"coding":[{"system":"http://snomed.info/sct","code":"1"}]},
    "reasonReference":[{"reference":"Condition/c"}]}},{"resource":{"resourceType":"Condition",
    "id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[]}}},{"resource":
    {"resourceType":"Patient","id":"p","name":[{"family":"A","given":["B"]}],"telecom":[{"system":
    "phone","value":"1"}],"address":[{"line":["x"],"period":{"end":"y"}}],"identifier":[{"type":
    {"coding":[{"code":"MR"}]},"value":"9"}],"communication":[{"preferred":true,"language":
    {"coding":[{"code":"ro"}]}}],"extension":[{"url":"x/patient-interpreterRequired",
    "valueBoolean":true}]}}]})");
}

}  // namespace

TEST_CASE("A damaged document is read or refused, and what leaves passes the recipient's check") {
  INFO("SEED=" << seed());
  Mutator mutate(seed());
  for (int i = 0; i < 600; ++i) {
    json source = full_referral();
    for (std::size_t n = 0; n < 1 + mutate.below(2); ++n) mutate.change(source);
    const auto document = parse_document(source.dump());
    if (!document) {
      expect_silent(document.error());
      continue;
    }
    CHECK(parse_document(to_json(*document)).value() == *document);
    const auto slots = offer_everything(*document, kNow);
    REQUIRE(slots);
    for (const seal::SlotPlaintext& slot : *slots) {
      CHECK(check_slot(slot_category(slot.number), slot_level(slot.number), slot.text.expose()));
    }
  }
}

TEST_CASE("Damaged bytes of a document are read or refused") {
  INFO("SEED=" << seed());
  Mutator mutate(seed() + 1);
  for (int i = 0; i < 600; ++i) {
    const std::string text = mutate.damaged(full_referral().dump());
    const auto document = parse_document(text);
    if (document) CHECK(parse_document(to_json(*document)));
  }
}

TEST_CASE("A damaged consent is read or refused") {
  INFO("SEED=" << seed());
  Mutator mutate(seed() + 2);
  REQUIRE(parse_consent(consent().dump(), kNow));
  for (int i = 0; i < 2000; ++i) {
    json source = consent();
    mutate.change(source);
    const auto read = parse_consent(source.dump(), kNow);
    if (!read) expect_silent(read.error());
  }
}

TEST_CASE("A damaged FHIR bundle is read or reported, and its referrals parse") {
  INFO("SEED=" << seed());
  Mutator mutate(seed() + 3);
  FhirSettings settings;
  settings.as = Role::kNgoCase;
  settings.purpose = Purpose::kTriage;
  settings.route = {AgencyId::parse("helpline").value(), Role::kHotline,
                    ConsentId::parse("00112233445566778899aabbccddeeff").value()};
  settings.now = kNow;
  std::size_t referrals = 0;
  for (int i = 0; i < 2000; ++i) {
    json source = fhir();
    for (std::size_t n = 0; n < 1 + mutate.below(3); ++n) mutate.change(source);
    const auto intake = read_fhir({{"in.json", source.dump()}}, settings);
    REQUIRE(intake);
    referrals += intake->referrals.size();
    for (const FhirReferral& referral : intake->referrals) {
      CHECK(parse_document(to_json(referral.document)).value() == referral.document);
    }
  }
  CHECK(referrals > 200);
}
