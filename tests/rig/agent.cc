#include "tests/rig/agent.h"

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/io/http.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::rig {
namespace {

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

void write_folder(const Network& network, const Agency& agency, const std::string& endpoint,
                  const std::string& folder) {
  SystemRandom random;
  must(io::make_private_directory(folder));
  must(io::make_private_directory(folder + "/sealing"));
  must(seal::write_key_file(folder + "/signing.key", agency.signing));
  must(seal::write_key_file(folder + "/transport.key", agency.transport));
  must(seal::write_key_file(folder + "/rest.key", seal::RestKey::generate(random)));
  must(seal::write_key_file(folder + "/sealing/1.key", agency.sealing));
  const std::string config =
      "[agent]\nagency = \"" + agency.id.text() + "\"\nlog = \"agent.log\"\n" +
      (agency.direct.empty() ? std::string() : "direct = \"" + agency.direct + "\"\n") +
      "[broker]\nendpoint = \"" + endpoint + "\"\ntransport = \"" +
      to_base64(network.broker_transport().public_key().bytes) + "\"\n[network]\nname = \"" +
      network.name() + "\"\nauthority = \"" + network.authority().text() + "\"\nlog = \"" +
      network.log_key().text() + "\"\n";
  must(io::write_durably(folder + "/agent.toml", view_of(config)));
}

void nap() {
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
}

}  // namespace

Agent::Agent(const Network& network, const std::string& agency, const std::string& broker_endpoint,
             std::string folder)
    : name_(agency), folder_(std::move(folder)) {
  if (!std::filesystem::exists(folder_ + "/agent.toml")) {
    write_folder(network, network.agency(agency), broker_endpoint, folder_);
  }
}

void Agent::start() {
  process_ = std::make_unique<Process>(
      "safeconduct-agent", std::vector<std::string>{"--config", folder_ + "/agent.toml"},
      folder_ + "/output");
}

int Agent::stop() {
  return process_->end(SIGTERM);
}

void Agent::wait_until_serving(Duration wait) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait.ms);
  while (std::chrono::steady_clock::now() < until) {
    const Json status = try_ask("GET", "/v1/status");
    if (status.is_object() && status.value("connected", false) && status.contains("policy") &&
        status["policy"].is_object()) {
      return;
    }
    nap();
  }
  throw std::runtime_error(name_ + " does not serve: " + log() + read_text(folder_ + "/output"));
}

Json Agent::try_ask(const std::string& method, const std::string& target, const Json& body) const {
  io::HttpCall call;
  call.socket_path = folder_ + "/agent.sock";
  call.method = method;
  call.target = target;
  if (!body.is_null()) call.body = body.dump();
  const auto answer = io::http_request(call);
  if (!answer) return nullptr;
  return Json::parse(answer->body, nullptr, false);
}

Json Agent::ask(const std::string& method, const std::string& target, const Json& body) const {
  Json answer = try_ask(method, target, body);
  if (answer.is_null()) throw std::runtime_error(name_ + " does not answer " + target);
  if (answer.is_object() && answer.contains("error")) {
    throw std::runtime_error(name_ + ": " + answer["error"].dump());
  }
  return answer;
}

Json Agent::wait_for_state(const std::string& message, const std::vector<std::string>& states,
                           Duration wait) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait.ms);
  Json last;
  while (std::chrono::steady_clock::now() < until) {
    last = try_ask("GET", "/v1/sent/" + message);
    if (last.is_object()) {
      for (const std::string& state : states) {
        if (last.value("state", "") == state) return last;
      }
    }
    nap();
  }
  throw std::runtime_error(name_ + ": the referral is still " + last.dump() + "\n" + log());
}

std::string Agent::log() const {
  return read_text(folder_ + "/agent.log");
}

}  // namespace safeconduct::rig
