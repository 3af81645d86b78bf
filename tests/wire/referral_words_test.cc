// The states of a referral and their legal moves (DOMAIN §3.5), and what FHIR and Primero call
// them.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "schemas/wire/referral_words.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

template <class Word>
Word word(int number) {
  return static_cast<Word>(number);
}

using Moves = std::map<std::string_view, std::set<std::string_view>>;

}  // namespace

TEST_CASE("From each state lead the moves of the table and no others") {
  const std::set<std::string_view> work = {"done", "not_done", "redirect", "withdraw"};
  const auto with = [](std::set<std::string_view> a, std::set<std::string_view> b) {
    a.insert(b.begin(), b.end());
    return a;
  };
  const std::set<std::string_view> asked = {"offer",  "waitlist", "ask_more",
                                            "accept", "decline",  "withdraw"};
  const Moves table = {
      {"draft", {}},
      {"inquiry_open", asked},
      {"capacity_offered", asked},
      {"consent_pending", {"withdraw"}},
      {"sent", {"recall", "withdraw"}},
      {"received", {"accept", "decline", "withdraw"}},
      {"accepted", with(work, {"schedule", "start", "wait"})},
      {"scheduled", with(work, {"start", "wait", "no_show"})},
      {"active", with(work, {"schedule", "wait", "no_show"})},
      {"waiting", with(work, {"schedule", "start"})},
      {"no_show", with(work, {"schedule", "start", "wait"})},
      {"declined", {"close"}},
      {"done", {"close"}},
      {"not_done", {"close"}},
      {"withdrawn", {"close"}},
      {"recalled", {"close"}},
      {"expired", {"close"}},
      {"redirected", {"close"}},
      {"closed", {}},
  };
  for (int s = 1; s <= 19; ++s) {
    std::set<std::string_view> legal;
    for (int m = 1; m <= 15; ++m) {
      if (after(word<State>(s), word<Move>(m))) legal.insert(name(word<Move>(m)));
    }
    INFO(name(word<State>(s)));
    CHECK(legal == table.at(name(word<State>(s))));
  }
}

TEST_CASE("A final state is left for closed only") {
  for (int s = 1; s <= 19; ++s) {
    for (int m = 1; m <= 15; ++m) {
      const auto to = after(word<State>(s), word<Move>(m));
      if (to && is_final(word<State>(s))) CHECK(*to == State::kClosed);
    }
  }
}

TEST_CASE("Every word has its own name and is found by it") {
  std::set<std::string_view> names;
  for (int s = 1; s <= 19; ++s) {
    names.insert(name(word<State>(s)));
    CHECK(state_named(name(word<State>(s))) == word<State>(s));
  }
  CHECK(names.size() == 19);
  for (int m = 1; m <= 15; ++m) CHECK(move_named(name(word<Move>(m))) == word<Move>(m));
  for (int r = 0; r <= 14; ++r) {
    CHECK(decline_reason_named(name(word<DeclineReason>(r))) == word<DeclineReason>(r));
  }
  CHECK(name(Event::kNoSafeRecipient) == "no_safe_recipient");
  CHECK(name(Event::kStopLate) == "stop_late");
  CHECK(name(word<Event>(26)) == "unknown");
  CHECK(!state_named("lost"));
}

TEST_CASE("FHIR and Primero call the states by their own words") {
  const auto fhir = [](State state, DeclineReason reason = DeclineReason::kNone) {
    return std::string(fhir_status(state)) + "/" +
           std::string(fhir_business_status(state, reason)) + "/" +
           std::string(primero_status(state));
  };
  CHECK(fhir(State::kInquiryOpen) == "requested//");
  CHECK(fhir(State::kCapacityOffered) == "requested/capacity/");
  CHECK(fhir(State::kCapacityOffered, DeclineReason::kWaitlist) == "requested/waitlist/");
  CHECK(fhir(State::kCapacityOffered, DeclineReason::kMoreInformationNeeded) ==
        "requested/additional-assessment-required/");
  CHECK(fhir(State::kConsentPending) == "on-hold//");
  CHECK(fhir(State::kSent) == "requested/2.0/in_progress");
  CHECK(fhir(State::kReceived) == "received//in_progress");
  CHECK(fhir(State::kAccepted) == "accepted/3.0/accepted");
  CHECK(fhir(State::kDeclined, DeclineReason::kAge) == "rejected/4.0/rejected");
  CHECK(fhir(State::kDeclined, DeclineReason::kNoCapacity) == "rejected/no-capacity/rejected");
  CHECK(fhir(State::kActive) == "in-progress/5.1.1/accepted");
  CHECK(fhir(State::kNoShow) == "in-progress/5.1.2/");
  CHECK(fhir(State::kDone) == "completed/7.0/done");
  CHECK(fhir(State::kNotDone) == "failed/6.0/not_implemented");
  CHECK(fhir(State::kWithdrawn) == "cancelled/6.0/revoked");
  CHECK(fhir(State::kRecalled) == "cancelled/5.2/revoked");
  CHECK(fhir(State::kExpired) == "failed//");
  CHECK(fhir(State::kRedirected) == "completed//");
}

TEST_CASE("The answer limits are those of the urgency classes") {
  CHECK(answer_limit(1) == hours(1));
  CHECK(answer_limit(2) == hours(3));
  CHECK(answer_limit(3) == hours(24));
  CHECK(answer_limit(4) == hours(72));
  CHECK(answer_limit(5) == days(7));
  CHECK(answer_limit(0) == hours(1));
  CHECK(answer_limit(9) == hours(1));
}
