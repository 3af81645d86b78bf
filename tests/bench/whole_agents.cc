#include "tests/bench/whole_agents.h"

#include <stdexcept>
#include <thread>

#include "tests/bench/agencies.h"
#include "tests/rig/agent.h"
#include "tests/rig/broker.h"

namespace safeconduct::bench {
namespace {

constexpr std::size_t kReferralsMax = 3000;  // a pair's; below what one consent may carry

struct Pair {
  rig::Agent from;
  rig::Agent to;
  std::string recipient;
  std::string consent{};
  std::vector<std::string> messages{};
  std::string failure{};
};

Json consent_document(const std::string& recipient) {
  const Json categories = {{"needs", "full"}, {"identity", "full"}, {"risk", "full"}};
  return {{"safeconduct", "consent/1"},
          {"grantor", "self"},
          {"form", "written"},
          {"language", "en"},
          {"rights_told", true},
          {"refusal_costs_nothing_told", true},
          {"capacity", "yes"},
          {"evidence", "signed form"},
          {"scopes", Json::array({{{"purpose", "safe_accommodation"},
                                   {"recipients", {recipient}},
                                   {"categories", categories}}})}};
}

Json referral_document(const Pair& pair) {
  return {{"safeconduct", "referral/1"},
          {"to", pair.recipient},
          {"as", "ngo_case"},
          {"to_role", "shelter"},
          {"purpose", "safe_accommodation"},
          {"urgency", "tonight"},
          {"consent", pair.consent},
          {"content",
           {{"needs", {{"service_requested", {"bed"}}, {"interpreter_needed", true}}},
            {"identity", {{"first_name", "Ilinca"}, {"alias", "Robin"}}},
            {"risk", {{"danger_level", "high"}, {"threats", {std::string(200, 'x')}}}}}}};
}

void start(Pair& pair) {
  pair.from.start();
  pair.to.start();
  pair.from.wait_until_serving();
  pair.to.wait_until_serving();
  const auto recorded =
      pair.from.ask("POST", "/v1/consents?wait_ms=10000", consent_document(pair.recipient));
  pair.consent = recorded.at("consent");
}

void refer(Pair& pair, double until) {
  const Json document = referral_document(pair);
  while (seconds_now() < until && pair.messages.size() < kReferralsMax) {
    pair.messages.push_back(pair.from.ask("POST", "/v1/referrals", document).at("message"));
  }
}

void refer_and_wait(Pair& pair, double until) {
  try {
    refer(pair, until);
    for (const std::string& message : pair.messages) {
      const auto sent = pair.from.wait_for_state(message, {"received", "refused", "rejected"});
      if (sent.at("state") != "received") throw std::runtime_error("a referral did not arrive");
    }
  } catch (const std::exception& error) {
    pair.failure = error.what();
  }
}

}  // namespace

void whole_agents(Report& report, rig::Network& network, std::size_t pairs, double seconds) {
  const rig::TempFolder folder;
  rig::Broker broker(network, folder.path() + "/broker");
  std::vector<std::unique_ptr<Pair>> all;
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto agent = [&](const std::string& name) {
      return rig::Agent(network, name, broker.endpoint(), folder.path() + "/" + name);
    };
    all.push_back(
        std::make_unique<Pair>(Pair{agent(sender(i)), agent(recipient(i)), recipient(i)}));
    start(*all.back());
  }
  const auto agents_cpu = [&] {
    double us = 0;
    for (const auto& pair : all) us += pair->from.process().cpu_us() + pair->to.process().cpu_us();
    return us;
  };
  const double agents_before = agents_cpu();
  const double broker_before = broker.process().cpu_us();
  const double begun = seconds_now();
  std::vector<std::thread> threads;
  for (const auto& pair : all) {
    threads.emplace_back([&pair, &begun, seconds] { refer_and_wait(*pair, begun + seconds); });
  }
  for (std::thread& thread : threads) thread.join();
  const double taken = seconds_now() - begun;
  std::size_t count = 0;
  for (const auto& pair : all) {
    if (!pair->failure.empty()) throw std::runtime_error(pair->failure);
    count += pair->messages.size();
  }
  if (count == 0) throw std::runtime_error("no referral was handed in");
  const double broker_us = (broker.process().cpu_us() - broker_before) / double(count);
  const double agents_us = (agents_cpu() - agents_before) / double(count);
  char note[160];
  std::snprintf(note, sizeof note, "%zu pairs: %6.0f/s, broker %5.1f us, both agents %5.1f us each",
                pairs, double(count) / taken, broker_us, agents_us);
  report.line({{"name", "whole_agents"},
               {"pairs", pairs},
               {"per_s", double(count) / taken},
               {"broker_cpu_us", broker_us},
               {"agents_cpu_us", agents_us},
               {"n", count},
               {"run_seconds", taken}},
              note);
}

}  // namespace safeconduct::bench
