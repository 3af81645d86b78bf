// The scene as a program that a browser test drives: reads one JSON command a line, does it,
// answers with one JSON line. Ends with its input.
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/dashboard/scene.h"

namespace safeconduct::dashboard_tests {
namespace {

using Json = nlohmann::json;

ReferralId referral_in(const Json& ask) {
  return ReferralId::parse(ask.at("referral").get<std::string>()).value();
}

Scene::Ask ask_of(const Json& json) {
  Scene::Ask ask;
  ask.from = json.value("from", ask.from);
  ask.to = json.value("to", ask.to);
  ask.urgency = policies::urgency_named(json.value("urgency", "tonight")).value();
  ask.answer_in = milliseconds(json.value("answer_in_ms", 0));
  ask.take = json.value("take", true);
  ask.consent_days = json.value("consent_days", 0);
  return ask;
}

Json play(Scene& scene, const Json& ask) {
  const std::string what = ask.at("do");
  if (what == "refer") return {{"referral", scene.refer(ask_of(ask)).text()}};
  if (what == "move") {
    const auto reason = wire::decline_reason_named(ask.value("reason", ""));
    scene.move(ask.at("by"), referral_in(ask),
               wire::move_named(ask.at("move").get<std::string>()).value(),
               reason.value_or(wire::DeclineReason::kNone));
  } else if (what == "capacity") {
    scene.announce_capacity();
  } else if (what == "unmet") {
    scene.count_unmet(ask.value("times", 1));
  } else if (what == "busy") {
    const auto how_long = milliseconds(ask.at("ms").get<std::int64_t>());
    return {{"entries", scene.be_busy(how_long, ask.at("per_second"))}};
  } else if (what == "snapshot") {
    scene.show_snapshot(ask.at("path"));
  } else if (what == "witness") {
    scene.ask_witness(ask.at("honest"));
  } else if (what == "markup") {
    scene.announce_markup(ask.at("text"));
  } else if (what == "exception") {
    return {{"referral", scene.declare_exception().text()}};
  } else if (what == "withdraw") {
    scene.withdraw(referral_in(ask));
  } else if (what == "code") {
    return {{"code", scene.code(ask.at("who"))}};
  } else if (what == "link") {
    return {{"link", scene.link(ask.at("who"))}};
  } else if (what == "stop_broker") {
    scene.broker().kill_now();
  } else if (what == "start_broker") {
    scene.broker().start();
    scene.reconnect_agencies();
  } else if (what == "stop_dashboard") {
    return {{"exit", scene.stop_dashboard()}};
  } else if (what == "start_dashboard") {
    scene.start_dashboard();
  } else if (what == "folder") {
    return {{"folder", scene.folder()}, {"canary", kCanary}, {"password", kPassword}};
  } else {
    return {{"error", "no such command"}};
  }
  return Json::object();
}

}  // namespace
}  // namespace safeconduct::dashboard_tests

int main() {
  using namespace safeconduct::dashboard_tests;
  try {
    Scene scene;
    std::cout << Json{{"address", scene.address()}}.dump() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      Json answer;
      try {
        answer = play(scene, Json::parse(line));
      } catch (const std::exception& error) {
        answer = {{"error", error.what()}};
      }
      std::cout << answer.dump() << std::endl;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
