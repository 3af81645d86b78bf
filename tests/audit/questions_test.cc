#include "broker/audit/questions.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "broker/audit/sentences.h"
#include "broker/audit/source_nodes.h"
#include "broker/audit/views.h"
#include "tests/audit/signed_log.h"

using namespace safeconduct;
using namespace safeconduct::audit;

namespace {

const SignedLog& log() {
  static const SignedLog one;
  return one;
}

ReferralId first_referral() {
  return routing_of(log().source.entry(log().submission))->referral;
}

std::uint64_t total(const Told& told) {
  std::uint64_t out = 0;
  for (const Total& one : told.totals) out += one.count;
  return out;
}

std::vector<std::uint64_t> positions(const Told& told) {
  std::vector<std::uint64_t> out;
  for (const Line& line : told.lines) out.push_back(line.position);
  return out;
}

}  // namespace

TEST_CASE("A referral's timeline is its entries in order, each provable") {
  const auto told = timeline(log().source, first_referral());
  REQUIRE(told.has_value());
  const std::vector<std::uint64_t> at = positions(*told);
  CHECK(std::is_sorted(at.begin(), at.end()));
  for (const std::uint64_t place : {log().submission, log().delivery, log().receipt}) {
    CHECK(std::count(at.begin(), at.end(), place) == 1);
  }
  CHECK(std::count(at.begin(), at.end(), log().refused) == 0);
  const auto trusted = log().trust().open(log().source.note);
  REQUIRE(trusted.has_value());
  for (const Line& line : told->lines) {
    const auto proven = prove(log().source, line.position, trusted->checkpoint.head);
    REQUIRE(proven.has_value());
    CHECK(proven->leaf_hash == line.leaf_hash);
  }
}

TEST_CASE("What an agency was given is told by purpose, category and level") {
  const auto haven = received_by(log().source, AgencyId::parse("haven").value());
  REQUIRE(haven.has_value());
  CHECK(haven->lines.size() == 2);  // the first message and the third
  CHECK(total(*haven) > 2);
  for (const Total& one : haven->totals) CHECK(one.of[0] == "safe_accommodation");
  const auto ngo = received_by(log().source, AgencyId::parse("ngo").value());
  CHECK(ngo->lines.empty());
}

TEST_CASE("Refusals are told by step and reason, refused frames with their counts") {
  const auto told = refusals(log().source);
  REQUIRE(told.has_value());
  CHECK(positions(*told).front() == log().refused);
  bool frame = false;
  for (const Total& one : told->totals) frame = frame || one.of[0] == "refused frame";
  CHECK(frame);
}

TEST_CASE("Who looked is told by operator and action") {
  const auto told = who_looked(log().source);
  REQUIRE(told.has_value());
  REQUIRE(told->totals.size() == 1);
  CHECK(told->totals[0].of == std::vector<std::string>{"op-17", "list viewed"});
  CHECK(positions(*told) == std::vector<std::uint64_t>{log().action});
}

TEST_CASE("Nothing went without consent, and no glass was broken, in a log where that is so") {
  CHECK(without_consent(log().source)->lines.empty());
  CHECK(break_glass(log().source)->lines.empty());
}

TEST_CASE("The list of disclosures is in plain words and ends after three years") {
  const Instant then = log().source.entry(log().delivery).leaf.instant;
  const auto told = disclosures(log().source, first_referral(), then + days(10));
  REQUIRE(told.has_value());
  REQUIRE(told->lines.size() == 1);
  CHECK_THAT(told->lines[0].sentence, Catch::Contains("ngo gave haven"));
  CHECK_THAT(told->lines[0].sentence, Catch::Contains("for safe accommodation"));
  CHECK_THAT(told->lines[0].sentence, Catch::Contains("Ground: your consent"));
  CHECK(disclosures(log().source, first_referral(), then + days(3 * 365 + 2))->lines.empty());
}

TEST_CASE("What was in force is told for the moment that is asked about") {
  const Instant directory = log().source.entry(1).leaf.instant;
  const auto early = in_force_at(log().source, directory);
  REQUIRE(early.has_value());
  CHECK(positions(*early) == std::vector<std::uint64_t>{1});
  const auto late = in_force_at(log().source, directory + days(1));
  CHECK(late->lines.size() == 4);  // directory, policy, two cards
}

TEST_CASE("Every line of every view names its entry and the hash of its leaf") {
  for (const char* form : {"jsonl", "csv", "fhir", "ocsf"}) {
    INFO(form);
    const auto text = view_of_log(log().source, *view_form_named(form), "demo.example/log");
    REQUIRE(text.has_value());
    std::istringstream lines(*text);
    std::string line;
    if (std::string_view(form) == "csv") std::getline(lines, line);
    std::uint64_t position = 0;
    while (std::getline(lines, line)) {
      const Digest hash = ledger::leaf_hash(log().source.entry(position).leaf);
      CHECK_THAT(line, Catch::Contains(to_base64(hash)));
      if (std::string_view(form) != "csv") {
        const auto json = nlohmann::json::parse(line);
        if (std::string_view(form) == "fhir") {
          CHECK(json["resourceType"] == "AuditEvent");
          for (const char* must : {"type", "recorded", "agent", "source"}) {
            CHECK(json.contains(must));
          }
          CHECK(json["entity"][0]["what"]["identifier"]["value"] == std::to_string(position));
        } else if (std::string_view(form) == "ocsf") {
          CHECK(json["metadata"]["version"] == "1.3.0");
          CHECK(json["type_uid"] ==
                json["class_uid"].get<int>() * 100 + json["activity_id"].get<int>());
          CHECK(json["unmapped"]["position"] == position);
        } else {
          CHECK(json["position"] == position);
        }
      } else {
        CHECK(line.starts_with(std::to_string(position) + ","));
      }
      ++position;
    }
    CHECK(position == log().source.records.size());
  }
  CHECK_FALSE(view_form_named("xml").has_value());
}
