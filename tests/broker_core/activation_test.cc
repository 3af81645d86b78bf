// Policies that come into force at a time: which one decides follows from position and instant.
#include <catch2/catch.hpp>

#include "policies/diff.h"
#include "schemas/wire/activation.h"
#include "tests/broker_core/bench_top.h"

using namespace safeconduct;
using namespace safeconduct::core;
using policies::Level;

namespace {

// Shelters no longer learn health, not even in general words.
std::string narrower() {
  std::string text = national_policy();
  // Canonical order of the row's words is the vocabulary's.
  const std::string row =
      "location, demographics, health, psych, exploitation, perpetrator up to generalised";
  REQUIRE(text.find(row) != std::string::npos);
  return text.replace(text.find(row), row.size(), "location, demographics up to generalised");
}

bool gives_health(BenchTop& bench, std::uint64_t number) {
  bench.admitted({.number = number, .consent = 1});
  return (bench.given(number).kept & slots("health", Level::kGeneralised)) != 0;
}

Error refusal(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<Error>(outcome.answer));
  return std::get<Error>(outcome.answer);
}

std::uint64_t position_of(const Outcome& outcome) {
  if (const auto* error = std::get_if<Error>(&outcome.answer)) FAIL(error->message);
  return std::get<Recorded>(outcome.answer).position;
}

}  // namespace

TEST_CASE("An activation waits for its start, and then decides what is in flight too") {
  BenchTop bench;
  bench.recorded({});
  const std::uint64_t before = bench.core().knowledge().policy_position;
  const std::uint64_t position =
      position_of(bench.apply(bench.activation(narrower(), bench.now + hours(1))));
  CHECK(gives_health(bench, 1));
  CHECK(bench.core().knowledge().policy_position == before);
  bench.admitted({.number = 2, .consent = 1});
  bench.now = bench.now + hours(1);
  CHECK((bench.given(2).kept & slots("health", Level::kGeneralised)) == 0);
  CHECK(bench.core().knowledge().policy_position == position);
  CHECK_FALSE(gives_health(bench, 3));
}

TEST_CASE("A start that is waited for survives a restart") {
  BenchTop bench;
  bench.recorded({});
  const std::uint64_t position =
      position_of(bench.apply(bench.activation(narrower(), bench.now + hours(1))));
  bench.restart();
  REQUIRE(bench.core().knowledge().pending.size() == 1);
  CHECK(gives_health(bench, 1));
  bench.now = bench.now + hours(2);
  bench.restart();
  CHECK_FALSE(gives_health(bench, 2));
  CHECK(bench.core().knowledge().policy_position == position);
  bench.restart();
  CHECK(bench.core().knowledge().pending.empty());
  CHECK(bench.core().knowledge().policy_position == position);
}

TEST_CASE("Going back to the older text is an activation like any other, and is marked") {
  BenchTop bench;
  bench.recorded({});
  position_of(bench.apply(bench.activation(narrower())));
  CHECK_FALSE(gives_health(bench, 1));
  const PutPolicy back = bench.activation(national_policy());
  CHECK(text_of(back.note).find("\nopens something\n") != std::string_view::npos);
  bench.now = bench.now + minutes(1);
  position_of(bench.apply(back));
  CHECK(gives_health(bench, 2));
}

TEST_CASE("An activation that says that it opens nothing, and opens something, is refused") {
  BenchTop bench;
  position_of(bench.apply(bench.activation(narrower())));
  PutPolicy back = bench.activation(national_policy());
  std::string text(text_of(back.note));
  text.replace(text.find("opens something"), 15, "opens nothing");
  back.note = to_bytes(std::string_view(text));
  const Error error = refusal(bench.apply(back));
  CHECK(error.message.find("but it opens something") != std::string::npos);
}

TEST_CASE("Two activations that were signed side by side do not both come into force") {
  BenchTop bench;
  const PutPolicy one = bench.activation(narrower());
  const PutPolicy other = bench.activation(retitled(narrower(), "the same, otherwise named"));
  position_of(bench.apply(one));
  const Error error = refusal(bench.apply(other));
  CHECK(error.code == ErrorCode::kConflict);
  CHECK(error.message.find("compare with that one and sign again") != std::string::npos);
  // The same note again: the same answer.
  CHECK(position_of(bench.apply(one)) == bench.core().knowledge().policy_position);
}

TEST_CASE("Policies that wait come one after the other, none before an earlier one") {
  BenchTop bench;
  position_of(bench.apply(bench.activation(narrower(), bench.now + hours(2))));
  const Error error =
      refusal(bench.apply(bench.activation(national_policy(), bench.now + hours(1))));
  CHECK(error.message.find("another policy is to come into force") != std::string::npos);
  const std::uint64_t last =
      position_of(bench.apply(bench.activation(national_policy(), bench.now + hours(2))));
  bench.recorded({});
  bench.now = bench.now + hours(3);
  CHECK(gives_health(bench, 1));
  CHECK(bench.core().knowledge().policy_position == last);
}

TEST_CASE("A policy without an activation may replace another only when it opens nothing") {
  BenchTop bench;
  position_of(bench.apply(bench.policy(narrower())));
  const Error error = refusal(bench.apply(bench.policy(retitled(national_policy(), "again"))));
  CHECK(error.code == ErrorCode::kForbidden);
  CHECK(error.message.find("policy sign --agent") != std::string::npos);
}

TEST_CASE("An activation that breaks an invariant, or lacks an officer, does not come into force") {
  BenchTop bench;
  const std::uint64_t before = bench.core().knowledge().policy_position;
  const std::size_t entries = bench.entries();
  PutPolicy broken = bench.activation(narrower());
  std::string text(text_of(broken.note));
  const std::string_view conflict = "refuse F20";
  const std::size_t from = text.find(conflict);
  text.erase(from, text.find("refuse F30") - from);
  broken.note = to_bytes(std::string_view(text));
  CHECK(refusal(bench.apply(broken)).message.find("breaks invariant 7") != std::string::npos);
  PutPolicy alone = bench.activation(narrower());
  alone.officers = {alone.officers[0], alone.officers[0]};
  CHECK(refusal(bench.apply(alone)).code == ErrorCode::kForbidden);
  CHECK(bench.core().knowledge().policy_position == before);
  CHECK(bench.core().knowledge().pending.empty());
  CHECK(bench.entries() == entries);
}

TEST_CASE("What goes carries its duties, for the sender with the statement that asks for each") {
  BenchTop bench;
  bench.recorded({});
  bench.admitted({.consent = 1});
  const Given given = bench.given(1);
  const auto has = [](const std::vector<wire::Obligation>& list, policies::Duty duty,
                      std::string_view by) {
    return std::any_of(list.begin(), list.end(), [&](const wire::Obligation& o) {
      return o.duty == static_cast<std::uint8_t>(duty) && o.by == by;
    });
  };
  const auto sender = bench.told_sender(given.position).obligations;
  CHECK(has(sender, policies::Duty::kDoNotPassOn, "D1"));
  CHECK(has(sender, policies::Duty::kDeletionReceipt, "D7"));
  const auto recipient = bench.told_recipient(given.position)->obligations;
  CHECK(has(recipient, policies::Duty::kDoNotPassOn, "D1"));
  // What was not offered leaves no trace: no substance-use records, no notice of them.
  CHECK_FALSE(has(recipient, policies::Duty::kRedisclosureNotice, "D2"));
}
