// The worked cases of the domain, sent as messages: what the core keeps is what the table says.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;
using nlohmann::json;
using policies::Level;

namespace {

constexpr const char* kScenarios = SAFECONDUCT_SHARED "/domain/scenarios.json";

std::string joined(const json& words) {
  std::string out;
  for (const auto& word : words) out += word.get<std::string>() + " ";
  return out;
}

// An agency of the bench top that acts in the role.
std::string holder(const std::string& role) {
  for (const auto& member : bench_directory().agencies) {
    if (member.roles[0] == role) return member.id.text();
  }
  return "ngo";
}

Word word_of(const json& consent, const std::string& by, bool excluded, const std::string& to) {
  Word word{.number = 1, .by = by, .scopes = {}};
  for (const auto& purpose : consent.at("purposes")) {
    Scope scope{.purpose = purpose,
                .recipients = consent.at("recipients"),
                .full = joined(consent.at("full")),
                .generalised = joined(consent.at("gen")),
                .person_initiated = consent.value("person_initiated", false)};
    word.scopes.push_back(std::move(scope));
  }
  word.fresh_in_reflection = consent.value("fresh_in_reflection", false);
  if (consent.value("grantor", "self") == "alleged_abuser") {
    word.grantor = wire::Grantor::kAllegedAbuser;
  }
  if (consent.value("expired", false)) word.life = minutes(1);
  if (excluded) word.excluded = {to};
  return word;
}

std::uint16_t circumstances_of(const json& flags) {
  std::uint16_t out = 0;
  if (flags.value("minor", false)) out |= 1;
  if (flags.value("reflection", false)) out |= 2;
  if (flags.value("protection_claim", false)) out |= 4;
  return out;
}

std::uint64_t slots_of(const json& levels, bool top_only) {
  std::uint64_t out = 0;
  for (const auto& [word, letter] : levels.items()) {
    const bool full = letter == "F";
    if (full) out |= slots(word, Level::kFull);
    if (letter == "G" || (full && !top_only)) out |= slots(word, Level::kGeneralised);
  }
  return out;
}

// The sender itself received what the scenario says it holds, at one hop before.
void receive_prior(BenchTop& bench, const json& levels, const std::string& holder_id) {
  bench.recorded({.number = 9, .scopes = {{.recipients = {holder_id}}}});
  const Letter first{.number = 9, .to = holder_id, .consent = 9, .offered = slots_of(levels, true)};
  bench.received(first);
}

Letter letter_of(const json& msg) {
  const json flags = msg.value("flags", json::object());
  return {.number = 1,
          .from = holder(msg.at("sender")),
          .to = msg.at("agency"),
          .from_role = msg.at("sender"),
          .to_role = msg.at("role"),
          .purpose = msg.at("purpose"),
          .stage = msg.value("stage", "release"),
          .basis = msg.value("basis", "consent"),
          .circumstances = circumstances_of(flags),
          .consent = msg.at("consent").is_object() ? std::uint64_t{1} : std::uint64_t{0},
          .hop = static_cast<std::uint8_t>(flags.value("hop", 1)),
          .prior = flags.contains("prior") ? std::uint64_t{9} : std::uint64_t{0},
          .content_life = days(29)};
}

void set_scene(BenchTop& bench, const json& msg, const Letter& letter) {
  const json flags = msg.value("flags", json::object());
  if (flags.contains("prior")) receive_prior(bench, flags.at("prior"), letter.from);
  if (flags.value("no_agreement", false)) {
    wire::Directory directory = bench_directory();
    directory.version = 2;
    for (auto& member : directory.agencies) {
      if (member.id == agency(letter.to)) member.training.until = {2025, 2, 1};
    }
    bench.apply(bench.directory(directory));
  }
  const json& consent = msg.at("consent");
  if (!consent.is_object()) return;
  bench.recorded(word_of(consent, letter.from, flags.value("coi", false), letter.to));
  if (consent.value("withdrawn", false)) bench.apply(bench.withdraw(1));
  bench.now = bench.now + minutes(2);
}

// A word that the vocabulary lacks cannot be sent: the bus says so before policy is asked.
std::uint8_t refusal_of(const json& msg, const json& result) {
  if (!policies::purpose_named(msg.at("purpose").get<std::string>())) {
    return code(wire::Verdict::kUnknownWord);
  }
  const std::string reason = result.at("reason").get<std::string>().substr(3);
  return code(policies::reason_named(reason).value());
}

}  // namespace

TEST_CASE("Every worked case of the domain gets its levels or its refusal code from the core") {
  std::ifstream file(kScenarios);
  if (!file) {
    WARN("no " << kScenarios << ": the worked cases are not tested");
    return;
  }
  std::size_t count = 0;
  for (const json& scenario : json::parse(file)) {
    INFO(scenario.at("id").get<std::string>() << " " << scenario.at("title").get<std::string>());
    const json& msg = scenario.at("msg");
    const json& result = scenario.at("result");
    BenchTop bench;
    const Letter letter = letter_of(msg);
    set_scene(bench, msg, letter);
    ++count;
    if (!result.at("deliver").get<bool>()) {
      CHECK(unsigned{bench.refused(letter)} == unsigned{refusal_of(msg, result)});
      continue;
    }
    if (letter.basis != "consent") bench.allow(letter);
    const Decided decided = bench.admitted(letter);
    const json& levels = result.at("levels");
    CHECK(bench.told_sender(decided.position).kept == slots_of(levels, false));
    CHECK(bench.given(1).kept == slots_of(levels, true));
  }
  CHECK(count >= 31);
}
